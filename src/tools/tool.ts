import { z } from 'zod';
import type { ToolSpec } from '../../machines/conversation.ts';
import type { UserId } from '../../machines/ids.ts';
import type { Purse, ToolResult } from '../../machines/ports.ts';
import type { RunRef } from '../../machines/question.ts';
import type { ToolPolicy } from '../../machines/tool-policy.ts';
import type { Clock } from '../shared/clock.ts';

export interface ToolContext {
  readonly run: RunRef;
  /** What calls of models are paid from, shared with what runs beside it. */
  readonly purse: Purse | undefined;
  /** Aborted when the run stops or the tool's deadline has passed; the result is then no longer heard. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

interface ToolFacts {
  /** Unique, `[a-z][a-z0-9_]*`: the model calls it by this. */
  readonly name: string;
  /** For the model: what it does, what it expects, what it cannot do. */
  readonly description: string;
  readonly policy: ToolPolicy;
  /** Given: a tool of the leader alone, offered for questions that came by this platform. */
  readonly platform?: string;
  /** How long one run may take, in milliseconds. */
  readonly deadlineMs: number;
  /** Characters of a result that are passed on; the rest is cut, visibly. */
  readonly maxOutputChars: number;
  /** Drops what is in mind of a user. Left out: nothing is. */
  forget?(userId: UserId): void;
  /** Frees what the tool holds; called once, when the toolbox closes. */
  close?(): Promise<void>;
}

/** Input that fits the schema and only waits to be run, or why it does not fit. */
type Prepared =
  | { readonly kind: 'fits'; run(context: ToolContext): Promise<ToolResult> }
  | { readonly kind: 'misfit'; readonly why: string };

/** A tool as the toolbox holds it: its input type is sealed in `prepare`. */
export interface Tool extends ToolFacts {
  readonly spec: ToolSpec;
  prepare(input: unknown): Prepared;
}

export interface ToolDefinition<Schema extends z.ZodObject> extends ToolFacts {
  readonly input: Schema;
  /** Expected failures are returned as `failed`; a throw is a bug and contained by the toolbox. */
  execute(input: z.output<Schema>, context: ToolContext): ToolResult | Promise<ToolResult>;
}

/** Makes a tool of its definition; the JSON schema for the model is computed here, once. */
export function defineTool<Schema extends z.ZodObject>(definition: ToolDefinition<Schema>): Tool {
  const { input: schema, execute, ...facts } = definition;
  const { $schema: _dialect, ...parameters } = z.toJSONSchema(schema, { io: 'input' });
  const { name, description, platform } = facts;
  const spec = { name, description, parameters };
  return {
    ...facts,
    spec: platform === undefined ? spec : { ...spec, platform },
    prepare(input) {
      const parsed = schema.safeParse(input);
      if (!parsed.success) return { kind: 'misfit', why: explain(parsed.error, input) };
      return { kind: 'fits', run: async (context) => execute(parsed.data, context) };
    },
  };
}

/** A result that is only text. */
export const returned = (content: string): ToolResult => ({ kind: 'returned', content });

const MAX_ISSUES = 5;
const MAX_ECHO_CHARS = 80;

/** One line per problem: where, what was expected, what came (shortened). */
function explain(error: z.ZodError, input: unknown): string {
  const lines = error.issues.slice(0, MAX_ISSUES).map((issue) => {
    const where = issue.path.length === 0 ? 'input' : issue.path.join('.');
    return `${where}: ${issue.message}, got ${echo(valueAt(input, issue.path))}`;
  });
  const more = error.issues.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`].join('; ') : lines.join('; ');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function echo(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string' && value.length > MAX_ECHO_CHARS) {
    return `a text of ${value.length} characters`;
  }
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > MAX_ECHO_CHARS ? `a value of ${text.length} characters` : text;
}
