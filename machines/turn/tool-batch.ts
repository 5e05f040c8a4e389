import { addUsage, type FileRef, type Source, type ToolCall, type Usage } from '../conversation.ts';
import type { Purse, ToolRequest, ToolResult } from '../ports.ts';
import type { RunRef } from '../question.ts';
import { shortened, type ToolAnswer, textOf } from './transcript.ts';

/** Tool calls of one reply, run side by side; the results come back in the same order. */
export type ToolBatch = readonly ToolRequest[];
export type ToolBatchResults = readonly ToolResult[];

export interface BatchOrigin {
  readonly run: RunRef;
  readonly agent: string;
  readonly stepKey: string;
  readonly purse: Purse;
}

/** Names every call by its place, so that a resumed run finds its result again. */
export const batchOf = (
  calls: readonly ToolCall[],
  { run, agent, stepKey, purse }: BatchOrigin,
): ToolBatch =>
  calls.map((call, index) => ({ run, agent, stepKey: `${stepKey}/${index}`, call, purse }));

export function answersOf(
  calls: readonly ToolCall[],
  results: ToolBatchResults,
  maxChars: number,
): readonly ToolAnswer[] {
  return calls.map((call, index) => {
    const result = results[index];
    return {
      call,
      content: result === undefined ? 'Not done.' : shortened(textOf(result), maxChars),
    };
  });
}

export const errorsOf = (results: ToolBatchResults): readonly string[] =>
  results.flatMap((result) => (result.kind === 'failed' ? [result.failure.message] : []));

const MAX_SOURCES = 20;

/** Adds what was newly fetched: each address once, twenty at most. */
export function withSources(known: readonly Source[], more: readonly Source[]): readonly Source[] {
  const fresh = more.filter(
    (source, index) =>
      !known.some((old) => old.url === source.url) &&
      more.findIndex((other) => other.url === source.url) === index,
  );
  return fresh.length === 0 ? known : [...known, ...fresh].slice(0, MAX_SOURCES);
}

export const sourcesOf = (results: ToolBatchResults): readonly Source[] =>
  results.flatMap((result) => (result.kind === 'returned' ? (result.sources ?? []) : []));

/** What is spent once these tools, too, have spent what they have: those that failed included. */
export const withUsage = (known: Usage, results: ToolBatchResults): Usage =>
  results.reduce((sum, { usage }) => (usage === undefined ? sum : addUsage(sum, usage)), known);

const MAX_FILES = 10;

/** Adds what was newly made: a later file takes the place of an earlier one of its name, ten at most. */
export function withFiles(known: readonly FileRef[], more: readonly FileRef[]): readonly FileRef[] {
  if (more.length === 0) return known;
  const byName = new Map([...known, ...more].map((file) => [file.name, file]));
  return [...byName.values()].slice(-MAX_FILES);
}

export const filesOf = (results: ToolBatchResults): readonly FileRef[] =>
  results.flatMap((result) => (result.kind === 'returned' ? (result.files ?? []) : []));
