import { readFileSync } from 'node:fs';
import { isRecord, parseJson } from '../../src/shared/parse.ts';
import type { Dialogue } from './dialogues.ts';

/** Questions of this category have no answer in the conversation. */
const ADVERSARIAL = 5;

/**
 * Reads conversations in the format of the LoCoMo data set: sessions of turns with ids, questions with the ids of the turns
 * that answer them. Throws an error that names what is wrong with the file.
 */
export function readLocomo(path: string): readonly Dialogue[] {
  const parsed = parseJson(readFileSync(path, 'utf8'));
  if (!parsed.ok) throw new TypeError(`${path} is not JSON: ${parsed.why}`);
  const samples = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  const dialogues = samples.flatMap((sample) => (isRecord(sample) ? [dialogueOf(sample)] : []));
  if (dialogues.some(({ questions }) => questions.length > 0)) return dialogues;
  throw new TypeError(`${path} has no question with evidence: "conversation" and "qa" are needed.`);
}

type Fields = Readonly<Record<string, unknown>>;

function dialogueOf({ conversation, qa }: Fields): Dialogue {
  const sessions = isRecord(conversation) ? Object.entries(conversation) : [];
  const turns = sessions
    .filter(([name]) => /^session_\d+$/.test(name))
    .sort(([a], [b]) => numberIn(a) - numberIn(b))
    .flatMap(([, session]) => recordsIn(session));
  const places = new Map(turns.map(({ dia_id }, at) => [String(dia_id), at]));
  return {
    turns: turns.map(wordsOfTurn),
    questions: recordsIn(qa)
      .filter(({ category }) => category !== ADVERSARIAL)
      .flatMap(({ question, evidence }) => {
        const at = [...new Set(idsIn(evidence).flatMap((id) => places.get(id) ?? []))];
        return at.length === 0 ? [] : [{ text: String(question), evidence: at }];
      }),
  };
}

/** What is said in a turn; of a picture that goes with it, what its caption says. */
const wordsOfTurn = ({ speaker, text, blip_caption: caption }: Fields): string =>
  [`${String(speaker)}: ${String(text)}`, ...(typeof caption === 'string' ? [caption] : [])].join(
    '\n',
  );

/** Labels were written by hand: `D8:6; D9:17` are two, `D:11:26` and `D30:05` mean turns 26 and 5. */
function idsIn(evidence: unknown): readonly string[] {
  const labels = Array.isArray(evidence) ? evidence.map(String) : [];
  return labels.flatMap((label) =>
    [...label.matchAll(/D:?(\d+):0*(\d+)/g)].map(([, session, turn]) => `D${session}:${turn}`),
  );
}

const numberIn = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0);

const recordsIn = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
