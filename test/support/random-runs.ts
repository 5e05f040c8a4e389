import { failure } from '../../machines/failure.ts';
import { UserId } from '../../machines/ids.ts';
import { DELEGATE_TO_ALL, DELEGATE_TO_ONE } from '../../machines/leader/delegation.ts';
import type { ModelRequest, RunPort, ToolPort } from '../../machines/ports.ts';
import { DEFAULT_RUN_LIMITS, type DelegationMode, type MemberSpec } from '../../machines/roster.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { createRecorder } from '../../src/inspector/recorder.ts';
import type { Recording } from '../../src/inspector/recording.ts';
import type { ScriptedStep } from '../../src/model/scripted.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { anAgent, aTool } from '../../src/testing/builders.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { type Random, seeded } from './random.ts';

/** Stands in every text that anybody writes in these runs, prompts and errors included. */
export const CANARY = 'canary';

const MEMBERS = ['math', 'words', 'maps'];
/** Those of a nested team that one of them leads now and then. */
const CLERKS = ['clerk', 'scribe'];
const TOOLS = ['look', 'add'];
const MODES: readonly DelegationMode[] = ['coordinate', 'coordinate', 'route', 'broadcast'];

/**
 * One question to a house drawn from the seed: random replies, delegations and tools, with failures, hangs, deadlines,
 * cancellations and bugs. Gives what was recorded of each incarnation that worked at it.
 */
export async function recordRandomRun(seed: number): Promise<readonly Recording[]> {
  const random = seeded(seed);
  const ended: Recording[] = [];
  const clock = simulatedClock();
  const recorder = createRecorder({
    clock,
    onEnded: (run) => ended.push(run.recording()),
  });
  const house = await aHouse({
    clock,
    recorder,
    script: (request) => aStep(random, request),
    tools: randomTools(random),
    runs: randomRuns(random),
    roster: aRandomRoster(random),
  });
  const run = await house.ask('ada1', { text: `${CANARY}: what is it?` });
  if (random.hits(0.1)) cancelIn(random.upTo(3_000), house);
  while (run.outcome === undefined && house.clock.next()) await house.pass(0);
  await house.close();
  return ended;
}

type House = Awaited<ReturnType<typeof aHouse>>;

function cancelIn(ms: number, { clock, runtime }: House): void {
  clock.setTimeout(() => runtime.signal({ type: 'cancel', userId: UserId('ada') }), ms);
}

const anActor = (name: string) =>
  anAgent(name, { description: CANARY, instructions: CANARY, tools: TOOLS.map(aTool) });

const aRandomMember = (random: Random, name: string): MemberSpec =>
  random.hits(0.2)
    ? {
        ...anActor(name),
        standIn: random.pick(MEMBERS),
        team: {
          mode: random.pick(MODES),
          members: CLERKS.map((clerk) => anActor(`${name}_${clerk}`)),
          limits: { ...DEFAULT_RUN_LIMITS, deadlineMs: 500 + random.upTo(5_000) },
        },
      }
    : anActor(name);

const aRandomRoster = (random: Random) => ({
  mode: random.pick(MODES),
  leader: anAgent('leader', { instructions: CANARY, tools: TOOLS.map(aTool) }),
  members: MEMBERS.map((name) => aRandomMember(random, name)),
  limits: {
    maxSteps: 1 + random.upTo(8),
    maxMemberSteps: 1 + random.upTo(5),
    maxDelegations: random.upTo(7),
    maxTokens: 20 + random.upTo(2_000),
    deadlineMs: 1_000 + random.upTo(20_000),
    memberDeadlineMs: 500 + random.upTo(5_000),
    retries: random.upTo(4),
    sameCallLimit: 1 + random.upTo(3),
    sameErrorLimit: 1 + random.upTo(3),
  },
});

function aStep(random: Random, { agent, tools }: ModelRequest): ScriptedStep {
  const delayMs = random.upTo(600);
  const draw = random.next();
  if (draw < 0.01) return { kind: 'throw', message: `${CANARY}: a bug` };
  if (draw < 0.04) return { kind: 'hang' };
  if (draw < 0.16) return { kind: 'fail', failure: aFailure(random), delayMs };
  if (draw < 0.19) return { kind: 'say', text: ' ', delayMs };
  if (tools.length === 0 || draw < 0.4) {
    const finish = random.hits(0.1) ? 'length' : 'stop';
    return { kind: 'say', text: `${CANARY}: ${agent} says so`, finish, delayMs };
  }
  const calls = Array.from({ length: 1 + random.upTo(3) }, () => aCall(random, agent));
  return { kind: 'use', calls, text: random.hits(0.3) ? CANARY : '', delayMs };
}

const aFailure = (random: Random) =>
  failure(random.pick(['rate_limited', 'timeout', 'auth', 'too_large', 'server']), CANARY);

function aCall(random: Random, agent: string) {
  const isLed = agent !== 'leader';
  const isDelegation = random.hits(isLed ? 0.3 : 0.7);
  const n = random.upTo(4);
  if (!isDelegation) {
    const name = random.pick([...TOOLS, `${CANARY}-tool`]);
    return random.hits(0.1)
      ? { name, invalid: `${CANARY}: no JSON` }
      : { name, input: { [`${CANARY}-key`]: CANARY, n } };
  }
  const task = random.hits(0.1) ? ' ' : `${CANARY}: task ${n}`;
  if (random.hits(0.2)) return { name: DELEGATE_TO_ALL, input: { task } };
  const members = isLed ? CLERKS.map((clerk) => `${agent}_${clerk}`) : MEMBERS;
  const member_id = random.pick([...members, `${CANARY}-member`]);
  return { name: DELEGATE_TO_ONE, input: { member_id, task } };
}

const randomTools = (random: Random): ToolPort => ({
  policyOf: () => PURE,
  run: ({ call }) =>
    Promise.resolve(
      random.hits(0.3)
        ? { kind: 'failed', failure: aFailure(random) }
        : {
            kind: 'returned',
            content: `${CANARY}: ${call.name} gave ${random.upTo(3)}`,
            sources: [{ title: CANARY, url: `https://example.org/${CANARY}/${random.upTo(5)}` }],
          },
    ),
});

function randomRuns(random: Random): RunPort {
  const failed = { kind: 'failed', failure: failure('storage', CANARY) } as const;
  const history = [{ role: 'user', content: `${CANARY}: earlier` }] as const;
  return {
    hydrate: () => Promise.resolve({ kind: 'ready' }),
    begin: () => Promise.resolve(random.hits(0.1) ? failed : { kind: 'begun', history, steps: [] }),
    record: () => Promise.resolve({ kind: 'saved' }),
    end: () => Promise.resolve(random.hits(0.1) ? failed : { kind: 'saved' }),
  };
}
