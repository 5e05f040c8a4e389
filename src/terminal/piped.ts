import { messageOf } from '../shared/thrown.ts';
import { type Command, NOTHING_WAITS, obey, readCommand } from './commands.ts';
import { MAX_QUESTION_CHARS } from './house.ts';
import { type InputLine, inputLines } from './input-lines.ts';
import { plainText } from './plain.ts';
import { createStatusLine } from './status-line.ts';
import type { Talk } from './talk.ts';

/** Each line that is neither empty nor a command is a question; gives 1 when one of them was not answered, else 0. */
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
    const end = await take(line, talk);
    if (end === 'left') break;
    if (end === 'failed') code = 1;
  }
  return code;
}

async function take(line: InputLine, talk: Talk): Promise<'done' | 'failed' | 'left'> {
  if (line.kind === 'too_long') {
    talk.errors.write(`A question may have ${MAX_QUESTION_CHARS} characters at most.\n`);
    return 'failed';
  }
  const text = line.text.trim();
  if (text === '') return 'done';
  const command = readCommand(text);
  if (command.kind === 'quit') return 'left';
  // What is no command may well begin with a slash: a pipe carries any texts.
  const isDone =
    command.kind === 'unknown' ? await ask(talk, line.text) : await isObeyed(command, talk);
  return isDone ? 'done' : 'failed';
}

/** True when it could be done. */
async function isObeyed(command: Exclude<Command, { kind: 'quit' | 'unknown' }>, talk: Talk) {
  try {
    if (command.kind === 'confirm') talk.errors.write(NOTHING_WAITS);
    else talk.output.write(await obey(command, talk));
    return true;
  } catch (error) {
    if (talk.signal.aborted) throw error;
    talk.errors.write(`${plainText(messageOf(error))}\n`);
    return false;
  }
}

/** True when it was answered. */
async function ask(talk: Talk, text: string): Promise<boolean> {
  const { house, channelId, newRunId, output, errors, clock, signal } = talk;
  const status = createStatusLine({ to: errors, clock });
  try {
    for await (const event of house.ask({ runId: newRunId(), channelId, text }, { signal })) {
      if (event.kind === 'doing') {
        status.show(event.said);
        continue;
      }
      status.clear();
      switch (event.kind) {
        case 'postponed':
          errors.write(`${plainText(event.said)}\n`);
          break;
        case 'ended':
          errors.write(`${plainText(event.said)}\n`);
          return false;
        case 'answered':
          output.write(`${plainText(event.text)}\n`);
          for (const note of event.notes) errors.write(`${plainText(note)}\n`);
          return true;
      }
    }
  } finally {
    status.clear();
  }
  await house.stop(channelId);
  return false;
}
