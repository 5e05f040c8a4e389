import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/shared/log.ts';

const logging = (level: 'debug' | 'warn' | 'silent', secrets: readonly string[] = []) => {
  const lines: string[] = [];
  const log = createLog({ level, secrets, now: () => 0, write: (line) => lines.push(line) });
  return { log, lines };
};

describe('the log', () => {
  it('writes one line per event: time, level, name, fields', () => {
    const { log, lines } = logging('debug');

    log.info('team.passivated', { userId: 'ada', idleMs: 5, why: undefined });

    expect(lines).toEqual([
      '1970-01-01T00:00:00.000Z info team.passivated userId="ada" idleMs=5\n',
    ]);
  });

  it('keeps a text with line breaks on its line, so that nobody can forge another', () => {
    const { log, lines } = logging('debug');

    log.warn('tool.failed', { error: 'first\nsecond' });

    expect(lines).toEqual(['1970-01-01T00:00:00.000Z warn tool.failed error="first\\nsecond"\n']);
  });

  it('drops what is below its level', () => {
    const warning = logging('warn');
    const silent = logging('silent');

    for (const { log } of [warning, silent]) {
      log.info('a');
      log.error('b');
    }

    expect(warning.lines).toHaveLength(1);
    expect(silent.lines).toEqual([]);
  });

  it.each([
    ['plain', (secret: string) => secret],
    ['in an address', encodeURIComponent],
    ['in base64', (secret: string) => Buffer.from(secret).toString('base64')],
  ])('blots out a configured secret, %s', (_, dressed) => {
    const secret = 'pässword/with+signs';
    const { log, lines } = logging('debug', [secret]);

    log.error('store.failed', { error: `cannot reach ${dressed(secret)}!` });

    expect(lines.join('')).toContain('[secret]!');
    expect(lines.join('')).not.toContain(dressed(secret));
  });
});
