import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { probeSandbox } from './probe.ts';
import type { Sandbox } from './sandbox.ts';

export interface Candidate {
  readonly sandbox: Sandbox;
  /** `trusted`: a machine elsewhere, whose maker answers for it; `probed`: must show here that it holds. */
  readonly proof: 'trusted' | 'probed';
}

export interface ChoiceOptions {
  /** The strongest first. */
  readonly candidates: readonly Candidate[];
  readonly clock: Clock;
  readonly log: Log;
}

export type Chosen =
  | { readonly kind: 'chosen'; readonly sandbox: Sandbox }
  | { readonly kind: 'none'; readonly why: string };

/** The strongest sandbox that is present here and holds. */
export interface Choice {
  /** Probes at the first call, and only then. Never rejects. */
  chosen(): Promise<Chosen>;
  /** In a few words, for people: which one it is. */
  status(): string;
  /** Ends a probe under way. */
  close(): void;
}

export function createChoice(options: ChoiceOptions): Choice {
  const ending = new AbortController();
  let asked: Promise<Chosen> | undefined;
  let status = 'not tried yet';
  return {
    chosen() {
      asked ??= choose(options, ending.signal).then((chosen) => {
        status = chosen.kind === 'chosen' ? chosen.sandbox.name : 'none: no Python';
        return chosen;
      });
      return asked;
    },
    status: () => status,
    close: () => ending.abort(),
  };
}

async function choose(
  { candidates, clock, log }: ChoiceOptions,
  signal: AbortSignal,
): Promise<Chosen> {
  const reasons: string[] = [];
  for (const { sandbox, proof } of candidates) {
    const probed = proof === 'trusted' ? HOLDS : await probeSandbox(sandbox, { clock, signal });
    if (probed.kind === 'holds') {
      log.info('sandbox.chosen', { sandbox: sandbox.name });
      return { kind: 'chosen', sandbox };
    }
    reasons.push(`${sandbox.name}: ${probed.why}`);
    if (signal.aborted) break;
    // One that leaks is worth a look; one that is not installed is how most machines are.
    const report = probed.kind === 'leaks' ? log.error : log.info;
    report('sandbox.not_usable', { sandbox: sandbox.name, why: probed.why });
  }
  if (!signal.aborted) log.warn('sandbox.none', { why: 'Python cannot be run here' });
  return { kind: 'none', why: reasons.join('; ') };
}

const HOLDS = { kind: 'holds' } as const;
