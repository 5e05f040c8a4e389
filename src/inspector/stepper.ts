import { innermost } from './actors.ts';
import type { Frame, Replay } from './replay.ts';
import { diagramAt, lineOf, startOf, summaryOf } from './replay-words.ts';

/** What a command came to. */
export interface Stepped {
  readonly lines: readonly string[];
  readonly isOver: boolean;
}

const HELP = [
  'n or Enter  one step forward      b  one step back       g 12  to step 12',
  's state     to the next step in which somebody is in that state',
  'l  all steps    e  the event    d  the machine as a Mermaid diagram    q  end',
];

/** Walks through a replay by commands. Nothing is run again: every step was computed before. */
export class Stepper {
  readonly #replay: Replay;
  #place = 0;

  constructor(replay: Replay) {
    this.#replay = replay;
  }

  /** What is said before the first command. */
  begin(): readonly string[] {
    return [...summaryOf(this.#replay), ...HELP, ...this.#here()];
  }

  /** Carries out one line; what it does not understand it explains. */
  obey(line: string): Stepped {
    const [command = '', ...rest] = line.trim().split(/\s+/);
    if (command === 'q') return { lines: [], isOver: true };
    return { lines: this.#answer(command, rest.join(' ')), isOver: false };
  }

  #answer(command: string, rest: string): readonly string[] {
    const frame = this.#replay.frames[this.#place];
    switch (command) {
      case '':
      case 'n':
        return this.#goTo(this.#place + 1);
      case 'b':
        return this.#goTo(this.#place - 1);
      case 'g':
        return this.#goTo(Number(rest) - 1);
      case 's':
        return this.#goTo(this.#nextIn(rest));
      case 'l':
        return this.#replay.frames.map((one) => lineOf(one, startOf(this.#replay)));
      case 'e':
        return frame === undefined ? [] : eventOf(frame);
      case 'd':
        return frame === undefined ? [] : diagramAt(frame).split('\n');
      default:
        return HELP;
    }
  }

  #goTo(place: number): readonly string[] {
    const { length } = this.#replay.frames;
    if (!Number.isInteger(place) || place < 0 || place >= length) {
      return [`There is no such step: they go from 1 to ${length}.`];
    }
    this.#place = place;
    return this.#here();
  }

  #nextIn(state: string): number {
    return this.#replay.frames.findIndex(
      (frame, index) => index > this.#place && isSomebodyIn(frame, state),
    );
  }

  #here(): readonly string[] {
    const frame = this.#replay.frames[this.#place];
    if (frame === undefined) return ['There are no steps.'];
    const others = [...frame.states]
      .filter(([actor]) => actor !== frame.step.actor)
      .map(
        ([actor, value]) =>
          `${' '.repeat(20)}${actor.padEnd(8)} is in ${innermost(value).join(' & ')}`,
      );
    return [lineOf(frame, startOf(this.#replay)), ...others];
  }
}

const isSomebodyIn = ({ states }: Frame, state: string): boolean =>
  [...states.values()].some((value) =>
    innermost(value).some((path) => path === state || path.startsWith(`${state}.`)),
  );

const eventOf = ({ step }: Frame): readonly string[] =>
  step.kind === 'began'
    ? [`${step.actor} comes to life.`]
    : JSON.stringify(step.event, null, 2).split('\n');
