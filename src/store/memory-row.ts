import type { Memory } from '../../machines/memory/memories.ts';
import { userMemories } from './schema/memories.ts';

/** What is read of a memory. */
export const memoryColumns = {
  id: userMemories.memoryId,
  kind: userMemories.kind,
  text: userMemories.content,
  topics: userMemories.topics,
  importance: userMemories.importance,
  audience: userMemories.audience,
  evidence: userMemories.evidence,
  hash: userMemories.hash,
  runId: userMemories.sourceRunId,
  channelId: userMemories.sourceChannelId,
  askedFor: userMemories.askedFor,
  eventAt: userMemories.eventAt,
  recalledAt: userMemories.recalledAt,
  createdAt: userMemories.createdAt,
  supersededBy: userMemories.supersededBy,
  supersededAt: userMemories.supersededAt,
  embedding: userMemories.embedding,
  embedder: userMemories.embedder,
};

type Columns = typeof memoryColumns;
type MemoryRow = {
  readonly [Key in keyof Columns]: Columns[Key]['_']['notNull'] extends true
    ? Columns[Key]['_']['data']
    : Columns[Key]['_']['data'] | null;
};

export function toMemory(row: MemoryRow): Memory {
  const { askedFor, eventAt, recalledAt, createdAt, ...more } = row;
  const { supersededAt, supersededBy, embedding, embedder, ...rest } = more;
  return {
    ...rest,
    createdAt: createdAt.getTime(),
    ...(askedFor ? { askedFor } : {}),
    ...(recalledAt === null ? {} : { recalledAt: recalledAt.getTime() }),
    ...(eventAt === null ? {} : { eventAt: eventAt.getTime() }),
    ...(supersededAt === null ? {} : { supersededAt: supersededAt.getTime() }),
    ...(supersededBy === null ? {} : { supersededBy }),
    ...(embedding === null || embedder === null
      ? {}
      : { embedding: { embedder, vector: vectorOf(embedding) } }),
  };
}

/** A memory as `applyChanges` takes it: moments as milliseconds, the vector as text. */
export const writtenMemory = ({ embedding, eventAt, ...memory }: Memory) => ({
  id: memory.id,
  kind: memory.kind,
  content: memory.text,
  topics: memory.topics,
  importance: memory.importance,
  audience: memory.audience,
  evidence: memory.evidence,
  hash: memory.hash,
  run_id: memory.runId,
  asked_for: memory.askedFor === true,
  event_at: eventAt ?? null,
  created_at: memory.createdAt,
  embedding: embedding === undefined ? null : textOf(embedding.vector),
  embedder: embedding?.embedder ?? null,
});

const textOf = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

function vectorOf(text: string): Float32Array {
  // Copied, since a pooled buffer need not lie where 32-bit numbers may begin.
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer, 0, Math.floor(bytes.byteLength / 4));
}
