import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FakePlatform, startFakePlatform } from '../test/support/fake-platform.ts';
import { startGroqServer } from '../test/support/groq-server.ts';
import {
  type Act,
  ordinaryTurns,
  type Received,
  text,
} from '../test/support/groq-server-scripts.ts';
import { startPostgres } from '../test/support/postgres-process.ts';
import type { Random } from '../test/support/random.ts';
import { answerTo, PART_CHARS, questionIn } from './kill9-judge.ts';

const LAUNCHER = fileURLToPath(new URL('../src/launch.mjs', import.meta.url));
const NONCE_SECONDS = 120;

export interface WorldOptions {
  readonly random: Random;
  readonly store: 'postgres' | 'embedded';
  /** How long the platform remembers a nonce, in seconds; left out: two minutes. */
  readonly nonceSeconds: number | undefined;
}

/** Everything around the program, each thing for real but the people and the model. */
export interface World {
  readonly platform: FakePlatform;
  /** Starts the program, in a process of its own. */
  start(): Program;
  /** The platform forgets what is this much older than it seems. */
  skip(ms: number): void;
  /** No more faults from here on. */
  calm(): void;
  close(): Promise<void>;
}

export interface Program {
  readonly child: ChildProcess;
  /** How it ended: its exit code, or the signal. */
  readonly ended: Promise<string>;
  errors(): string;
}

export async function openWorld({ random, store, nonceSeconds }: WorldOptions): Promise<World> {
  const closers: (() => Promise<void>)[] = [];
  const folder = await mkdtemp(path.join(tmpdir(), 'troupe-kill9-'));
  closers.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  let skippedMs = 0;
  let isCalm = false;
  const platform = await startFakePlatform({
    windowMs: (nonceSeconds ?? NONCE_SECONDS) * 1_000,
    now: () => Date.now() + skippedMs,
    // When nonces are forgotten, what matters is what nobody was told: so there is more of it.
    fault: () =>
      isCalm ? 'none' : faultBy(random.next(), nonceSeconds === undefined ? 0.05 : 0.3),
  });
  closers.push(platform.close);
  const groq = await startGroqServer({ script: answering });
  closers.push(groq.close);
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    // What users are remembered by is tried elsewhere: here, each model call is one of an answer.
    MEMORY: 'off',
    // So are floods: nobody is told to come back later because of what no life was long enough to answer.
    TEAM_QUEUE: '5000',
    MAX_QUESTIONS_PER_USER: '5000',
    MAX_QUESTIONS_PER_CHANNEL: '5000',
    WEB_PORT: '0',
    DATA_DIR: path.join(folder, 'data'),
    GROQ_API_KEY: 'gsk_proof',
    GROQ_BASE_URL: groq.url,
    BRIDGE_URL: platform.url,
    BRIDGE_MAX_AGE_MINUTES: '0',
    BRIDGE_MAX_CHARS: String(PART_CHARS),
    BRIDGE_NONCE_SECONDS: String(nonceSeconds ?? NONCE_SECONDS),
    LOG_LEVEL: 'warn',
  };
  if (store === 'postgres') {
    const server = await startPostgres();
    closers.push(server.stop);
    env['DATABASE_URL'] = server.url('postgres');
  }
  return {
    platform,
    start: () => launch(env, folder),
    skip(ms) {
      skippedMs += ms;
    },
    calm() {
      isCalm = true;
    },
    async close() {
      for (const close of closers.reverse()) await close();
    },
  };
}

function launch(env: Readonly<Record<string, string>>, cwd: string): Program {
  const child = spawn(process.execPath, [LAUNCHER, 'start'], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (piece) => {
    errors = `${errors}${piece}`.slice(-4_000);
  });
  const ended = once(child, 'close').then(([code, signal]) => String(signal ?? code));
  return { child, ended, errors: () => errors };
}

/** 2 in 100 posts fail, 1 is asked to wait, and of this share nobody is told that they are done. */
function faultBy(chance: number, ambiguous: number) {
  if (chance < 0.02) return 'error';
  if (chance < 0.03) return { retryAfter: 0.05 };
  return chance < 0.03 + ambiguous ? 'applied_and_cut' : 'none';
}

/** Delegates once, as teams do; then the answer is all lines of the question's own. */
function answering(request: Received): Act {
  const act = ordinaryTurns(request);
  if (act.kind !== 'reply' || (act.calls ?? []).length > 0) return act;
  const asked = (request.body.messages ?? [])
    .filter(({ role }) => role === 'user')
    .map(({ content }) => questionIn(content ?? ''))
    .findLast((n) => n !== undefined);
  return asked === undefined ? text('My part is done.') : text(answerTo(asked));
}
