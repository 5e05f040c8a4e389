import { createInterface, type Interface } from 'node:readline';
import { messageOf } from '../shared/thrown.ts';
import { NOTHING_WAITS, obey, readCommand } from './commands.ts';
import { createDraft, type Draft } from './draft.ts';
import { type Asked, MAX_QUESTION_CHARS, type TerminalEvent } from './house.ts';
import { plainText } from './plain.ts';
import { createStatusLine, type StatusLine } from './status-line.ts';
import type { Talk } from './talk.ts';

/** Talks with a person until they leave; gives 0. */
export async function runInteractive(talk: Talk): Promise<number> {
  const conversation = new Conversation(talk);
  await conversation.run();
  return 0;
}

const PROMPT = '› ';

class Conversation {
  readonly #talk: Talk;
  readonly #lines: Interface;
  readonly #status: StatusLine;
  /** Questions typed while another is being answered. */
  readonly #waiting: string[] = [];
  readonly #leaving = new AbortController();
  #wake: () => void = () => {};
  #isAnswering = false;
  /** What a run waits for a word on, the first asked first. */
  readonly #asked: Asked[] = [];
  /** Ctrl-C was pressed and nothing has been done since. */
  #isWarned = false;

  constructor(talk: Talk) {
    this.#talk = talk;
    this.#lines = createInterface({
      input: talk.input,
      output: talk.output,
      terminal: true,
      prompt: PROMPT,
    });
    this.#status = createStatusLine({ to: talk.output, clock: talk.clock });
    this.#lines.on('line', (line) => this.#takeLine(line));
    this.#lines.on('SIGINT', () => this.#takeInterrupt());
    this.#lines.on('close', () => this.#leave());
  }

  async run(): Promise<void> {
    const { signal } = this.#talk;
    const leave = () => this.#leave();
    signal.addEventListener('abort', leave, { once: true });
    try {
      await this.#greet();
      while (!this.#leaving.signal.aborted && !signal.aborted) {
        const text = this.#waiting.shift();
        if (text === undefined) await this.#untilWoken();
        else await this.#answer(text);
      }
    } finally {
      signal.removeEventListener('abort', leave);
      this.#status.clear();
      this.#lines.close();
      this.#write('\n');
    }
  }

  async #greet(): Promise<void> {
    const { house, channelId } = this.#talk;
    const { signal } = this.#leaving;
    try {
      const { model, demo } = await house.overview({ signal });
      this.#write(
        demo ? 'Demo: simple rules write the answers.\n' : `Model: ${plainText(model)}\n`,
      );
      for (const { question, answer } of await house.history(channelId, { signal })) {
        this.#write(`${PROMPT}${plainText(question)}\n${plainText(answer ?? '…')}\n\n`);
      }
    } catch (error) {
      this.#complain(error);
    }
    this.#write('Type a question, or /help.\n');
    this.#lines.prompt();
  }

  async #answer(text: string): Promise<void> {
    const { house, channelId, newRunId } = this.#talk;
    this.#isAnswering = true;
    const draft = createDraft((part) => this.#write(part));
    const question = { runId: newRunId(), channelId, text };
    try {
      for await (const event of house.ask(question, { signal: this.#leaving.signal })) {
        this.#show(event, draft);
      }
    } catch (error) {
      this.#complain(error);
    } finally {
      this.#isAnswering = false;
      this.#asked.length = 0;
      this.#isWarned = false;
      this.#status.clear();
    }
    if (!this.#leaving.signal.aborted && this.#waiting.length === 0) this.#lines.prompt();
  }

  #show(event: TerminalEvent, draft: Draft): void {
    if (event.kind !== 'doing') this.#status.clear();
    switch (event.kind) {
      case 'doing':
        draft.stepAside();
        this.#status.show(event.said);
        break;
      case 'asking':
        draft.stepAside();
        this.#asked.push(event);
        this.#write(`${plainText(event.said)} (/allow or /refuse)\n${plainText(event.shown)}\n`);
        break;
      case 'rejoined':
        this.#asked.length = 0;
        draft.startOver();
        break;
      case 'drafted':
        draft.add(event.turn, event.delta);
        break;
      case 'answered':
        draft.finish(event.text);
        for (const note of event.notes) this.#write(`(${plainText(note)})\n`);
        break;
      case 'postponed':
      case 'ended':
        draft.stepAside();
        this.#write(`${plainText(event.said)}\n`);
        break;
    }
  }

  #takeLine(line: string): void {
    this.#isWarned = false;
    const text = line.trim();
    if (text.startsWith('/')) {
      void this.#obey(text);
    } else if (text.length > MAX_QUESTION_CHARS) {
      this.#write(`A question may have ${MAX_QUESTION_CHARS} characters at most.\n`);
      this.#lines.prompt();
    } else if (text !== '') {
      this.#waiting.push(text);
      this.#wake();
    } else if (!this.#isAnswering) {
      this.#lines.prompt();
    }
  }

  /** Never rejects. */
  async #obey(text: string): Promise<void> {
    const command = readCommand(text);
    try {
      if (command.kind === 'quit') return this.#leave();
      if (command.kind === 'confirm') await this.#confirm(command.allow);
      else if (command.kind === 'unknown')
        this.#write(`There is no ${plainText(text)}: /help lists what there is.\n`);
      else this.#write(await obey(command, { ...this.#talk, signal: this.#leaving.signal }));
    } catch (error) {
      this.#complain(error);
    }
    if (!this.#isAnswering) this.#lines.prompt();
  }

  async #confirm(allow: boolean): Promise<void> {
    const asked = this.#asked.shift();
    if (asked === undefined) this.#write(NOTHING_WAITS);
    else await this.#talk.house.confirm(asked, allow);
  }

  /** Once stops the answer (or clears the line), twice leaves. */
  #takeInterrupt(): void {
    if (this.#isWarned) {
      this.#leave();
      return;
    }
    this.#isWarned = true;
    if (this.#isAnswering) {
      const { house, channelId } = this.#talk;
      this.#waiting.length = 0;
      house.stop(channelId).catch((error: unknown) => this.#complain(error));
      return;
    }
    this.#write('\n(Ctrl-C again leaves)\n');
    // Ctrl-U: what was typed so far is dropped.
    this.#lines.write(null, { ctrl: true, name: 'u' });
    this.#lines.prompt();
  }

  #leave(): void {
    this.#leaving.abort();
    this.#wake();
  }

  #untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #complain(error: unknown): void {
    if (this.#leaving.signal.aborted) return;
    this.#status.clear();
    this.#write(`${plainText(messageOf(error))}\n`);
  }

  #write(text: string): void {
    this.#talk.output.write(text);
  }
}
