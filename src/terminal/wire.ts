import { isValidId, RunId } from '../../machines/ids.ts';
import { isRecord, parseJson } from '../shared/parse.ts';
import type { TerminalEntry, TerminalEvent, TerminalOverview } from './house.ts';

// What a console's server sends, read field by field: a server of another version may send more, or other things.

/** An event of a run; `undefined` for lines that say nothing to a reader. */
export function eventInLine(line: string): TerminalEvent | undefined {
  const fields = recordIn(line);
  switch (fields['type']) {
    case 'run.queued':
    case 'run.progressed':
    case 'run.confirmed':
      return { kind: 'doing', said: textIn(fields['said']) };
    case 'run.drafted':
      return { kind: 'drafted', turn: numberIn(fields['turn']), delta: textIn(fields['delta']) };
    case 'run.asking':
      return askingIn(fields);
    case 'run.joined':
      return { kind: 'rejoined' };
    case 'run.settled':
      return endIn(fields);
    default:
      return undefined;
  }
}

function askingIn({ runId, said, confirmation }: Fields): TerminalEvent | undefined {
  if (!isValidId(runId) || !isRecord(confirmation)) return undefined;
  return {
    kind: 'asking',
    runId: RunId(runId),
    stepKey: textIn(confirmation['stepKey']),
    said: textIn(said),
    shown: textIn(confirmation['shown']),
  };
}

/** How a past or just settled run ended, or that it goes on in another life of the house. */
function endIn(fields: Fields): TerminalEvent {
  const outcome = isRecord(fields['outcome']) ? fields['outcome'] : {};
  const said = textIn(fields['said']);
  if (isPostponed(outcome)) return { kind: 'postponed', said };
  if (outcome['kind'] !== 'answered') return { kind: 'ended', said };
  const notes = listIn(fields['notes']).map(textIn);
  return { kind: 'answered', text: textIn(outcome['text']), notes };
}

const isPostponed = ({ refusal }: Fields): boolean =>
  isRecord(refusal) && refusal['kind'] === 'postponed';

/** What the house says to a command. */
export const saidIn = (text: string): string => textIn(recordIn(text)['said']);

export interface WireEntry extends TerminalEntry {
  readonly runId: string;
  readonly end?: TerminalEvent;
}

/** The entries of a conversation page. */
export function entriesIn(body: string): readonly WireEntry[] {
  return listIn(recordIn(body)['entries']).filter(isRecord).map(entryIn);
}

/** The overview in a line of the house's stream; `undefined` for other lines. */
export function overviewInLine(line: string): TerminalOverview | undefined {
  const fields = recordIn(line);
  const overview = fields['overview'];
  if (fields['type'] !== 'house.changed' || !isRecord(overview)) return undefined;
  const { code } = overview;
  return {
    model: textIn(overview['model']),
    demo: overview['demo'] === true,
    health: overview['health'] === 'degraded' ? 'degraded' : 'ok',
    teamCount: numberIn(overview['teamCount']),
    maxTeams: numberIn(overview['maxTeams']),
    waitingCount: numberIn(overview['waitingCount']),
    ...(isRecord(code) ? { code: { where: textIn(code['where']), why: textIn(code['why']) } } : {}),
    teams: listIn(overview['teams'])
      .filter(isRecord)
      .map((team) => ({ userId: textIn(team['userId']), state: textIn(team['state']) })),
  };
}

/** The sentence of a refusal. */
export const errorIn = (body: string): string => textIn(recordIn(body)['error']);

/** A JSON object; an empty one for anything else. */
export function recordIn(text: string): Fields {
  const parsed = parseJson(text);
  return parsed.ok && isRecord(parsed.value) ? parsed.value : {};
}

type Fields = Readonly<Record<string, unknown>>;

function entryIn(fields: Fields): WireEntry {
  const base = { runId: textIn(fields['runId']), question: textIn(fields['question']) };
  if (!isRecord(fields['outcome'])) return base;
  const end = endIn(fields);
  if (end.kind === 'answered') return { ...base, end, answer: end.text };
  return end.kind === 'ended' ? { ...base, end, answer: end.said } : base;
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberIn = (value: unknown): number => (typeof value === 'number' ? value : 0);
const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
