import { assign, sendTo, setup } from 'xstate';
import { unbound } from '../ports.ts';
import type {
  Attempt,
  Connected,
  ConnectionEvent,
  ConnectionInput,
  ConnectionReport,
} from './connection.protocol.ts';
import {
  abandoned,
  answered,
  type Breakage,
  backoffOf,
  beginLine,
  broken,
  brokeReport,
  called,
  isSilent,
  type Line,
  leased,
  released,
  tooSilent,
  tooSlow,
} from './line.ts';

type Answered = Extract<ConnectionEvent, { type: 'connection.answered' }>;

const connection = setup({
  types: {
    context: {} as Line,
    input: {} as ConnectionInput,
    events: {} as ConnectionEvent,
  },
  actors: {
    connect: unbound<Connected, Attempt>('connect'),
    disconnect: unbound<void, Attempt>('disconnect'),
  },
  actions: {
    lease: assign(({ context }) => leased(context)),
    release: assign(({ context }) => released(context)),
    countCall: assign(({ context }) => called(context)),
    countAnswer: assign(({ context }, event: Answered) => answered(context, event)),
    forgetCall: assign(({ context }) => abandoned(context)),
    startAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    keepFailure: assign(({ context }, why: Breakage) => broken(context, why)),
    report: sendTo(
      ({ context }) => context.input.reportTo,
      (_, report: ConnectionReport) => report,
    ),
  },
  guards: {
    isWanted: ({ context }) => context.calls > 0,
    isUnused: ({ context }) => context.calls === 0,
    isLastLease: ({ context }) => context.leases === 1,
    isOpened: (_, { kind }: Connected) => kind === 'opened',
    isOfNow: ({ context }, { attempt }: Attempt) => attempt === context.attempt,
    isSilent: ({ context }, event: Answered) => isSilent(context, event),
    /** Tried more than once in vain: who calls now is told so at once. */
    isHopeless: ({ context }) => context.failures > 1,
  },
  delays: {
    connectDeadline: ({ context }) => context.input.limits.connectMs,
    closeDeadline: ({ context }) => context.input.limits.closeMs,
    idle: ({ context }) => context.input.limits.idleMs,
    backoff: ({ context }) => backoffOf(context),
  },
});

const connecting = connection.createStateConfig({
  entry: 'startAttempt',
  invoke: {
    src: 'connect',
    input: ({ context: { attempt } }) => ({ attempt }),
    onDone: [
      { guard: { type: 'isOpened', params: ({ event }) => event.output }, target: 'ready' },
      {
        target: 'broken',
        actions: {
          type: 'keepFailure',
          params: ({ event: { output }, context }) =>
            output.kind === 'failed' ? output : { failure: context.failure },
        },
      },
    ],
  },
  after: {
    connectDeadline: {
      target: 'broken',
      actions: { type: 'keepFailure', params: ({ context }) => tooSlow(context) },
    },
  },
  on: {
    'connection.released': { guard: 'isLastLease', target: 'closing', actions: 'release' },
  },
});

const ready = connection.createStateConfig({
  entry: {
    type: 'report',
    params: ({ context: { attempt } }) => ({ type: 'connection.opened', attempt }),
  },
  initial: 'busy',
  states: {
    busy: { always: { guard: 'isUnused', target: 'quiet' } },
    quiet: {
      always: { guard: 'isWanted', target: 'busy' },
      after: { idle: '#connection.closing' },
    },
  },
  on: {
    'connection.released': { guard: 'isLastLease', target: 'closing', actions: 'release' },
    'connection.answered': {
      guard: { type: 'isSilent', params: ({ event }) => event },
      target: 'broken',
      actions: [
        { type: 'countAnswer', params: ({ event }) => event },
        { type: 'keepFailure', params: ({ context }) => tooSilent(context) },
      ],
    },
    'connection.lost': {
      guard: { type: 'isOfNow', params: ({ event }) => event },
      target: 'broken',
      actions: { type: 'keepFailure', params: ({ event }) => event },
    },
  },
});

/** Who calls now waits for the next attempt, unless that has failed too often. */
const resting = connection.createStateConfig({
  entry: { type: 'report', params: ({ context }) => brokeReport(context) },
  invoke: { src: 'disconnect', input: ({ context: { attempt } }) => ({ attempt }) },
  after: { backoff: 'idle' },
  on: {
    'connection.called': {
      guard: 'isHopeless',
      actions: ['countCall', { type: 'report', params: ({ context }) => brokeReport(context) }],
    },
  },
});

const closing = connection.createStateConfig({
  entry: { type: 'report', params: { type: 'connection.closed' } },
  invoke: {
    src: 'disconnect',
    input: ({ context: { attempt } }) => ({ attempt }),
    onDone: 'idle',
  },
  after: { closeDeadline: 'idle' },
});

const ending = connection.createStateConfig({
  entry: { type: 'report', params: { type: 'connection.closed' } },
  invoke: {
    src: 'disconnect',
    input: ({ context: { attempt } }) => ({ attempt }),
    onDone: 'ended',
  },
  after: { closeDeadline: 'ended' },
  on: { 'connection.close': {} },
});

/** One connection that many share: made when somebody calls, made anew when it breaks, closed when nobody needs it. */
export const connectionMachine = connection.createMachine({
  id: 'connection',
  options: { maxIterations: 1000 },
  context: ({ input }) => beginLine(input),
  initial: 'idle',
  on: {
    'connection.leased': { actions: 'lease' },
    'connection.released': { actions: 'release' },
    'connection.called': { actions: 'countCall' },
    'connection.answered': { actions: { type: 'countAnswer', params: ({ event }) => event } },
    'connection.abandoned': { actions: 'forgetCall' },
    'connection.close': '.ending',
  },
  states: {
    idle: { always: { guard: 'isWanted', target: 'connecting' } },
    connecting,
    ready,
    broken: resting,
    closing,
    ending,
    ended: { type: 'final', entry: { type: 'report', params: { type: 'connection.ended' } } },
  },
});
