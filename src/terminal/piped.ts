import { MAX_QUESTION_CHARS } from './house.ts';
import { inputLines } from './input-lines.ts';
import { plainText } from './plain.ts';
import { createStatusLine } from './status-line.ts';
import type { Talk } from './talk.ts';

/** Each line that is not empty is a question; gives 1 when one of them was not answered, else 0. */
export async function runPiped(talk: Talk): Promise<number> {
  const { input, signal } = talk;
  // Destroyed, the input ends; a pipe that stays open would be waited for.
  const stopReading = () => void input.destroy();
  signal.addEventListener('abort', stopReading, { once: true });
  try {
    return await askAll(talk);
  } catch (error) {
    if (signal.aborted) return 1;
    throw error;
  } finally {
    signal.removeEventListener('abort', stopReading);
  }
}

async function askAll(talk: Talk): Promise<number> {
  let code = 0;
  for await (const line of inputLines(talk.input, MAX_QUESTION_CHARS)) {
    if (line.kind === 'too_long') {
      talk.errors.write(`A question may have ${MAX_QUESTION_CHARS} characters at most.\n`);
      code = 1;
    } else if (line.text.trim() !== '' && !(await ask(talk, line.text))) {
      code = 1;
    }
  }
  return code;
}

/** True when it was answered. */
async function ask(talk: Talk, text: string): Promise<boolean> {
  const { house, channelId, newRunId, output, errors, clock, signal } = talk;
  const status = createStatusLine({ to: errors, clock });
  try {
    for await (const event of house.ask({ runId: newRunId(), channelId, text }, { signal })) {
      if (event.kind === 'doing') status.show(event.said);
      if (event.kind !== 'answered' && event.kind !== 'ended') continue;
      status.clear();
      if (event.kind === 'ended') {
        errors.write(`${plainText(event.said)}\n`);
        return false;
      }
      output.write(`${plainText(event.text)}\n`);
      for (const note of event.notes) errors.write(`${plainText(note)}\n`);
      return true;
    }
  } finally {
    status.clear();
  }
  await house.stop(channelId);
  return false;
}
