import { systemClock } from '../../../src/shared/clock.ts';
import { KERNEL_ATTACKS, SCRIPT_ATTACKS } from '../../../src/tools/code/attacks.ts';
import { bubblewrapSandbox } from '../../../src/tools/code/bubblewrap.ts';
import type { Candidate } from '../../../src/tools/code/choice.ts';
import { probeSandbox } from '../../../src/tools/code/probe.ts';
import { pyodideSandbox } from '../../../src/tools/code/pyodide.ts';
import type {
  CodeLimits,
  CodeOutcome,
  Language,
  Sandbox,
} from '../../../src/tools/code/sandbox.ts';

const UNTIL_DONE = new AbortController().signal;

/** What runs Python on this machine, and whether the probe says that it holds. */
async function probed(sandbox: Sandbox, proof: Exclude<Candidate['proof'], 'trusted'>) {
  const { kind } = await probeSandbox(sandbox, proof, { clock: systemClock, signal: UNTIL_DONE });
  return { sandbox, isHere: kind === 'holds' };
}

export const bubblewrap = () => probed(bubblewrapSandbox(), KERNEL_ATTACKS);
export const pyodide = () => probed(pyodideSandbox(), SCRIPT_ATTACKS);

/** Time enough on the busiest machine. */
const AMPLE: CodeLimits = { timeMs: 60_000, memoryMb: 512 };

export interface Inside {
  readonly language?: Language;
  readonly files?: Readonly<Record<string, string>>;
  readonly limits?: Partial<CodeLimits>;
  readonly signal?: AbortSignal;
}

export function runIn(sandbox: Sandbox, code: string, inside: Inside = {}): Promise<CodeOutcome> {
  const { language = 'python', files = {}, limits = {}, signal = UNTIL_DONE } = inside;
  const given = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const);
  return sandbox.run(
    { language, code, files: new Map(given) },
    { owner: 'ada 1', limits: { ...AMPLE, ...limits }, clock: systemClock, signal },
  );
}
