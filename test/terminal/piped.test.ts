import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import { answered } from '../web/scripted-house.ts';
import { startTalking } from './talking.ts';

describe('a pipe', () => {
  it('asks line by line, in order, and prints nothing but the answers', async () => {
    const talking = startTalking();
    talking.house.onAsk = ({ runId, text }) => {
      talking.house.tell({ type: 'run.drafted', runId, turn: 1, delta: 'Draf' });
      talking.house.answer(runId, `Answer to ${text}`);
    };
    talking.type('one\n\n  \ntwo\r\nthree');
    talking.end();
    expect(await talking.exitCode).toBe(0);
    expect(talking.output()).toBe('Answer to one\nAnswer to two\nAnswer to three\n');
    expect(talking.errors()).toBe('');
    expect(talking.house.asked.map(({ channelId }) => channelId)).toEqual(
      Array(3).fill('terminal'),
    );
  });

  it('obeys the commands of the terminal, and asks nobody what they mean', async () => {
    const talking = startTalking();
    talking.house.onAsk = ({ runId, text }) => talking.house.answer(runId, `Answer to ${text}`);
    talking.type('/team\none\n/tmp is what?\n/allow\n/quit\nnever\n');
    talking.end();
    expect(await talking.exitCode).toBe(0);
    expect(talking.output()).toMatch(/^\d+ of \d+ teams alive/);
    expect(talking.house.asked.map(({ text }) => text)).toEqual(['one', '/tmp is what?']);
    expect(talking.errors()).toBe('Nothing waits for a word.\n');
  });

  it('ends with 1 when an answer failed, after it has asked the rest', async () => {
    const talking = startTalking();
    talking.house.onAsk = ({ runId, text }) =>
      text === 'bad'
        ? talking.house.settle(runId, {
            kind: 'failed',
            failure: failure('auth', 'key rejected'),
            usage: NO_USAGE,
          })
        : talking.house.answer(runId, 'Fine');
    talking.type('bad\ngood\n');
    talking.end();
    expect(await talking.exitCode).toBe(1);
    expect(talking.output()).toBe('Fine\n');
    expect(talking.errors()).toContain('did not accept the key');
  });

  it('tells notes apart from the answer', async () => {
    const talking = startTalking();
    talking.house.onAsk = ({ runId }) =>
      talking.house.settle(runId, { ...answered('Half'), notes: ['limit_reached'] });
    talking.type('q\n');
    talking.end();
    expect(await talking.exitCode).toBe(0);
    expect(talking.output()).toBe('Half\n');
    expect(talking.errors()).toBe(
      'A limit ended the work early, so the answer may be incomplete.\n',
    );
  });

  it('refuses a line of more than 8,000 characters, takes one of 8,000, and goes on', async () => {
    const talking = startTalking();
    talking.house.onAsk = ({ runId, text }) => talking.house.answer(runId, `${text.length}`);
    talking.type('x'.repeat(50_000));
    talking.type(`${'x'.repeat(50_000)}\n${'y'.repeat(8000)}\nz\n`);
    talking.end();
    expect(await talking.exitCode).toBe(1);
    expect(talking.output()).toBe('8000\n1\n');
    expect(talking.errors()).toBe('A question may have 8000 characters at most.\n');
  });

  it('puts a character together that arrives in two pieces', async () => {
    const talking = startTalking();
    talking.house.onAsk = ({ runId, text }) => talking.house.answer(runId, text);
    const bytes = Buffer.from('Ölüm 🎭\n');
    for (const byte of bytes) talking.typeBytes(Buffer.of(byte));
    talking.end();
    await talking.exitCode;
    expect(talking.output()).toBe('Ölüm 🎭\n');
  });

  it('lets nothing of an answer steer the terminal', async () => {
    const talking = startTalking();
    talking.house.onAsk = ({ runId }) =>
      talking.house.answer(runId, 'a\u001b[2J\u001b]0;title\u0007b\rc\u009bd\u202ee\tf');
    talking.type('q\n');
    talking.end();
    await talking.exitCode;
    expect(talking.output()).toBe('a[2J]0;titlebcde\tf\n');
  });

  it('stops the run and ends with 130 when it is interrupted', async () => {
    const talking = startTalking();
    talking.type('q\n');
    await talking.house.until(() => talking.house.asked.length === 1);
    talking.interrupt();
    expect(await talking.exitCode).toBe(130);
    expect(talking.house.cancelled).toEqual([{ userId: 'local', channelId: 'terminal' }]);
  });

  it('ends when it is interrupted while it waits for more input', async () => {
    const talking = startTalking();
    talking.house.onAsk = ({ runId }) => talking.house.answer(runId, 'A');
    talking.type('q\n');
    await talking.shown('A\n');
    talking.interrupt();
    expect(await talking.exitCode).toBe(130);
  });

  it('ends quietly when its reader has left', async () => {
    const talking = startTalking();
    talking.type('q\n');
    await talking.house.until(() => talking.house.asked.length === 1);
    talking.outputStream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(await talking.exitCode).toBe(1);
    expect(talking.errors()).toBe('');
  });

  it('ends with 1 and the reason when there is no house to be had', async () => {
    const talking = startTalking({
      connect: () => Promise.reject(new Error('The data folder is in use.')),
    });
    expect(await talking.exitCode).toBe(1);
    expect(talking.errors()).toBe('The data folder is in use.\n');
  });
});
