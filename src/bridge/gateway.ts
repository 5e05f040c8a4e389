import type { Failure } from '../../machines/failure.ts';
import type { Clock } from '../shared/clock.ts';
import { linesOf, TOO_LONG } from '../shared/lines.ts';
import type { Log } from '../shared/log.ts';
import { type BridgeClient, reasonOf } from './client.ts';
import { readEvent } from './event.ts';
import { type Intake, type IntakeLimits, type PlatformQuestion, takeIn } from './intake.ts';
import { watchdog } from './watched-stream.ts';
import type { WordsIn } from './words.ts';

/** Whoever takes questions up and keeps how far the events have been. Nothing here rejects. */
export interface BridgeHouse {
  /** Resolves with the failure of keeping it, if any: then the event is told again. */
  ask(question: PlatformQuestion): Promise<Failure | undefined>;
  decline(
    question: PlatformQuestion,
    why: { readonly parts: readonly string[]; readonly isLate: boolean },
  ): Promise<Failure | undefined>;
  /** Leaves an event behind that holds no question. */
  advance(position: number): Promise<Failure | undefined>;
  /** How far the events have been taken up; zeros at the very first start. */
  progress(): Promise<Progress | Failure>;
}

export interface Progress {
  readonly position: number;
  /** The last position whose event was not too old to be answered. */
  readonly inTime: number;
}

export interface GatewayOptions {
  readonly platform: string;
  readonly client: BridgeClient;
  readonly house: BridgeHouse;
  readonly limits: IntakeLimits;
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  readonly log: Log;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
}

/** Reads the platform's events, one after the other, from where an earlier life has left off. */
export interface Gateway {
  /** Takes no more events; resolves when the one under way is kept. */
  close(): Promise<void>;
}

/** Characters of a line: the longest question that can be declined politely, with everything around it. */
const MAX_LINE_CHARS = 256_000;
/** The server says at least an empty line every 15 seconds. */
const SILENCE_MS = 45_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** Starts reading; goes on, with growing pauses, whatever happens to the connection or the store. */
export function startGateway(options: GatewayOptions): Gateway {
  const closing = new AbortController();
  const reader = new Reader(options, closing.signal);
  const ended = reader.readOn();
  return {
    close() {
      closing.abort();
      return ended;
    },
  };
}

/** What the platform told, and where it stands in its events. */
interface Told {
  readonly intake: Intake;
  readonly position: number;
}

class Reader {
  readonly #options: GatewayOptions;
  readonly #closing: AbortSignal;
  #inTime = 0;
  /**
   * The last one that was told and not kept, as far as we know. It may have been kept all the same, and its position
   * with it: then its platform would not tell it again, and nobody would take it up.
   */
  #doubtful: Told | undefined;
  /** Attempts since something was taken up. */
  #failures = 0;

  constructor(options: GatewayOptions, closing: AbortSignal) {
    this.#options = options;
    this.#closing = closing;
  }

  async readOn(): Promise<void> {
    const { log, platform } = this.#options;
    while (!this.#closing.aborted) {
      const why = await this.#read();
      if (this.#closing.aborted) return;
      const delayMs = this.#delay();
      log.warn('bridge.interrupted', { platform, why, delayMs });
      await this.#pause(delayMs);
    }
  }

  /** Until the stream ends or breaks, or what it brings cannot be kept; gives back why. */
  async #read(): Promise<string> {
    const { client, clock, log, platform } = this.#options;
    const after = await this.#position();
    if (typeof after !== 'number') return after.message;
    const dog = watchdog(clock, SILENCE_MS, this.#closing);
    try {
      const response = await client(`/events?after=${after}`, { signal: dog.signal });
      if (!response.ok || response.body === null) return `The server answered ${response.status}.`;
      log.info('bridge.connected', { platform, after });
      for await (const line of linesOf(response.body, MAX_LINE_CHARS)) {
        dog.heard();
        if (this.#closing.aborted) break;
        const failed = await this.#hear(line);
        if (failed !== undefined) return failed.message;
      }
      return 'The server ended the stream.';
    } catch (error) {
      return dog.signal.aborted ? 'The server was silent for too long.' : reasonOf(error);
    } finally {
      dog.close();
    }
  }

  /** Where the events go on. */
  async #position(): Promise<number | Failure> {
    const stillFailed = this.#doubtful && (await this.#keep(this.#doubtful));
    if (stillFailed !== undefined) return stillFailed;
    const progress = await this.#options.house.progress();
    if ('kind' in progress) return progress;
    this.#inTime = progress.inTime;
    return progress.position;
  }

  async #hear(line: string | typeof TOO_LONG): Promise<Failure | undefined> {
    const { log, platform, clock, limits, wordsIn } = this.#options;
    if (line === TOO_LONG) {
      log.warn('bridge.bad_event', { platform, why: 'the line is too long' });
      return undefined;
    }
    if (line.trim() === '') return undefined;
    const reading = readEvent(line);
    if (reading.kind === 'bad') {
      const { why, position } = reading;
      log.warn('bridge.bad_event', { platform, why, position });
      return position === undefined ? undefined : this.#options.house.advance(position);
    }
    const { event } = reading;
    const moment = { platform, now: clock.now(), inTime: this.#inTime, limits, wordsIn };
    return await this.#keep({ intake: takeIn(event, moment), position: event.position });
  }

  async #keep(told: Told): Promise<Failure | undefined> {
    const { log, platform } = this.#options;
    const { intake, position } = told;
    const isLate = intake.kind === 'declined' && intake.isLate;
    const failed = await this.#tell(told);
    this.#doubtful = failed === undefined ? undefined : told;
    if (failed !== undefined) return failed;
    this.#failures = 0;
    if (!isLate) this.#inTime = Math.max(this.#inTime, position);
    if (intake.kind === 'declined') log.info('bridge.declined', { platform, position, isLate });
    return undefined;
  }

  #tell({ intake, position }: Told): Promise<Failure | undefined> {
    const { house } = this.#options;
    switch (intake.kind) {
      case 'asked':
        return house.ask(intake.question);
      case 'declined':
        return house.decline(intake.question, { parts: [intake.note], isLate: intake.isLate });
      case 'blank':
        return this.#options.house.advance(position);
    }
  }

  #delay(): number {
    const doubled = FIRST_PAUSE_MS * 2 ** Math.min(this.#failures, 20);
    this.#failures += 1;
    return Math.round(Math.min(LONGEST_PAUSE_MS, doubled) * (1 + this.#options.random() / 2));
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const end = (): void => {
        clock.clearTimeout(timer);
        this.#closing.removeEventListener('abort', end);
        resolve();
      };
      const timer = clock.setTimeout(end, ms);
      this.#closing.addEventListener('abort', end, { once: true });
      if (this.#closing.aborted) end();
    });
  }
}
