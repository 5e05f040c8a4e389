import type { Source } from '../../../machines/conversation.ts';
import type { ToolResult } from '../../../machines/ports.ts';
import { clean, fitting, prefix } from '../output.ts';

/** Text of a stranger, with where it stands. */
export interface WebRecord {
  readonly title: string;
  readonly url: string;
  readonly text: string;
  readonly [fact: string]: string | number | boolean | undefined;
}

/** Characters of a result, JSON included: what an agent is shown of one. */
export const MAX_RESULT_CHARS = 15_000;

/**
 * Records as JSON, so that no text can pass for another record or for words of ours; each is cut, visibly, to an equal
 * share of the room. Their addresses are the sources.
 */
export function listed(records: readonly WebRecord[], remark?: string): ToolResult {
  const share = Math.floor((MAX_RESULT_CHARS - 200) / Math.max(1, records.length));
  const shown = records.map((record) => withinRoom(record, share));
  return {
    kind: 'returned',
    content: JSON.stringify({ records: shown, ...(remark === undefined ? {} : { remark }) }),
    sources: records.map(sourceOf),
  };
}

const MAX_TITLE_CHARS = 200;

const sourceOf = ({ title, url }: WebRecord): Source => ({ title: lineOf(title), url });

/** A title is one line, whatever the page says. */
export const lineOf = (title: string): string =>
  prefix(clean(title).replaceAll(/\s+/g, ' ').trim(), MAX_TITLE_CHARS);

function withinRoom(record: WebRecord, room: number): WebRecord {
  const text = clean(record.text);
  const { title, ...facts } = record;
  const bare = { ...facts, title: lineOf(title), text: '' };
  const kept = fitting(text, room - JSON.stringify(bare).length - 40);
  const left = text.length - kept.length;
  return { ...bare, text: kept, ...(left > 0 ? { charactersNotShown: left } : {}) };
}
