import { NO_USAGE } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import { ChannelId, UserId } from '../../machines/ids.ts';
import type { ModelPort, ModelRequest, ModelResult, RunPort } from '../../machines/ports.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { markOf } from '../support/sim/marks.ts';
import type { PlantedFault } from '../support/sim/planted-fault.ts';

/** Faults between the machines and the world: what reaches it, and what comes back. */
export const portFaults: readonly (PlantedFault & { readonly breaks: string })[] = [
  {
    name: 'a late call of an old incarnation reaches the model',
    breaks: 'P8',
    options: (options) => ({ ...options, model: haunted(options.model) }),
  },
  {
    name: 'a bug of one team is thrown at another one, too',
    breaks: 'P7',
    options: (options) => ({ ...options, model: contagious(options.model) }),
  },
  {
    name: 'a bug is swallowed',
    breaks: 'P7',
    options: ({ model, ...options }) => ({
      ...options,
      model: {
        call: (request, call) =>
          model.call(request, call).catch((): ModelResult => {
            return { kind: 'failed', failure: failure('server', 'Swallowed.') };
          }),
      },
    }),
  },
  {
    name: 'a call that was answered is made and paid again',
    breaks: 'journal',
    options: ({ model, ...options }) => ({
      ...options,
      model: {
        async call(request, call) {
          await model.call(request, call);
          return model.call(request, call);
        },
      },
    }),
  },
  {
    name: 'a resumed run is not told what was done before',
    breaks: 'journal',
    options: ({ runs, ...options }) => ({ ...options, runs: runs && forgetful(runs) }),
  },
  {
    name: 'a tool that must not be run twice passes for one that may',
    breaks: 'journal',
    options: ({ tools, ...options }) => ({
      ...options,
      tools: { policyOf: () => PURE, run: (request, call) => tools.run(request, call) },
    }),
  },
  {
    name: 'the history of somebody else is shown to a model',
    breaks: 'P9',
    options: ({ runs, ...options }) => ({
      ...options,
      runs: runs && {
        ...runs,
        async begin(run, question, call) {
          const start = await runs.begin(run, question, call);
          if (start.kind === 'failed') return start;
          return { ...start, history: [...start.history, { role: 'user', content: FOREIGN }] };
        },
      },
    }),
  },
  {
    name: 'an answer is saved that is not the one that was given',
    breaks: 'P4',
    options: ({ runs, ...options }) => ({
      ...options,
      runs: runs && {
        ...runs,
        end: ({ outcome: _, ...record }, call) =>
          runs.end({ ...record, outcome: { kind: 'cancelled', usage: NO_USAGE } }, call),
      },
    }),
  },
];

const FOREIGN = `Between us: ${markOf({ userId: UserId('u99'), channelId: ChannelId('c99') })}`;

const forgetful = (runs: RunPort): RunPort => ({
  ...runs,
  async begin(run, question, call) {
    const start = await runs.begin(run, question, call);
    return start.kind === 'failed' ? start : { ...start, steps: [] };
  },
});

/** Makes the first call of each user's team again when the next incarnation makes one. */
function haunted(model: ModelPort): ModelPort {
  const first = new Map<UserId, ModelRequest>();
  return {
    call(request, call) {
      const { userId, epoch } = request.run;
      const before = first.get(userId);
      if (before === undefined) first.set(userId, request);
      else if (before.run.epoch !== epoch) void model.call(before, call);
      return model.call(request, call);
    },
  };
}

/** A rejected call takes another user's with it. */
function contagious(model: ModelPort): ModelPort {
  const open = new Set<{ readonly userId: UserId; readonly reject: (error: unknown) => void }>();
  return {
    call(request, call) {
      const { promise, resolve, reject } = Promise.withResolvers<ModelResult>();
      const { userId } = request.run;
      const mine = { userId, reject };
      open.add(mine);
      model.call(request, call).then(
        (result) => {
          open.delete(mine);
          resolve(result);
        },
        (error: unknown) => {
          open.delete(mine);
          reject(error);
          [...open].find((other) => other.userId !== userId)?.reject(error);
        },
      );
      return promise;
    },
  };
}
