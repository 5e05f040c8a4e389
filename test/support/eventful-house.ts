import { failure } from '../../machines/failure.ts';
import type { UserId } from '../../machines/ids.ts';
import { DELEGATE_TO_ONE } from '../../machines/leader/delegation.ts';
import type { ModelPort, ModelRequest, RunPort, ToolPort } from '../../machines/ports.ts';
import type { DelegationMode } from '../../machines/roster.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { type ScriptedStep, scriptedModel } from '../../src/model/scripted.ts';
import { aHouse, type House, type Watched } from '../../src/testing/a-house.ts';
import { simulatedClock } from '../../src/testing/clock.ts';

/** Where a port can fail its promise. */
export type Breach = 'call' | 'run' | 'hydrate' | 'begin' | 'end' | 'furnish';
export const BREACHES = ['call', 'run', 'hydrate', 'begin', 'end', 'furnish'] as const;

export interface EventfulHouse {
  readonly house: House;
  /** Model calls and tool calls that have begun and not ended. */
  readonly underway: () => number;
  readonly acquired: () => number;
  readonly disposed: () => number;
}

interface Wishes {
  readonly mode?: DelegationMode;
  /** Called where a port begins: throws or rejects, or lets it go on. */
  readonly breach?: (at: Breach, userId: UserId) => Promise<void> | undefined;
}

const use = (...calls: readonly { name: string; input?: Record<string, unknown> }[]) =>
  ({ kind: 'use', calls }) as const satisfies ScriptedStep;
const ask = (member: string) => ({
  name: DELEGATE_TO_ONE,
  input: { member_id: member, task: 'Go.' },
});
const SERVER = { kind: 'fail', failure: failure('server', 'Busy.') } as const;

/**
 * A script that leads through every corner of the machines: the leader retries, uses a tool, delegates to two and
 * goes round in circles; one member retries, uses a tool and goes round in circles, the other hangs.
 */
function eventful(
  { agent, tools, messages, draftTurn = 1 }: ModelRequest,
  tries: number,
): ScriptedStep {
  if (agent === 'words') return { kind: 'hang' };
  if (tries === 0) return SERVER;
  if (tools.length === 0) return { kind: 'say', text: `${agent} is done` };
  if (agent === 'math') return use({ name: 'add' });
  const isFirst = !messages.some(({ role }) => role === 'tool') || draftTurn < 2;
  return isFirst ? use({ name: 'look' }, ask('math'), ask('words')) : use({ name: 'look' });
}

/** A house in which everything happens to everybody that can happen to a run. */
export async function anEventfulHouse({ mode, breach }: Wishes = {}): Promise<EventfulHouse> {
  let [underway, acquired, disposed] = [0, 0, 0];
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    underway += 1;
    try {
      return await work();
    } finally {
      underway -= 1;
    }
  };
  const tries = new Map<string, number>();
  const model: ModelPort = {
    call(request, options) {
      const broken = breach?.('call', request.run.userId);
      const key = `${request.run.runId}/${request.run.epoch}/${request.agent}`;
      const nth = tries.get(key) ?? 0;
      tries.set(key, nth + 1);
      const inner = scriptedModel(() => eventful(request, nth), { clock: simulatedClock() });
      return during(async () => {
        await broken;
        return inner.call(request, options);
      });
    },
  };
  const tools: ToolPort = {
    policyOf: () => PURE,
    run(request) {
      const broken = breach?.('run', request.run.userId);
      return during(async () => {
        await broken;
        return { kind: 'returned', content: 'done' };
      });
    },
  };
  const hydrations = new Map<string, number>();
  const runs: RunPort = {
    async hydrate({ userId, epoch }) {
      await breach?.('hydrate', userId);
      const nth = hydrations.get(`${userId}/${epoch}`) ?? 0;
      hydrations.set(`${userId}/${epoch}`, nth + 1);
      return nth === 0
        ? { kind: 'failed', failure: failure('storage', 'Busy.') }
        : { kind: 'ready' };
    },
    async begin({ userId }) {
      await breach?.('begin', userId);
      return { kind: 'begun', history: [], steps: [] };
    },
    record: () => Promise.resolve({ kind: 'saved' }),
    async end({ run }) {
      await breach?.('end', run.userId);
      return { kind: 'failed', failure: failure('storage', 'Busy.') };
    },
  };
  const house = await aHouse({
    model,
    tools,
    runs,
    roster: {
      ...(mode === undefined ? {} : { mode }),
      members: [
        { ...anAgentWith('math'), tools: [{ name: 'add', description: '', parameters: {} }] },
        anAgentWith('words'),
      ],
      limits: { sameCallLimit: 2, memberDeadlineMs: 20_000 },
    },
    team: { maxQueuedPerChannel: 3 },
    async furnish(scope) {
      acquired += 1;
      scope.acquire('lease', () => {
        disposed += 1;
      });
      await breach?.('furnish', scope.userId);
    },
  });
  return { house, underway: () => underway, acquired: () => acquired, disposed: () => disposed };
}

const anAgentWith = (name: string) => ({
  name,
  description: '',
  instructions: '',
  tools: [],
  maxOutputTokens: 100,
});

/** One user's questions in one channel: the last one does not fit. */
export async function askFour(house: House, user: string): Promise<readonly Watched[]> {
  const runs: Watched[] = [];
  for (const n of [1, 2, 3, 4]) runs.push(await house.ask(`${user}${n}`));
  return runs;
}
