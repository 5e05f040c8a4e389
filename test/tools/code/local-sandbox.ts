import { systemClock } from '../../../src/shared/clock.ts';
import { bubblewrapSandbox } from '../../../src/tools/code/bubblewrap.ts';
import { probeSandbox } from '../../../src/tools/code/probe.ts';
import type { CodeLimits, CodeOutcome, Sandbox } from '../../../src/tools/code/sandbox.ts';

const UNTIL_DONE = new AbortController().signal;

/** Whether this machine has bubblewrap, and what the probe says of it. */
const localProbe = await probeSandbox(bubblewrapSandbox(), {
  clock: systemClock,
  signal: UNTIL_DONE,
});

export const isHere = localProbe.kind === 'holds';

/** Time enough on the busiest machine. */
const AMPLE: CodeLimits = { timeMs: 60_000, memoryMb: 512 };

export interface Inside {
  readonly files?: Readonly<Record<string, string>>;
  readonly limits?: Partial<CodeLimits>;
  readonly signal?: AbortSignal;
}

export function runIn(sandbox: Sandbox, code: string, inside: Inside = {}): Promise<CodeOutcome> {
  const { files = {}, limits = {}, signal = UNTIL_DONE } = inside;
  const given = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const);
  return sandbox.run(
    { code, files: new Map(given) },
    { owner: 'ada 1', limits: { ...AMPLE, ...limits }, clock: systemClock, signal },
  );
}
