import type { ContextRecord } from '../../../machines/question.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { readPdf, sayUnread } from '../../shared/pdf.ts';
import { messageOf } from '../../shared/thrown.ts';
import type { HeardAttachment, HeardMessage } from './heard.ts';

export interface AttachmentsOptions {
  /** Where files may be fetched from, as `https://host`. */
  readonly origins: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeOf: (at: number) => string;
}

/** Discord's own servers for files. */
export const CDN_ORIGINS = ['https://cdn.discordapp.com', 'https://media.discordapp.net'] as const;

const MAX_FILES = 5;
const MAX_TEXT_BYTES = 1_000_000;
const MAX_PDF_BYTES = 8_000_000;
const MAX_PAGES = 100;
/** Characters of one file that the leader is shown. */
const MAX_CHARS = 20_000;
const FETCH_MS = 10_000;

/** The files of a message as records: texts and PDFs with their words, all others with why they were left out. */
export async function filesOf(
  message: HeardMessage,
  options: AttachmentsOptions,
  signal: AbortSignal,
): Promise<readonly ContextRecord[]> {
  const shown = message.attachments.slice(0, MAX_FILES);
  const records = await Promise.all(
    shown.map(async (file) => {
      const read = await contentOf(file, options, signal);
      return { ...facts(message, file, options), ...read };
    }),
  );
  const left = message.attachments.length - shown.length;
  if (left === 0) return records;
  const skipped = `${left} more files were left out: at most ${MAX_FILES} are read.`;
  return [...records, { ...facts(message, message, options), content: '', skipped }];
}

const facts = (
  { authorId, authorName: author, at }: HeardMessage,
  { id }: { readonly id: string },
  { timeOf }: AttachmentsOptions,
) => ({ kind: 'attachment' as const, id, authorId, author, time: timeOf(at) });

type Content = Pick<ContextRecord, 'content' | 'skipped'>;

async function contentOf(
  file: HeardAttachment,
  options: AttachmentsOptions,
  signal: AbortSignal,
): Promise<Content> {
  const name = `${file.name} (${file.type === '' ? 'of unknown type' : file.type})`;
  const kind = kindOf(file);
  if (kind === 'picture')
    return { content: name, skipped: 'It is a picture, and the models here read text only.' };
  if (kind === 'other') return { content: name, skipped: 'Only texts and PDFs are read.' };
  const maxBytes = kind === 'pdf' ? MAX_PDF_BYTES : MAX_TEXT_BYTES;
  if (file.size > maxBytes)
    return { content: name, skipped: `It is larger than ${maxBytes / 1_000_000} MB.` };
  try {
    const bytes = await download(file, { ...options, maxBytes, signal });
    if (kind === 'text') return shortened(`${name}\n${decoded(bytes)}`);
    const job = { bytes, maxPages: MAX_PAGES, maxChars: MAX_CHARS };
    const read = await readPdf(job, { clock: options.clock, signal });
    if (read.kind !== 'read') return { content: name, skipped: sayUnread(read) };
    const rest = read.cut ? { skipped: 'The rest of it was left out.' } : {};
    return { content: `${name}\n${read.text}`, ...rest };
  } catch (error) {
    options.log.info('discord.file_unread', { attachment: file.id, why: messageOf(error) });
    return { content: name, skipped: 'It could not be read.' };
  }
}

const TEXT_TYPES = /^(?:text\/|application\/(?:json|xml|yaml|x-yaml|toml|javascript|x-sh|sql)\b)/;
const TEXT_NAMES =
  /\.(?:txt|md|csv|tsv|json|jsonl|xml|ya?ml|toml|ini|log|[cm]?[jt]sx?|py|rb|rs|go|java|kt|c|h|cc|cpp|hpp|cs|php|sh|sql|html?|css)$/i;

function kindOf({ type, name }: HeardAttachment): 'text' | 'pdf' | 'picture' | 'other' {
  if (type.startsWith('image/')) return 'picture';
  if (type.startsWith('application/pdf')) return 'pdf';
  return TEXT_TYPES.test(type) || TEXT_NAMES.test(name) ? 'text' : 'other';
}

const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function shortened(text: string): Content {
  if (text.length <= MAX_CHARS) return { content: text };
  const content = text.slice(0, MAX_CHARS).toWellFormed();
  return { content, skipped: `The last ${text.length - MAX_CHARS} characters were left out.` };
}

interface Download extends AttachmentsOptions {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** From Discord's servers only, and never by a redirect: an address in a message is no reason to call anybody else. */
async function download(
  { url }: HeardAttachment,
  { origins, clock, maxBytes, signal }: Download,
): Promise<Uint8Array> {
  if (!origins.has(URL.parse(url)?.origin ?? '')) throw new Error('the address is not Discord’s');
  const cut = new AbortController();
  const stop = (): void => cut.abort();
  const timer = clock.setTimeout(stop, FETCH_MS);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const response = await fetch(url, { signal: cut.signal, redirect: 'error' });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of response.body ?? []) {
      size += piece.length;
      if (size > maxBytes) throw new Error('it is larger than it was said to be');
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } finally {
    clock.clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
