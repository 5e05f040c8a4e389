import type { Memory, MemoryChange, MemoryDraft, Said } from '../../machines/memory/memories.ts';
import { makeRoom } from './consolidation.ts';
import { isExplicit } from './explicit.ts';
import { saysThemselves } from './own-words.ts';
import type { Proposal } from './proposals.ts';
import { holdsSecret } from './secrets.ts';
import { addsTo, hashOf, sameAs } from './similar.ts';
import { isSupported, supportedOnly } from './support.ts';
import { stemsOf } from './words.ts';

const MAX_CHARS = 300;
const MAX_EVIDENCE_CHARS = 500;
/** Changes of one reading. */
const MAX_CHANGES = 10;
const MAX_MEMORIES = 1_000;
const MAX_TOPICS = 5;

/** Why a proposal was not taken. */
export type Refused =
  | 'malformed'
  | 'not_said'
  | 'not_supported'
  | 'too_long'
  | 'secret'
  | 'no_such_memory'
  | 'not_asked_for'
  | 'known'
  | 'too_many'
  | 'full';

export interface Circumstances {
  /** The user's own messages; whoever else spoke is not among them. */
  readonly said: readonly Said[];
  /** What is known of the user now: no other ids can be meant. */
  readonly known: readonly Memory[];
  readonly now: number;
  readonly newId: () => string;
}

export interface Verified {
  readonly changes: readonly MemoryChange[];
  readonly refused: readonly Refused[];
}

/** Checks what a model proposes. A change comes out only for what the user has said in words of their own. */
export function verify(proposals: readonly Proposal[], circumstances: Circumstances): Verified {
  const changes: MemoryChange[] = [];
  const refused: Refused[] = [];
  let taken = 0;
  for (const proposal of proposals) {
    if (proposal.op === 'none') continue;
    const known = afterwards(circumstances.known, changes);
    const verdict =
      taken >= MAX_CHANGES ? 'too_many' : judge(proposal, { ...circumstances, known });
    if (typeof verdict === 'string') {
      refused.push(verdict);
      continue;
    }
    const room =
      verdict.kind === 'add' ? makeRoom(known, { cap: MAX_MEMORIES, now: circumstances.now }) : [];
    if (verdict.kind === 'add' && known.length - room.length >= MAX_MEMORIES) {
      refused.push('full');
      continue;
    }
    taken += 1;
    changes.push(...room, verdict);
  }
  return { changes, refused };
}

/** What would be known after the changes so far: two proposals of one reading must not say the same. */
function afterwards(known: readonly Memory[], changes: readonly MemoryChange[]): readonly Memory[] {
  const gone = new Set(changes.flatMap((change) => (change.kind === 'add' ? [] : [change.id])));
  const added = changes.flatMap((change) => ('memory' in change ? [change.memory] : []));
  return [...known, ...added].filter(({ id }) => !gone.has(id));
}

type Real = Exclude<Proposal, { op: 'none' }>;

function judge(proposal: Real, circumstances: Circumstances): MemoryChange | Refused {
  const evidence = proposal.evidence_quote.trim();
  if (evidence.length > MAX_EVIDENCE_CHARS) return 'too_long';
  const source = circumstances.said.findLast(({ text }) => saysThemselves(text, evidence));
  if (source === undefined) return 'not_said';
  return proposal.op === 'delete'
    ? deletion(proposal.id, evidence, { source, ...circumstances })
    : writing(proposal, evidence, { source, ...circumstances });
}

interface Sourced extends Circumstances {
  readonly source: Said;
}

/** Words by which somebody asks for something to be forgotten. */
const FORGET =
  /\b(?:forget|delete|remove|erase|no longer remember|stop remembering|don['’]?t remember|vergiss|vergessen|lösch\w*|olvid\w*|borra\w*|oublie\w*|efface\w*)\b/iu;
const ALL = /\b(?:everything|all|alles|todo|tout)\b/iu;

function deletion(
  id: string,
  evidence: string,
  { known, source }: Sourced,
): MemoryChange | Refused {
  const memory = known.find((one) => one.id === id);
  if (memory === undefined) return 'no_such_memory';
  const asked = new Set(stemsOf(evidence));
  const isMeant = ALL.test(evidence) || stemsOf(memory.text).some((stem) => asked.has(stem));
  if (!FORGET.test(evidence) || !isMeant) return 'not_asked_for';
  return { kind: 'delete', id, runId: source.runId };
}

type Writing = Extract<Real, { text: string }>;

function writing(
  proposal: Writing,
  evidence: string,
  circumstances: Sourced,
): MemoryChange | Refused {
  const text = proposal.text.trim().replaceAll(/\s+/g, ' ');
  const wrong = problemWith(text, evidence);
  if (wrong !== undefined) return wrong;
  const { known } = circumstances;
  const memory = memoryOf({ ...draftOf(proposal, evidence), text }, evidence, circumstances);
  const meant = proposal.id == null ? undefined : known.find(({ id }) => id === proposal.id);
  if (proposal.op !== 'add' && meant === undefined) return 'no_such_memory';
  const same = sameAs(memory, known);
  const old = meant ?? same;
  if (old === undefined) return { kind: 'add', memory };
  // Said again in the same words, or in fewer: it is known.
  const isKnown = same !== undefined && !addsTo(text, same.text);
  return isKnown ? 'known' : { kind: 'supersede', id: old.id, memory };
}

function problemWith(text: string, evidence: string): Refused | undefined {
  if (text === '') return 'malformed';
  if (text.length > MAX_CHARS) return 'too_long';
  if (holdsSecret(text) || holdsSecret(evidence)) return 'secret';
  return isSupported(text, evidence) ? undefined : 'not_supported';
}

const draftOf = ({ kind, topics, importance, event_at }: Writing, evidence: string) => {
  const eventAt = kind === 'event' ? momentOf(event_at) : undefined;
  return {
    kind,
    topics: supportedOnly(topics, evidence).slice(0, MAX_TOPICS),
    importance,
    ...(eventAt === undefined ? {} : { eventAt }),
  };
};

function momentOf(date: string | null | undefined): number | undefined {
  const at = date == null ? Number.NaN : Date.parse(date);
  // Beyond these, databases and people have no dates.
  return Math.abs(at) < 4e12 ? at : undefined;
}

const memoryOf = (
  draft: MemoryDraft,
  evidence: string,
  { source, now, newId }: Sourced,
): Memory => ({
  ...draft,
  id: newId(),
  evidence,
  hash: hashOf(draft.text),
  audience: source.audience,
  channelId: source.channelId,
  runId: source.runId,
  createdAt: now,
  ...(isExplicit(source.text) ? { askedFor: true } : {}),
});
