import type { InspectedEvent } from '../shared/inspected-event.ts';
import { innermost } from './actors.ts';
import { charsIn } from './chars.ts';
import { teamIn } from './paths.ts';
import type { RecordedStep } from './recording.ts';
import type { Frame, Replay } from './replay.ts';

/** A replay as the feed would have told it: the leader is the root, and texts have no place in it. */
export function recordedEvents({ recording, frames }: Replay): readonly InspectedEvent[] {
  const teller = new Teller(recording.leader, recording.run.runId);
  return frames.flatMap((frame) => teller.tell(frame));
}

/** What was told last of an actor. */
interface Told {
  readonly actor: string;
  states: readonly string[];
  since: number;
}

class Teller {
  readonly #leader: string;
  readonly #run: string;
  /** By slot: the member that works there now. */
  readonly #told = new Map<string, Told>();
  #count = 0;

  constructor(leader: string, run: string) {
    this.#leader = leader;
    this.#run = run;
  }

  tell({ step, machine, states }: Frame): readonly InspectedEvent[] {
    const value = states.get(step.actor);
    const now = value === undefined ? [] : innermost(value);
    return step.kind === 'began' ? [this.#begins(step, machine, now)] : this.#hears(step, now);
  }

  #begins(
    { actor: slot, at }: RecordedStep,
    machine: Frame['machine'],
    states: readonly string[],
  ): InspectedEvent {
    this.#count += 1;
    const actor = `${this.#run}:${this.#count}`;
    const parent = this.#told.get(teamIn(slot) ?? this.#leader)?.actor;
    this.#told.set(slot, { actor, states, since: at });
    return {
      type: 'actor.started',
      at,
      actor,
      ...(parent === undefined ? {} : { parent }),
      name: slot,
      machine,
      run: this.#run,
      states,
    };
  }

  #hears(
    step: Exclude<RecordedStep, { kind: 'began' }>,
    states: readonly string[],
  ): readonly InspectedEvent[] {
    const told = this.#told.get(step.actor);
    if (told === undefined) return [];
    const { actor, since } = told;
    const { at, event } = step;
    const { type, ...carried } = event;
    const source = this.#told.get(String(event['slot']))?.actor;
    const events: InspectedEvent[] = [
      {
        type: 'message.sent',
        at,
        ...(source === undefined ? {} : { from: source }),
        to: actor,
        event: type,
        chars: charsIn(carried),
      },
    ];
    if (states.join() !== told.states.join()) {
      const from = told.states;
      events.push({
        type: 'actor.moved',
        at,
        actor,
        event: type,
        from,
        states,
        heldMs: at - since,
      });
      told.states = states;
      told.since = at;
    }
    const how = howOf(step);
    if (how !== 'active') events.push({ type: 'actor.stopped', at, actor, how });
    return events;
  }
}

const howOf = (step: Exclude<RecordedStep, { kind: 'began' }>) =>
  step.kind === 'threw' ? 'error' : step.status;
