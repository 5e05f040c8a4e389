import type { Random } from '../../test/support/random.ts';
import { CHATTER, PEOPLE, THINGS, TOPICS, type Topic } from './topics.ts';

/** A conversation, and questions about it with the turns that answer them. */
export interface Dialogue {
  readonly turns: readonly string[];
  readonly questions: readonly LabelledQuestion[];
}

export interface LabelledQuestion {
  readonly text: string;
  /** Places of the turns in which the answer is told. */
  readonly evidence: readonly number[];
}

export interface DialogueSize {
  readonly turns: number;
  readonly questions: number;
}

/**
 * People and things of one conversation: so few that the baseline finds about as much as it was seen to find in LoCoMo
 * (R@10 of one half). Nothing but the baseline was looked at for that.
 */
const PEOPLE_EACH = 4;
const THINGS_EACH = 7;
/** One fact of so many is told anew later, with another value: then only the later turn answers. */
const CHANGES = 4;
/** Sentences of small talk beside a fact; a turn without a fact has one more. */
const MOST_CHATTER = 3;

type Thing = (typeof THINGS)[number];

interface Fact {
  readonly who: string;
  readonly thing: Thing;
  readonly topic: Topic;
}

interface Turn {
  readonly text: string;
  /** The fact that is told in it, by its place; -1 for none. */
  readonly fact: number;
}

/** A conversation drawn from a seed: facts in a random order among small talk, a question for each, the latest value counts. */
export function drawDialogue(random: Random, { turns, questions }: DialogueSize): Dialogue {
  const people = shuffled(PEOPLE, random).slice(0, PEOPLE_EACH);
  const things = shuffled(THINGS, random).slice(0, THINGS_EACH);
  const facts = shuffled(
    people.flatMap((who) =>
      things.flatMap((thing) => TOPICS.map((topic): Fact => ({ who, thing, topic }))),
    ),
    random,
  ).slice(0, questions);
  const chat = (most: number): readonly string[] =>
    Array.from({ length: 1 + random.upTo(most) }, () =>
      filled(random.pick(CHATTER), {
        who: random.pick(people),
        thing: random.pick(things)[0],
        what: '',
      }),
    );
  const turnOf = (fact: number, sentence: string): Turn => ({
    fact,
    text: shuffled([sentence, ...chat(MOST_CHATTER)], random).join(' '),
  });
  const told = facts.flatMap(({ who, thing, topic }, fact) => {
    const say = (templates: readonly string[]): Turn =>
      turnOf(
        fact,
        filled(random.pick(templates), { who, thing: thing[0], what: random.pick(topic.values) }),
      );
    return fact % CHANGES === 0 ? [say(topic.told), say(topic.changed)] : [say(topic.told)];
  });
  const idle = Array.from(
    { length: Math.max(0, turns - told.length) },
    (): Turn => ({ fact: -1, text: chat(MOST_CHATTER + 1).join(' ') }),
  );
  const order = inOrder(shuffled([...told, ...idle], random), told);
  return {
    turns: order.map(({ text }) => text),
    questions: facts.map(({ who, thing, topic }, fact) => ({
      text: filled(random.pick(topic.asked), { who, thing: random.pick(thing), what: '' }),
      evidence: [order.findLastIndex((turn) => turn.fact === fact)],
    })),
  };
}

/** What has changed is told after what it was before. */
function inOrder(turns: readonly Turn[], told: readonly Turn[]): readonly Turn[] {
  const waiting = Map.groupBy(told, ({ fact }) => fact);
  return turns.map((turn) => waiting.get(turn.fact)?.shift() ?? turn);
}

interface Filling {
  readonly who: string;
  readonly thing: string;
  readonly what: string;
}

function filled(template: string, { who, thing, what }: Filling): string {
  const text = template
    .replaceAll('{who}', who)
    .replaceAll('{thing}', thing)
    .replaceAll('{what}', what);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
