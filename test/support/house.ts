import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { ChannelId, UserId } from '../../machines/ids.ts';
import type { Audience } from '../../machines/memory/memories.ts';
import type { ModelPort, ModelRequest } from '../../machines/ports.ts';
import type { RunOutcome } from '../../machines/question.ts';
import { keptIn } from '../../src/house-store.ts';
import { createKeeper } from '../../src/memory/keeper.ts';
import { createModels } from '../../src/model/models.ts';
import { type Script, scriptedModel } from '../../src/model/scripted.ts';
import type { ModelLimits } from '../../src/model/settings.ts';
import { createWallet } from '../../src/model/wallet.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { openStore, type Store, type StorePlace } from '../../src/store/store.ts';
import { anAgent, aRoster, type RosterWishes } from '../../src/testing/builders.ts';
import { type RecordedLog, recordedLog } from '../../src/testing/recorded-log.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { confineTools, createToolbox } from '../../src/tools/toolbox.ts';
import { createTroupe, type Troupe, type TroupeOptions } from '../../src/troupe.ts';
import { type Asked, listen } from './asked.ts';
import { type GroqServer, type ServerScript, startGroqServer } from './groq-server.ts';
import { freshDatabase } from './postgres.ts';

/** What a test cares about; the rest is an ordinary house. */
export interface HouseWishes extends Pick<TroupeOptions, 'clock' | 'furnish' | 'limits'> {
  readonly maxTeams?: number;
  /** Who thinks, call by call; default: everybody says "Done." */
  readonly script?: Script;
  /** Instead of a script: a Groq-shaped server behind the real gateway. */
  readonly groq?: ServerScript;
  /** Models on that server in order of preference; default: one. */
  readonly models?: readonly string[];
  readonly modelLimits?: Partial<ModelLimits>;
  /** Tokens a user may spend a day on that server. */
  readonly tokensPerDay?: number;
  /** `postgres`: a database of its own on the real server. */
  readonly store?: 'none' | 'postgres' | StorePlace | Store;
  readonly roster?: RosterWishes;
  /** Users are remembered; needs a store. */
  readonly remembers?: boolean;
  /** Everybody may use all of them. */
  readonly tools?: readonly Tool[];
}

/** Who asks where; what a test does not care about is ada in the lobby. */
export interface Where {
  readonly user?: string;
  readonly channel?: string;
  readonly run?: string;
  readonly audience?: Audience;
}

/** A whole house under test. */
export interface HouseUnderTest {
  readonly troupe: Troupe;
  readonly log: RecordedLog;
  /** Every call of the scripted model so far. */
  readonly requests: readonly ModelRequest[];
  /** Asks, and listens to the end. */
  ask(text: string, where?: Where): Asked;
  /** Asks and waits for the outcome. */
  say(text: string, where?: Where): Promise<RunOutcome>;
  /** The server of `groq`. */
  groq(): GroqServer;
  /** The store of the house. */
  kept(): Store;
  /** What was asked and answered there, oldest first. */
  history(where?: Where): Promise<readonly string[]>;
}

/** Opens a house that closes when the test is over, whatever became of it. */
export async function house(wishes: HouseWishes = {}): Promise<HouseUnderTest> {
  const log = recordedLog();
  const clock = wishes.clock ?? systemClock;
  const closers: (() => unknown)[] = [];
  onTestFinished(async () => {
    for (const close of closers.reverse()) await close();
  });
  const store = await storeOf(wishes, closers);
  const thinker = await thinkerOf(wishes, { store, closers });
  const keeper =
    store === undefined || wishes.remembers !== true
      ? undefined
      : createKeeper({
          store: store.memories,
          model: thinker.model,
          clock,
          log,
          newId: randomUUID,
        });
  const toolbox = createToolbox({ tools: wishes.tools ?? [], clock, log });
  closers.push(toolbox.close);
  const specs = toolbox.specs((wishes.tools ?? []).map(({ name }) => name));
  const agent = (name: string) => anAgent(name, { tools: specs });
  const staff = { leader: agent('leader'), members: [agent('math'), agent('words')] };
  const roster = aRoster({ ...staff, ...wishes.roster });
  const { maxTeams, limits, furnish } = wishes;
  const troupe = await createTroupe({
    roster,
    model: thinker.model,
    tools: confineTools(toolbox, roster),
    clock,
    log,
    limits: {
      ...limits,
      supervisor: { ...(maxTeams === undefined ? {} : { maxTeams }), ...limits?.supervisor },
    },
    ...(store === undefined ? {} : { store: keptIn(store, { clock, log }) }),
    ...(keeper === undefined ? {} : { memories: keeper }),
    ...(furnish === undefined ? {} : { furnish }),
  });
  closers.push(() => closeNow(troupe));
  return underTest({ troupe, log, store, ...thinker });
}

type Closers = (() => unknown)[];

async function storeOf({ store = 'none', remembers = false }: HouseWishes, closers: Closers) {
  if (store === 'none') return undefined;
  if (typeof store === 'object' && 'runs' in store) return store;
  const place = store === 'postgres' ? await ownPlace(closers) : store;
  const opened = await openStore({ place, remembers });
  closers.push(opened.close);
  return opened;
}

async function ownPlace(closers: Closers): Promise<StorePlace> {
  const { url, drop } = await freshDatabase();
  closers.push(drop);
  return { kind: 'postgres', url };
}

interface Thinker {
  readonly model: ModelPort;
  readonly requests: readonly ModelRequest[];
  readonly server: GroqServer | undefined;
}

async function thinkerOf(
  wishes: HouseWishes,
  { store, closers }: { readonly store: Store | undefined; readonly closers: Closers },
): Promise<Thinker> {
  if (wishes.groq === undefined) {
    const model = scriptedModel(wishes.script ?? (() => ({ kind: 'say', text: 'Done.' })));
    return { model, requests: model.requests, server: undefined };
  }
  const server = await startGroqServer({ script: wishes.groq });
  closers.push(server.close);
  const provider = { kind: 'groq', name: 'groq', apiKey: 'gsk_test', baseUrl: server.url } as const;
  const models = wishes.models ?? ['big'];
  const { tokensPerDay: tokens } = wishes;
  const wallet = createWallet({
    limits: tokens === undefined ? {} : { user: { tokens } },
    load: async (userId, day) =>
      store === undefined || userId === undefined
        ? { tokens: 0, costMicroUsd: 0 }
        : store.spend.load(userId, day),
    clock: systemClock,
  });
  const model = createModels({
    providers: [provider],
    agents: { default: models.map((name) => ({ provider: 'groq', model: name })) },
    wallet,
    // No pauses: tests wait for nothing that need not be.
    limits: { backoffFirstMs: 1, backoffLongestMs: 2, ...wishes.modelLimits },
  });
  closers.push(model.close);
  return { model, requests: [], server };
}

/** Cuts short what a failed test may have left. */
async function closeNow(troupe: Troupe): Promise<void> {
  const closed = troupe.stop();
  await troupe.stop();
  await closed;
}

interface Parts extends Thinker {
  readonly troupe: Troupe;
  readonly log: RecordedLog;
  readonly store: Store | undefined;
}

function underTest({ troupe, log, store, requests, server }: Parts): HouseUnderTest {
  const kept = (): Store => demand(store, 'This house has no store.');
  const ask = (
    text: string,
    { user = 'ada', channel = 'lobby', run, audience }: Where = {},
  ): Asked =>
    listen(
      troupe.ask({
        userId: user,
        channelId: channel,
        text,
        ...(run === undefined ? {} : { runId: run }),
        ...(audience === undefined ? {} : { audience }),
      }),
    );
  return {
    troupe,
    log,
    requests,
    ask,
    say: (text, where) => ask(text, where).outcome,
    groq: () => demand(server, 'This house has no Groq server.'),
    kept,
    async history({ user = 'ada', channel = 'lobby' } = {}) {
      const page = { limit: 100, signal: new AbortController().signal };
      const runs = await kept().conversation({ userId: UserId(user) }, ChannelId(channel), page);
      return runs.flatMap(({ question, outcome }) => [question, sayOutcome(outcome)]);
    },
  };
}

/** The text of an answer; of anything else, what it was. */
function sayOutcome(outcome: RunOutcome): string {
  if (outcome.kind === 'answered') return outcome.text;
  if (outcome.kind === 'failed') return `failed: ${outcome.failure.kind}`;
  return outcome.kind === 'refused' ? `refused: ${outcome.refusal.kind}` : outcome.kind;
}

function demand<Thing>(thing: Thing | undefined, why: string): Thing {
  if (thing === undefined) throw new Error(why);
  return thing;
}
