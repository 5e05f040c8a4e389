import { randomUUID } from 'node:crypto';
import type { Memory } from '../../machines/memory/memories.ts';
import type { Question } from '../../machines/question.ts';

/** A memory that a question gave rise to. */
export const aMemory = (
  { runId, channelId, text, at }: Question,
  given: Partial<Memory> = {},
): Memory => ({
  id: randomUUID(),
  kind: 'fact',
  text,
  topics: [],
  importance: 0.5,
  audience: 'asker',
  channelId,
  runId,
  evidence: text,
  hash: `hash of ${given.text ?? text}`,
  createdAt: at,
  ...given,
});

/** A reading that found one memory. */
export const addingMemory = (memory: Memory) => ({
  changes: [{ kind: 'add', memory } as const],
  read: [],
});
