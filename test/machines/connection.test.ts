import { describe, expect, it } from 'vitest';
import { connectionMachine } from '../../machines/connection/connection.machine.ts';
import type { ConnectionLimits } from '../../machines/connection/connection.protocol.ts';
import { failure } from '../../machines/failure.ts';
import { nobody, SteppedMachine } from '../../src/testing/stepped-machine.ts';

const LIMITS: ConnectionLimits = {
  connectMs: 10_000,
  idleMs: 60_000,
  closeMs: 2_000,
  backoffMs: 1_000,
  maxBackoffMs: 8_000,
  maxSilences: 2,
};
const GONE = failure('transport', 'The server is gone.');
const refused = (chance = 0) => ({ kind: 'failed', failure: GONE, chance });
const CALL = { type: 'connection.called' };
const HEARD = { type: 'connection.answered', heard: true };
const SILENCE = { type: 'connection.answered', heard: false };
const LEASE = { type: 'connection.leased' };
const RELEASE = { type: 'connection.released' };
const lost = (attempt: number) => ({ type: 'connection.lost', attempt, failure: GONE, chance: 0 });

const aConnection = () =>
  new SteppedMachine(connectionMachine, { name: 'shop', limits: LIMITS, reportTo: nobody });

/** One that has been called once and is there. */
function aReadyOne() {
  const connection = aConnection();
  connection.hear(CALL);
  connection.settle('connect', { kind: 'opened' });
  return connection;
}

describe('A connection', () => {
  it('is made when somebody calls, and not before', () => {
    const connection = aConnection();

    connection.hear(LEASE);
    expect(connection.state).toBe('idle');
    connection.hear(CALL);
    expect(connection.state).toBe('connecting');
    expect(connection.asked).toEqual({ attempt: 1 });

    const { sent } = connection.settle('connect', { kind: 'opened' });
    expect(sent).toEqual([{ type: 'connection.opened', attempt: 1 }]);
    expect(connection.state).toBe('ready.busy');
  });

  it('is closed when nobody has called for a while, and made again for the next call', () => {
    const connection = aReadyOne();

    connection.hear(HEARD);
    expect(connection.state).toBe('ready.quiet');
    connection.elapse('idle');
    expect(connection.state).toBe('closing');
    connection.settle('disconnect', undefined);
    expect(connection.state).toBe('idle');

    connection.hear(CALL);
    expect(connection.asked).toEqual({ attempt: 2 });
  });

  it('is closed at once when the last team that may use it leaves', () => {
    const connection = aConnection();
    for (const event of [LEASE, LEASE, CALL]) connection.hear(event);
    connection.settle('connect', { kind: 'opened' });
    connection.hear(HEARD);

    connection.hear(RELEASE);
    expect(connection.state).toBe('ready.quiet');
    expect(connection.hear(RELEASE).sent).toEqual([{ type: 'connection.closed' }]);
    expect(connection.state).toBe('closing');
  });

  it('tells everybody at once when it breaks, and lets a first caller wait for the next attempt', () => {
    const connection = aReadyOne();

    expect(connection.hear(lost(1)).sent).toEqual([
      { type: 'connection.broke', failure: GONE, retryInMs: 1_000 },
    ]);
    expect(connection.hear(CALL).sent).toEqual([]);
    connection.elapse('backoff');

    expect(connection.state).toBe('connecting');
    expect(connection.asked).toEqual({ attempt: 2 });
  });

  it('does not try again by itself when nobody calls', () => {
    const connection = aReadyOne();
    connection.hear(lost(1));
    connection.hear(SILENCE);

    connection.elapse('backoff');

    expect(connection.state).toBe('idle');
  });

  it('pauses twice as long each time it fails, up to a limit, less by chance, and tells callers at once', () => {
    const connection = aConnection();
    const pauses: unknown[] = [];
    connection.hear(CALL);
    for (const chance of [0, 0, 0.5, 0, 0, 0]) {
      const { sent } = connection.settle('connect', refused(chance));
      pauses.push(...sent.map((report) => 'retryInMs' in report && report.retryInMs));
      if (pauses.length > 1) expect(connection.hear(CALL).sent).toMatchObject([{ failure: GONE }]);
      connection.elapse('backoff');
    }
    expect(pauses).toEqual([1_000, 2_000, 3_000, 8_000, 8_000, 8_000]);
  });

  it('pauses shortly again once it has heard something', () => {
    const connection = aConnection();
    connection.hear(CALL);
    connection.settle('connect', refused());
    connection.elapse('backoff');
    connection.settle('connect', { kind: 'opened' });
    connection.hear(HEARD);

    expect(connection.hear(lost(2)).sent).toMatchObject([{ retryInMs: 1_000 }]);
  });

  it('ignores late news of an earlier connection', () => {
    const connection = aReadyOne();
    connection.hear(lost(1));
    connection.elapse('backoff');
    connection.settle('connect', { kind: 'opened' });

    connection.hear(lost(1));

    expect(connection.state).toBe('ready.busy');
  });

  it('counts as broken when nothing is heard of several calls in a row', () => {
    const connection = aReadyOne();
    for (const event of [CALL, CALL, SILENCE, HEARD, SILENCE]) connection.hear(event);
    expect(connection.state).toBe('ready.quiet');

    connection.hear(CALL);
    expect(connection.hear(SILENCE).sent).toMatchObject([
      { failure: { message: 'shop does not answer any more.' } },
    ]);
    expect(connection.state).toBe('broken');
  });

  it('gives up an attempt that takes too long', () => {
    const connection = aConnection();
    connection.hear(CALL);

    const { sent } = connection.elapse('connectDeadline');

    expect(sent).toMatchObject([{ failure: { kind: 'timeout' } }]);
    expect(connection.state).toBe('broken');
  });

  it.each(['idle', 'connecting', 'ready', 'broken'])('ends for good when it is %s', (state) => {
    const connection = aConnection();
    if (state !== 'idle') connection.hear(CALL);
    if (state === 'ready') connection.settle('connect', { kind: 'opened' });
    if (state === 'broken') connection.settle('connect', refused());

    connection.hear({ type: 'connection.close' });
    connection.hear({ type: 'connection.close' });
    expect(connection.state).toBe('ending');
    const { sent } = connection.settle('disconnect', undefined);

    expect(sent).toEqual([{ type: 'connection.ended' }]);
    expect(connection.isOver).toBe(true);
  });
});
