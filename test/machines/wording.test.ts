import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import { RunId } from '../../machines/ids.ts';
import type { Progress, RunOutcome } from '../../machines/question.ts';
import { sayEnding, sayNote, sayProgress, sayQueued } from '../../machines/wording.ts';

const m = { member: 'chart_maker', slot: 's0' };
const runId = RunId('r');

describe('words', () => {
  it.each<[Progress, string]>([
    [{ kind: 'recalling' }, 'recalling earlier messages'],
    [{ kind: 'resuming' }, 'picking up where I left off'],
    [{ kind: 'thinking', turn: 2 }, 'thinking'],
    [{ kind: 'using', tools: ['date_time'] }, 'using date time'],
    [{ kind: 'using', tools: [] }, 'using a tool'],
    [{ kind: 'using', tools: ['a', 'b_c', 'a', 'd'] }, 'using a, b c and d'],
    [{ kind: 'delegating', ...m, task: 'x' }, 'asking chart maker'],
    [{ kind: 'member_thinking', ...m }, 'chart maker is thinking'],
    [{ kind: 'member_using', ...m, tools: ['a', 'b'] }, 'chart maker is using a and b'],
    [{ kind: 'member_retrying', ...m, delayMs: 1500 }, 'chart maker tries again in 2 seconds'],
    [{ kind: 'member_reported', ...m, ok: true }, 'chart maker has reported'],
    [{ kind: 'member_reported', ...m, ok: false }, 'chart maker could not do it'],
  ])('for %j', (progress, words) => {
    expect(sayProgress(progress)).toBe(words);
  });

  it('tell waiting for a team from waiting behind earlier questions', () => {
    expect(sayQueued({ type: 'run.queued', runId, behind: 'house', place: 2 })).toBe(
      'queued for a free team: place 2',
    );
    expect(sayQueued({ type: 'run.queued', runId, behind: 'channel', place: 1 })).toBe(
      'queued behind earlier questions here: place 1',
    );
  });

  it.each<[number, string]>([
    [0, '1 second'],
    [1001, '2 seconds'],
    [89_000, '89 seconds'],
    [90_000, '2 minutes'],
    [89 * 60_000, '89 minutes'],
    [90 * 60_000, '2 hours'],
  ])('never promise less than the wait of %i ms', (retryAfterMs, words) => {
    const refused: RunOutcome = { kind: 'refused', refusal: { kind: 'quarantined', retryAfterMs } };
    expect(sayEnding(refused)).toBe(
      `Your team has run into trouble several times and is taking a break. It is worth trying again in ${words}.`,
    );
  });

  it('do not repeat what an operator is told', () => {
    const outcome: RunOutcome = {
      kind: 'failed',
      failure: failure('auth', 'HTTP 401 from api.example: set SOME_KEY'),
      usage: NO_USAGE,
    };
    expect(sayEnding(outcome)).toBe(
      'The model provider did not accept the key. Please check it in the settings.',
    );
  });

  it('end every sentence', () => {
    expect(sayEnding({ kind: 'cancelled', usage: NO_USAGE })).toMatch(/\.$/);
    expect(sayNote('without_history')).toMatch(/\.$/);
  });
});
