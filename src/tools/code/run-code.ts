import { z } from 'zod';
import type { FileRef } from '../../../machines/conversation.ts';
import { type FailureKind, failure } from '../../../machines/failure.ts';
import type { ToolResult } from '../../../machines/ports.ts';
import type { RunRef } from '../../../machines/question.ts';
import { PURE } from '../../../machines/tool-policy.ts';
import type { Log } from '../../shared/log.ts';
import { prefix } from '../output.ts';
import { createSlots } from '../slots.ts';
import { defineTool, type Tool, type ToolContext } from '../tool.ts';
import type { Choice } from './choice.ts';
import type { FileKeeper } from './file-keeper.ts';
import { mimeOf } from './mime.ts';
import {
  CODE_LIMITS,
  type CodeLimits,
  type CodeOutcome,
  type Files,
  type Language,
  type Sandbox,
} from './sandbox.ts';
import type { Workspaces } from './workspaces.ts';

export interface RunCodeOptions {
  readonly choice: Choice;
  readonly workspaces: Workspaces;
  readonly keeper: FileKeeper | undefined;
  readonly ownerOf: (team: RunRef) => string;
  readonly log: Log;
}

const MAX_CODE_CHARS = 50_000;
const MAX_SHOWN_CHARS = 16_000;
const PLACES = 2;
const MAX_WAITING = 100;
/** How much longer than its own time a run may take: waiting for a place, for a machine. */
const MARGIN_MS = 30_000;
/** Files of one run that people are shown. */
const MAX_SHOWN_FILES = 8;

interface Wording {
  readonly name: string;
  readonly description: string;
  readonly example: string;
  /** Said where no sandbox runs this language. */
  readonly unavailable: string;
}

const FILES_STAY =
  'Files in the current folder are given to the user and stay for later runs (variables do not)';

const WORDINGS: Readonly<Record<Language, Wording>> = {
  python: {
    name: 'run_python',
    description: `Runs Python 3 in a sandbox and returns what it printed and the value of a last expression. No network. matplotlib and numpy may be there; charts that are shown become files. ${FILES_STAY}.`,
    example: 'sum(n * n for n in range(10))',
    unavailable:
      'Python cannot be run here: there is no sandbox for it on this machine. Do not pretend that it was run; run_javascript may do.',
  },
  javascript: {
    name: 'run_javascript',
    description: `Runs JavaScript (ES2023) in a sandbox and returns what console.log printed and the value of the last expression (or of a top-level return) as JSON. Top-level await is allowed. No network. ${FILES_STAY}: readFile(name) gives a text, writeFile(name, textOrBytes), listFiles(), removeFile(name). Modules and timers may be missing.`,
    example: '[1, 2, 3].map((n) => n ** 2)',
    unavailable: 'JavaScript cannot be run here now. Do not pretend that it was run.',
  },
};

/** Runs code where nothing of the house can be reached; the files in its folder stay until the team leaves. */
export function runCode(language: Language, options: RunCodeOptions): Tool {
  const slots = createSlots({ places: PLACES, maxWaiting: MAX_WAITING });
  const { timeMs, memoryMb } = CODE_LIMITS[language];
  const { name, description, example } = WORDINGS[language];
  return defineTool({
    name,
    description: `${description} At most ${timeMs / 1000} s and ${memoryMb} MB.`,
    input: z.object({
      code: z
        .string('expected a text')
        .min(1, 'expected some code')
        .max(MAX_CODE_CHARS, `expected at most ${MAX_CODE_CHARS} characters`)
        .describe(`For example: ${example}`),
    }),
    policy: PURE,
    deadlineMs: timeMs + MARGIN_MS,
    maxOutputChars: MAX_SHOWN_CHARS + 4_000,
    async execute({ code }, context) {
      const leave = await slots.take(context.signal);
      if (!leave) return failed('unavailable', 'Too much code waits to be run; try again later.');
      try {
        return await runOnce(options, { language, code }, context);
      } finally {
        leave();
      }
    },
  });
}

const failed = (kind: FailureKind, message: string): ToolResult => ({
  kind: 'failed',
  failure: failure(kind, message),
});

interface Wish {
  readonly language: Language;
  readonly code: string;
}

async function runOnce(
  options: RunCodeOptions,
  { language, code }: Wish,
  { run, signal, clock }: ToolContext,
): Promise<ToolResult> {
  const { choice, workspaces, ownerOf } = options;
  const owner = ownerOf(run);
  const before = workspaces.filesOf(owner);
  const limits = CODE_LIMITS[language];
  const outcome = await firstToRun(choice, language, (sandbox) =>
    sandbox.run({ language, code, files: before }, { owner, limits, clock, signal }),
  );
  if (outcome === undefined) return failed('unavailable', WORDINGS[language].unavailable);
  if (outcome.kind !== 'ended') return unfinished(outcome, limits);
  // Another run of the same team may have ended meanwhile: its files stay.
  const changed = changesIn(outcome.files, before);
  const gone = [...before.keys()].filter((name) => !outcome.files.has(name));
  workspaces.replace(owner, merged(workspaces.filesOf(owner), { changed, gone }));
  const kept = await keepAll(options, changed, { run, signal });
  const text = `${printedBy(outcome)}${told({ ...outcome, kept, changed })}`;
  if (!outcome.ok) return failed('invalid_input', `The code failed.\n${text}`);
  const files = kept.length === 0 ? {} : { files: kept };
  return { kind: 'returned', content: text === '' ? 'It printed nothing.' : text, ...files };
}

/** Where a sandbox is broken, the next one runs the code; no code is run twice. Nothing, where there is none. */
async function firstToRun(
  choice: Choice,
  language: Language,
  run: (sandbox: Sandbox) => Promise<CodeOutcome>,
): Promise<CodeOutcome | undefined> {
  let outcome: CodeOutcome | undefined;
  for (const sandbox of await choice.sandboxesFor(language)) {
    outcome = await run(sandbox);
    choice.heard(sandbox, outcome);
    if (outcome.kind !== 'broken') break;
  }
  return outcome;
}

function unfinished(
  outcome: Exclude<CodeOutcome, { kind: 'ended' }>,
  { timeMs, memoryMb }: CodeLimits,
): ToolResult {
  switch (outcome.kind) {
    case 'out_of_time':
      return failed('limit', `The code ran longer than ${timeMs / 1000} s.\n${printedBy(outcome)}`);
    case 'out_of_memory':
      return failed('limit', `The code needs more than ${memoryMb} MB.\n${printedBy(outcome)}`);
    case 'out_of_output':
      return failed('limit', 'The code prints without end.');
    case 'aborted':
      return failed('aborted', 'The code was stopped.');
    case 'broken':
      return unusable(`The sandbox could not be used: ${outcome.why}`, outcome.transient);
    case 'lost':
      return unusable(`${LOST}: ${outcome.why}`, outcome.transient);
    case 'busy':
      return unusable(outcome.why, outcome.transient);
  }
}

const LOST = 'The sandbox was lost after it had been given the code, which may have run';

const unusable = (message: string, transient: boolean): ToolResult => ({
  kind: 'failed',
  failure: { ...failure('unavailable', message), transient },
});

/** The end of a long text says more than its beginning: errors stand there. */
function printedBy({ output, dropped }: { output: string; dropped: number }): string {
  const rest = dropped > 0 ? `\n[${dropped} more bytes were printed]` : '';
  if (output.length <= MAX_SHOWN_CHARS) return `${output.trimEnd()}${rest}`;
  const half = MAX_SHOWN_CHARS / 2;
  const left = output.length - MAX_SHOWN_CHARS;
  return `${prefix(output, half)}\n[${left} characters are not shown]\n${output.slice(-half).toWellFormed().trimEnd()}${rest}`;
}

const changesIn = (now: Files, before: Files): Files =>
  new Map([...now].filter(([name, data]) => before.get(name)?.equals(data) !== true));

function merged(
  files: Files,
  { changed, gone }: { readonly changed: Files; readonly gone: readonly string[] },
): Files {
  const all = new Map([...files, ...changed]);
  for (const name of gone) all.delete(name);
  return all;
}

async function keepAll(
  { keeper, log }: RunCodeOptions,
  files: Files,
  { run, signal }: Pick<ToolContext, 'run' | 'signal'>,
): Promise<readonly FileRef[]> {
  if (keeper === undefined) return [];
  const shown = [...files].slice(0, MAX_SHOWN_FILES);
  const kept = await Promise.all(
    shown.map(([name, data]) => keeper.keep(run, { name, mime: mimeOf(name), data }, { signal })),
  );
  return kept.flatMap((ref) => {
    if ('id' in ref) return [ref];
    log.warn('file.not_kept', { runId: run.runId, why: ref.message });
    return [];
  });
}

interface Leftovers extends Pick<Ended, 'isLost' | 'unkept'> {
  readonly kept: readonly FileRef[];
  readonly changed: Files;
}

type Ended = Extract<CodeOutcome, { kind: 'ended' }>;

function told({ kept, changed, isLost, unkept }: Leftovers): string {
  const shown = kept.map(({ name }) => name);
  const hidden = [...changed.keys()].filter((name) => !shown.includes(name));
  const lines = [
    isLost
      ? 'It ended its interpreter: what it wrote to files is lost, those from before stay'
      : '',
    shown.length === 0 ? '' : `Files, which the user is shown: ${shown.join(', ')}`,
    hidden.length === 0 ? '' : `Files, which only later code can see: ${hidden.join(', ')}`,
    unkept.length === 0 ? '' : `Not kept (too much, or no plain files): ${unkept.join(', ')}`,
  ];
  return lines.map((line) => (line === '' ? '' : `\n[${line}]`)).join('');
}
