import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { Attacks } from './attacks.ts';
import { probeSandbox } from './probe.ts';
import type { CodeOutcome, Language, Sandbox } from './sandbox.ts';

export interface Candidate {
  readonly sandbox: Sandbox;
  /** `trusted`: a machine elsewhere, whose maker answers for it; else what it must withstand here before it is used. */
  readonly proof: 'trusted' | Attacks;
}

export interface ChoiceOptions {
  /** The strongest first. */
  readonly candidates: readonly Candidate[];
  /** Runs what the chosen one does not run, or cannot run at the moment. */
  readonly fallback: Sandbox;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where code is run, for people. */
export interface CodePlace {
  /** Which sandbox it is and how it is, in a few words. */
  readonly where: string;
  /** Why it is none of the stronger ones; empty where it is the strongest. */
  readonly why: string;
}

/** The strongest sandbox that is present here and holds. */
export interface Choice {
  /** Those that run this language, in the order in which they are to be tried. Probes at the first call, and only then. Never rejects. */
  sandboxesFor(language: Language): Promise<readonly Sandbox[]>;
  /** Is told how a run went, so that the place says whether it is alive. */
  heard(sandbox: Sandbox, outcome: CodeOutcome): void;
  place(): CodePlace;
  /** Ends a probe under way. */
  close(): void;
}

interface Chosen {
  readonly sandbox: Sandbox | undefined;
  /** Why it is none of the stronger ones. */
  readonly reasons: readonly string[];
}

export function createChoice(options: ChoiceOptions): Choice {
  const { fallback } = options;
  const ending = new AbortController();
  let asked: Promise<Chosen> | undefined;
  let known: Chosen | undefined;
  let isDown = false;
  return {
    async sandboxesFor(language) {
      asked ??= choose(options, ending.signal);
      known = await asked;
      const { sandbox } = known;
      const all = sandbox === undefined ? [fallback] : [sandbox, fallback];
      return all.filter(({ languages }) => languages.includes(language));
    },
    heard(sandbox, { kind }) {
      // Code can bring its own machine down, or crowd it: that says nothing of the place.
      if (kind === 'lost' || kind === 'busy') return;
      if (sandbox === known?.sandbox) isDown = kind === 'broken';
    },
    place() {
      if (known === undefined) return { where: 'being tried', why: '' };
      return { where: whereOf(known.sandbox, { fallback, isDown }), why: known.reasons.join('; ') };
    },
    close: () => ending.abort(),
  };
}

function whereOf(
  sandbox: Sandbox | undefined,
  { fallback, isDown }: { readonly fallback: Sandbox; readonly isDown: boolean },
): string {
  if (sandbox === undefined) return `JavaScript in ${fallback.name}, no Python`;
  const state = isDown ? 'does not answer' : (sandbox.state?.() ?? 'alive');
  const now = `${sandbox.name} (${state})`;
  return sandbox.languages.includes('javascript')
    ? now
    : `Python in ${now}, JavaScript in ${fallback.name}`;
}

async function choose(
  { candidates, clock, log }: ChoiceOptions,
  signal: AbortSignal,
): Promise<Chosen> {
  const reasons: string[] = [];
  for (const { sandbox, proof } of candidates) {
    const probed =
      proof === 'trusted' ? HOLDS : await probeSandbox(sandbox, proof, { clock, signal });
    if (probed.kind === 'holds') {
      log.info('sandbox.chosen', { sandbox: sandbox.name });
      return { sandbox, reasons };
    }
    if (signal.aborted) return { sandbox: undefined, reasons };
    reasons.push(`${sandbox.name}: ${probed.why}`);
    // One that leaks is worth a look; one that is not installed is how most machines are.
    const report = probed.kind === 'leaks' ? log.error : log.info;
    report('sandbox.not_usable', { sandbox: sandbox.name, why: probed.why });
  }
  log.warn('sandbox.none', { why: 'Python cannot be run here' });
  return { sandbox: undefined, reasons };
}

const HOLDS = { kind: 'holds' } as const;
