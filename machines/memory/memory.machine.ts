import { assign, setup, stateIn } from 'xstate';
import { NO_USAGE } from '../conversation.ts';
import { unbound } from '../ports.ts';
import type { TeamRef } from '../team/team.protocol.ts';
import type {
  KeepMemories,
  MemoryCommand,
  MemoryInput,
  MemoryKept,
  MemoryReading,
} from './memory.protocol.ts';

type Read = MemoryReading & { readonly kind: 'read' };

/** What the memory of a team knows of its own work: the messages themselves stay in their rows. */
interface MemoryWork {
  readonly input: MemoryInput;
  /** Messages that wait to be gone through. */
  readonly waiting: number;
  /** One of them asked to be remembered or forgotten. */
  readonly isUrgent: boolean;
  /** Tries of the present batch that failed. */
  readonly failures: number;
  /** What the last reading found. */
  readonly found: Read;
}

const NOTHING_FOUND: Read = { kind: 'read', changes: [], runs: [], usage: NO_USAGE, more: false };

const memory = setup({
  types: {
    context: {} as MemoryWork,
    input: {} as MemoryInput,
    events: {} as MemoryCommand,
  },
  actors: {
    readMessages: unbound<MemoryReading, TeamRef>('readMessages'),
    keepMemories: unbound<MemoryKept, KeepMemories>('keepMemories'),
    summarise: unbound<MemoryKept, TeamRef>('summarise'),
  },
  actions: {
    hear: assign(({ context }, { urgent }: { urgent: boolean }) => ({
      waiting: context.waiting + 1,
      isUrgent: context.isUrgent || urgent,
    })),
    // What comes while a batch is gone through is counted from here on.
    beginReading: assign({ waiting: 0, isUrgent: false }),
    keepFound: assign((_, found: MemoryReading) => (found.kind === 'read' ? { found } : {})),
    finishBatch: assign(({ context }) => ({
      failures: 0,
      found: NOTHING_FOUND,
      waiting: context.waiting + (context.found.more ? 1 : 0),
      isUrgent: context.isUrgent || context.found.more,
    })),
    countFailure: assign({ failures: ({ context }) => context.failures + 1 }),
    giveUp: assign({ failures: 0, found: NOTHING_FOUND }),
  },
  guards: {
    hasMail: ({ context }) => context.waiting > 0,
    mustRead: ({ context }) => context.isUrgent || context.waiting >= context.input.limits.batch,
    hasRead: (_, { kind }: MemoryReading) => kind === 'read',
    isKept: (_, { kind }: MemoryKept) => kind === 'kept',
    isHopeless: ({ context }) => context.failures + 1 >= context.input.limits.tries,
    isClosing: stateIn({ living: { door: 'closing' } }),
  },
  delays: {
    quiet: ({ context }) => context.input.limits.quietMs,
    flush: ({ context }) => context.input.limits.flushMs,
    backoff: ({ context: { failures, input } }) =>
      Math.min(
        input.limits.backoffLongestMs,
        input.limits.backoffFirstMs * 2 ** Math.max(0, failures - 1),
      ),
  },
});

/** Open until the team leaves; then there is a little time for what waits. */
const door = memory.createStateConfig({
  initial: 'open',
  states: {
    open: { on: { 'memory.drain': 'closing' } },
    closing: { after: { flush: '#memory.closed' } },
  },
});

/** Tried again after a pause, unless it is pointless or the team leaves: the rows wait for the next occasion. */
const AFTER_FAILURE = [
  { guard: 'isClosing', target: '#memory.closed' },
  { guard: 'isHopeless', target: 'idle', actions: 'giveUp' },
  { target: 'resting', actions: 'countFailure' },
] as const;

const work = memory.createStateConfig({
  initial: 'idle',
  states: {
    idle: {
      always: [
        { guard: 'hasMail', target: 'collecting' },
        { guard: 'isClosing', target: '#memory.closed' },
      ],
    },
    /** Several messages are gone through at once; each one that comes begins the quiet anew. */
    collecting: {
      always: [
        { guard: 'mustRead', target: 'extracting' },
        { guard: 'isClosing', target: 'extracting' },
      ],
      on: {
        'memory.heard': {
          target: 'collecting',
          reenter: true,
          actions: { type: 'hear', params: ({ event }) => event },
        },
      },
      after: { quiet: 'extracting' },
    },
    extracting: {
      entry: 'beginReading',
      invoke: {
        src: 'readMessages',
        input: ({ context }) => context.input.team,
        onDone: [
          {
            guard: { type: 'hasRead', params: ({ event }) => event.output },
            target: 'applying',
            actions: { type: 'keepFound', params: ({ event }) => event.output },
          },
          ...AFTER_FAILURE,
        ],
      },
    },
    applying: {
      invoke: {
        src: 'keepMemories',
        input: ({ context }) => ({ team: context.input.team, reading: context.found }),
        onDone: [
          {
            guard: { type: 'isKept', params: ({ event }) => event.output },
            target: 'summarising',
            actions: 'finishBatch',
          },
          ...AFTER_FAILURE,
        ],
      },
    },
    /** Sessions that have outgrown what a run is shown. One that could not be summarised is looked at the next time. */
    summarising: {
      always: { guard: 'isClosing', target: 'idle' },
      invoke: {
        src: 'summarise',
        input: ({ context }) => context.input.team,
        onDone: 'idle',
      },
    },
    resting: {
      always: { guard: 'isClosing', target: '#memory.closed' },
      after: { backoff: 'extracting' },
    },
  },
});

/**
 * What a team learns about its user: goes through what was said, some messages at once, when nobody waits for it. Only
 * the end of the team cuts it short; what it has not gone through waits in the store.
 */
export const memoryMachine = memory.createMachine({
  id: 'memory',
  options: { maxIterations: 1000 },
  context: ({ input }) => ({
    input,
    waiting: input.unread,
    isUrgent: false,
    failures: 0,
    found: NOTHING_FOUND,
  }),
  initial: 'living',
  states: {
    living: {
      type: 'parallel',
      on: { 'memory.heard': { actions: { type: 'hear', params: ({ event }) => event } } },
      states: { door, work },
    },
    closed: { type: 'final' },
  },
});
