import { isRecord } from '../../../src/shared/parse.ts';
import { ApiError, invalidForm } from './objects.ts';

export interface PostBody {
  readonly content: string | undefined;
  readonly nonce: string | undefined;
  readonly enforceNonce: boolean;
  readonly components: readonly unknown[] | undefined;
  readonly allowedMentions: AllowedMentions | undefined;
  readonly flags: number;
  readonly replyTo: string | undefined;
  readonly failIfNotExists: boolean;
  readonly embeds: readonly unknown[] | undefined;
  /** Files to keep at an edit, as `{ id }`. */
  readonly attachments: readonly unknown[] | undefined;
}

export interface AllowedMentions {
  readonly parse: readonly string[];
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly repliedUser: boolean;
}

const MAX_CONTENT = 2_000;
const SUPPRESS_EMBEDS = 4;
const EPHEMERAL = 64;
const SILENT = 4_096;

/** Reads the body of a message as strictly as Discord does. Throws `ApiError`. */
export function readPost(body: unknown): PostBody {
  if (!isRecord(body)) throw new ApiError(400, 50_109, 'The request body contains invalid JSON.');
  const { content, nonce, components, embeds, attachments } = body;
  checkText(content, nonce);
  if (components !== undefined) checkComponents(components);
  return {
    content: typeof content === 'string' ? content : undefined,
    nonce: typeof nonce === 'string' ? nonce : undefined,
    enforceNonce: body['enforce_nonce'] === true,
    components: Array.isArray(components) ? components : undefined,
    allowedMentions: readAllowed(body['allowed_mentions']),
    flags: readFlags(body['flags']),
    embeds: Array.isArray(embeds) ? embeds : undefined,
    attachments: Array.isArray(attachments) ? attachments : undefined,
    ...readReference(body['message_reference']),
  };
}

function checkText(content: unknown, nonce: unknown): void {
  if (content !== undefined && content !== null && typeof content !== 'string')
    throw invalidForm('content: not a string');
  if (typeof content === 'string' && [...content].length > MAX_CONTENT)
    throw invalidForm('content: BASE_TYPE_MAX_LENGTH');
  if (nonce !== undefined && !(typeof nonce === 'string' && nonce.length <= 25))
    throw invalidForm('nonce: at most 25 characters');
}

function readFlags(flags: unknown): number {
  const bits = typeof flags === 'number' ? flags : 0;
  if ((bits & ~(SUPPRESS_EMBEDS | EPHEMERAL | SILENT)) !== 0) throw invalidForm('flags: not these');
  return bits;
}

function readReference(reference: unknown) {
  if (reference === undefined) return { replyTo: undefined, failIfNotExists: true };
  if (!isRecord(reference) || typeof reference['message_id'] !== 'string')
    throw invalidForm('message_reference: not a reference');
  return {
    replyTo: reference['message_id'],
    failIfNotExists: reference['fail_if_not_exists'] !== false,
  };
}

function readAllowed(allowed: unknown): AllowedMentions | undefined {
  if (allowed === undefined || allowed === null) return undefined;
  if (!isRecord(allowed)) throw invalidForm('allowed_mentions: not an object');
  const list = (name: string): readonly string[] => {
    const value = allowed[name] ?? [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
      throw invalidForm(`allowed_mentions.${name}: not a list of strings`);
    if (value.length > 100) throw invalidForm(`allowed_mentions.${name}: at most 100`);
    return value;
  };
  const [parse, users, roles] = [list('parse'), list('users'), list('roles')];
  if (parse.some((kind) => !['users', 'roles', 'everyone'].includes(kind)))
    throw invalidForm('allowed_mentions.parse: not a kind of mention');
  if (parse.includes('users') && users.length > 0)
    throw invalidForm('allowed_mentions: parse and users exclude each other');
  return { parse, users, roles, repliedUser: allowed['replied_user'] === true };
}

/** Rows of buttons, and nothing else: that is all we use. */
function checkComponents(components: unknown): void {
  if (!Array.isArray(components) || components.length > 5)
    throw invalidForm('components: at most 5 rows');
  const buttons = components.flatMap((row: unknown) => {
    if (!isRecord(row) || row['type'] !== 1 || !Array.isArray(row['components']))
      throw invalidForm('components: not a row');
    if (row['components'].length < 1 || row['components'].length > 5)
      throw invalidForm('components: 1 to 5 buttons in a row');
    return row['components'];
  });
  const ids = buttons.map(checkButton);
  if (new Set(ids).size !== ids.length) throw invalidForm('components: custom_id must be unique');
}

function checkButton(button: unknown): string {
  if (!isRecord(button) || button['type'] !== 2) throw invalidForm('components: not a button');
  const { style, label, custom_id: id, emoji } = button;
  if (typeof style !== 'number' || style < 1 || style > 4) throw invalidForm('button: bad style');
  if (typeof id !== 'string' || id.length < 1 || id.length > 100)
    throw invalidForm('button: custom_id has 1 to 100 characters');
  if (typeof label !== 'string' && !isRecord(emoji))
    throw invalidForm('button: needs a label or an emoji');
  if (typeof label === 'string' && label.length > 80) throw invalidForm('button: label too long');
  return id;
}
