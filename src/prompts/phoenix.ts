import { z } from 'zod';
import { type Failure, failure } from '../../machines/failure.ts';
import { parseJson } from '../shared/parse.ts';
import type { Secret } from '../shared/secret.ts';
import { messageOf } from '../shared/thrown.ts';

/** One version of a prompt. */
export interface Prompt {
  readonly version: string;
  readonly text: string;
}

export type PromptFetched =
  | { readonly kind: 'fetched'; readonly prompt: Prompt }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Asks for a prompt. Never rejects; settles when the server does, or the signal aborts. */
export type FetchPrompt = (options: { readonly signal: AbortSignal }) => Promise<PromptFetched>;

export interface PhoenixPrompt {
  readonly url: string;
  readonly key: Secret | undefined;
  readonly name: string;
  readonly tag: string;
}

const MAX_CHARS = 50_000;

const ContentSchema = z.union([
  z.string(),
  z
    .array(z.object({ type: z.string(), text: z.string().optional() }))
    .transform((parts) => parts.map((part) => part.text ?? '').join('')),
]);

const VersionSchema = z.object({
  data: z.object({
    id: z.string().min(1).max(200),
    template: z.union([
      z.object({ template: z.string() }),
      z.object({ messages: z.array(z.object({ role: z.string(), content: ContentSchema })) }),
    ]),
  }),
});

/** A prompt of a Phoenix server, by name and tag (https://arize.com/docs/phoenix: prompts, REST API). */
export const phoenixPrompt =
  ({ url, key, name, tag }: PhoenixPrompt): FetchPrompt =>
  async ({ signal }) => {
    const path = `v1/prompts/${encodeURIComponent(name)}/tags/${encodeURIComponent(tag)}`;
    try {
      const response = await fetch(new URL(path, url.endsWith('/') ? url : `${url}/`), {
        headers: key === undefined ? {} : { authorization: `Bearer ${key.reveal()}` },
        redirect: 'error',
        signal,
      });
      if (response.ok) return read(await response.text());
      await response.body?.cancel();
      return failed(refusal(response.status, `${name}:${tag}`));
    } catch (error) {
      const kind = signal.aborted ? 'timeout' : 'transport';
      return failed(failure(kind, `Phoenix could not be reached: ${messageOf(error)}.`));
    }
  };

function read(text: string): PromptFetched {
  const parsed = parseJson(text);
  const version = VersionSchema.safeParse(parsed.ok ? parsed.value : undefined);
  if (!version.success)
    return failed(failure('bad_schema', 'Phoenix did not answer with a prompt.'));
  const { id, template } = version.data.data;
  const prompt = 'template' in template ? template.template : systemTextOf(template.messages);
  const trimmed = prompt.trim();
  if (trimmed === '' || trimmed.length > MAX_CHARS) {
    const what =
      trimmed === '' ? 'has no system message' : `is longer than ${MAX_CHARS} characters`;
    return failed(failure('bad_schema', `The prompt of Phoenix ${what}.`));
  }
  return { kind: 'fetched', prompt: { version: id, text: trimmed } };
}

/** What a leader is told; what such a prompt says in the name of users belongs to playgrounds. */
const systemTextOf = (messages: readonly { readonly role: string; readonly content: string }[]) =>
  messages
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map(({ content }) => content)
    .join('\n\n');

function refusal(status: number, name: string): Failure {
  if (status === 404) return failure('unknown', `Phoenix has no prompt ${name}.`);
  if (status === 401 || status === 403) return failure('auth', 'Phoenix does not accept the key.');
  return failure(status >= 500 ? 'server' : 'unavailable', `Phoenix answered ${status}.`);
}

const failed = (why: Failure): PromptFetched => ({ kind: 'failed', failure: why });
