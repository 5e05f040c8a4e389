import { connectionMachine } from '../../../machines/connection/connection.machine.ts';
import type { Connected } from '../../../machines/connection/connection.protocol.ts';
import { failure } from '../../../machines/failure.ts';
import type { Exploration } from '../../../src/testing/explorer.ts';
import { assert, elapses, sentIn, settles } from '../../../src/testing/exploring.ts';
import { nobody } from '../../../src/testing/stepped-machine.ts';

const LIMITS = {
  connectMs: 1,
  idleMs: 1,
  closeMs: 1,
  backoffMs: 1,
  maxBackoffMs: 4,
  maxSilences: 2,
};
const GONE = failure('transport', 'gone');
const CONNECTED: readonly Connected[] = [
  { kind: 'opened' },
  { kind: 'failed', failure: GONE, chance: 0 },
];
/** Beyond this, one failure more changes nothing. */
const MANY = 3;

/** What has been told to those who call: whether calls can be made, and how often the end was. */
interface World {
  readonly leases: number;
  readonly calls: number;
  readonly isOpen: boolean;
  readonly ends: number;
}
const NOTHING: World = { leases: 0, calls: 0, isOpen: false, ends: 0 };

/** All that can happen to it in a small world, and what must hold there. */
export const connectionExploration = (): Exploration<typeof connectionMachine, World> => ({
  machine: connectionMachine,
  input: { name: 'shop', limits: LIMITS, reportTo: nobody },
  world: NOTHING,
  table: {
    'connection.leased': ({ world }) => (world.leases < 2 ? [{ type: 'connection.leased' }] : []),
    'connection.released': ({ world }) =>
      world.leases > 0 ? [{ type: 'connection.released' }] : [],
    'connection.called': ({ world }) => (world.calls < 2 ? [{ type: 'connection.called' }] : []),
    'connection.answered': ({ world }) =>
      world.calls > 0
        ? [
            { type: 'connection.answered', heard: true },
            { type: 'connection.answered', heard: false },
          ]
        : [],
    'connection.abandoned': ({ world }) =>
      world.calls > 0 ? [{ type: 'connection.abandoned' }] : [],
    'connection.lost': ({ snapshot: { context } }) =>
      [context.attempt, context.attempt - 1].map((attempt) => ({
        type: 'connection.lost',
        attempt,
        failure: GONE,
        chance: 0,
      })),
    // An actor that is done hears nothing.
    'connection.close': ({ snapshot }) =>
      snapshot.status === 'done' ? [] : [{ type: 'connection.close' }],
    ...settles('connection.connecting', CONNECTED),
    ...settles('connection.broken', [undefined]),
    ...settles('connection.closing', [undefined]),
    ...settles('connection.ending', [undefined]),
    ...elapses('connectDeadline.connection.connecting'),
    ...elapses('closeDeadline.connection.closing'),
    ...elapses('closeDeadline.connection.ending'),
    ...elapses('idle.connection.ready.quiet'),
    ...elapses('backoff.connection.broken'),
  },
  key: ({ snapshot: { value, context }, world }) => {
    const failures = Math.min(context.failures, MANY);
    const silences = Math.min(context.silences, MANY);
    return JSON.stringify([value, failures, silences, world]);
  },
  observe: ({ from: { world }, event, actions }) => {
    const told = sentIn(actions).map(({ type }) => type);
    const change = (type: string) => Number(event.type === type);
    const closes = told.some((type) => /broke|closed|ended/.test(type));
    return {
      leases: world.leases + change('connection.leased') - change('connection.released'),
      calls:
        world.calls +
        change('connection.called') -
        change('connection.answered') -
        change('connection.abandoned'),
      isOpen: told.includes('connection.opened') || (world.isOpen && !closes),
      ends: world.ends + told.filter((type) => type === 'connection.ended').length,
    };
  },
  check: ({ snapshot, world }) => {
    const { context } = snapshot;
    assert(context.leases === world.leases, 'every lease is counted');
    assert(context.calls === world.calls, 'every call is counted');
    assert(world.isOpen === snapshot.matches('ready'), 'it is open when it has said so');
    assert(world.ends === (snapshot.status === 'done' ? 1 : 0), 'one end, at the end');
    assert(!(snapshot.matches('idle') && world.calls > 0), 'nobody waits for nothing');
  },
  goal: ({ snapshot }) => snapshot.status === 'done',
  maxStates: 50_000,
});
