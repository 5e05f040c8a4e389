import { fingerprintOf } from '../../shared/fingerprint.ts';
import { isRecord, type Json, parseJson } from '../../shared/parse.ts';

/** A tool as a server describes it, bounded and plain. */
export interface OfferedTool {
  /** The server's own name of it. */
  readonly name: string;
  readonly description: string;
  /** JSON schema of an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The server says that running it twice does no more than once. */
  readonly repeatable: boolean;
}

/** What a server said of a tool, as the SDK gives it. */
export interface ToolWords {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: unknown;
  readonly annotations?:
    | { readonly readOnlyHint?: boolean | undefined; readonly idempotentHint?: boolean | undefined }
    | undefined;
}

const MAX_SCHEMA_CHARS = 20_000;
const MAX_DESCRIPTION_CHARS = 2_000;
const MAX_NAME_CHARS = 128;

/** The tool, or why it cannot be offered to a model. */
export function readTool({
  name,
  description = '',
  inputSchema,
  annotations,
}: ToolWords): OfferedTool | string {
  if (name === '' || name.length > MAX_NAME_CHARS) return 'its name is empty or too long';
  if (description.length > MAX_DESCRIPTION_CHARS) return 'its description is too long';
  const parameters = plainSchema(inputSchema);
  if (typeof parameters === 'string') return parameters;
  const repeatable = annotations?.readOnlyHint === true || annotations?.idempotentHint === true;
  return { name, description, parameters, repeatable };
}

function plainSchema(schema: unknown): OfferedTool['parameters'] | string {
  const text = textOf(schema);
  if (text === undefined || text.length > MAX_SCHEMA_CHARS) return 'its schema is too large';
  const parsed = parseJson(text);
  if (!parsed.ok) return `its schema is ${parsed.why}`;
  if (!isRecord(parsed.value) || parsed.value['type'] !== 'object') {
    return 'its schema is not that of an object';
  }
  const { $schema: _dialect, ...parameters } = parsed.value;
  return parameters;
}

function textOf(schema: unknown): string | undefined {
  try {
    return JSON.stringify(schema);
  } catch {
    // Deeper than the stack: the only thing that JSON that came over a wire can fail with.
    return undefined;
  }
}

/** Equal for the same tool, however the server orders the words of its schema. */
export const hashOf = ({ name, description, parameters, repeatable }: OfferedTool): string =>
  fingerprintOf(JSON.stringify([name, description, repeatable, sorted(parameters)]));

/** Its depth is bounded: it came through `parseJson`. */
function sorted(value: unknown): Json | undefined {
  if (Array.isArray(value)) return value.map((item: unknown) => sorted(item) ?? null);
  if (isRecord(value)) {
    const keys = Object.keys(value).sort();
    return Object.fromEntries(keys.map((key) => [key, sorted(value[key]) ?? null]));
  }
  // Neither an array nor an object, and it came through `parseJson`.
  return value as Json;
}
