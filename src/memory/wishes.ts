import { NO_USAGE } from '../../machines/conversation.ts';
import type { MemoryChange, MemoryKind, Said } from '../../machines/memory/memories.ts';
import { messageOf } from '../shared/thrown.ts';
import { withEmbeddings } from './embedding.ts';
import type { KeeperOptions, Mind } from './mind.ts';
import type { Proposal } from './proposals.ts';
import { type Refused, verify } from './verify.ts';

/** What a leader would have remembered or forgotten for its user. */
export type Wishes =
  | {
      readonly kind: 'remember';
      readonly text: string;
      readonly memoryKind: MemoryKind;
      readonly quote: string;
      /** The memory that this takes the place of. */
      readonly replaces?: string | undefined;
    }
  | { readonly kind: 'forget'; readonly id: string; readonly quote: string };

/** What became of it. `off`: memory is not wanted, or cannot be had. */
export type Wished =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly why: Refused | 'off' }
  | { readonly kind: 'failed'; readonly why: string };

/** Carries wishes out at once, under the same checks as what a reading proposes. */
export const createWishes =
  (options: KeeperOptions & { readonly signal: AbortSignal }) =>
  async (mind: Mind, said: Said, wish: Wishes): Promise<Wished> => {
    const { store, clock, newId, signal } = options;
    const circumstances = { said: [said], known: mind.memories, now: clock.now(), newId };
    const { changes, refused } = verify([proposalOf(wish)], circumstances);
    const [why] = refused;
    if (why !== undefined) return { kind: 'refused', why };
    try {
      const kept = await withEmbeddings(changes.map(asAskedFor), options);
      await store.apply(mind.team, { changes: kept, read: [], usage: NO_USAGE }, { signal });
      return { kind: 'done' };
    } catch (error) {
      return { kind: 'failed', why: messageOf(error) };
    }
  };

const asAskedFor = (change: MemoryChange): MemoryChange =>
  'memory' in change ? { ...change, memory: { ...change.memory, askedFor: true } } : change;

const proposalOf = (wish: Wishes): Proposal =>
  wish.kind === 'forget'
    ? { op: 'delete', id: wish.id, evidence_quote: wish.quote }
    : {
        op: wish.replaces === undefined ? 'add' : 'supersede',
        id: wish.replaces,
        text: wish.text,
        kind: wish.memoryKind,
        topics: [],
        // Somebody asked for it in so many words.
        importance: 0.8,
        evidence_quote: wish.quote,
      };
