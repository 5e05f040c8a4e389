import type { UserId } from '../../../machines/ids.ts';
import type { Question, RunEvent } from '../../../machines/question.ts';
import type { Runtime } from '../../../src/runtime/runtime.ts';
import { questionOf } from './house.ts';
import type { Asked } from './questions.ts';
import { glance, listen } from './scene.ts';
import type { Stage } from './stage.ts';

/** Something that may happen next, as likely as its weight says. */
export interface Deed {
  readonly name: string;
  readonly weight: number;
  readonly happen: () => void | Promise<void>;
}

/** What users, operators and the world may do to a house. */
export function deedsOf(stage: Stage, runtime: Runtime): readonly Deed[] {
  return [...usersOf(stage, runtime), ...operatorsOf(stage, runtime), ...worldOf(stage)];
}

/** What goes on by itself: work that proceeds, and time that passes. */
export function worldOf({ dice, effects, clock }: Stage): readonly Deed[] {
  return [
    { name: 'proceed', weight: 50, happen: () => pickOr(dice, effects.ready)?.proceed() },
    { name: 'next timer', weight: 3, happen: () => void clock.next() },
    {
      name: 'time passes',
      weight: 8,
      // Short of the next timer: two timers never fire in one event.
      happen: () => {
        const untilNext = clock.nextAt === undefined ? 1_000 : clock.nextAt - clock.now();
        if (untilNext <= 1) return;
        return clock.advance(dice.between(1, Math.min(untilNext - 1, 3_000)));
      },
    },
  ];
}

function usersOf(stage: Stage, runtime: Runtime): readonly Deed[] {
  const { dice, plan, witness } = stage;
  let asked = 0;
  const anybody = (): Asked | undefined =>
    pickOr(
      dice,
      witness.questions.open.filter(({ isHeard }) => isHeard),
    );
  return [
    {
      name: 'ask',
      weight: 7,
      happen: () => {
        asked += 1;
        askNew(stage, runtime, questionOf(stage, `r${asked}`));
      },
    },
    { name: 'ask again', weight: 1.5, happen: () => askAgain(stage, runtime) },
    {
      name: 'cancel a run',
      weight: 1,
      happen: () => {
        const { question } = anybody() ?? {};
        if (question === undefined) return;
        const { userId, runId } = question;
        witness.questions.takeBack((other) => other.runId === runId && other.userId === userId);
        runtime.signal({ type: 'cancel', userId, runId });
      },
    },
    {
      name: 'cancel a channel',
      weight: 0.5,
      happen: () => {
        const userId = dice.pick(plan.users);
        const channelId = dice.pick(plan.channels);
        witness.questions.takeBack(
          (other) => other.userId === userId && other.channelId === channelId,
        );
        runtime.signal({ type: 'cancel', userId, channelId });
      },
    },
    {
      name: 'cancel all',
      weight: 0.4,
      happen: () => {
        const userId = dice.pick(plan.users);
        witness.questions.takeBack((other) => other.userId === userId);
        runtime.signal({ type: 'cancel', userId });
      },
    },
    { name: 'watch', weight: 2, happen: () => watch(stage, runtime, anybody()) },
  ];
}

function operatorsOf({ dice, plan, witness, clock }: Stage, runtime: Runtime): readonly Deed[] {
  return [
    {
      name: 'dismiss',
      weight: 0.4,
      happen: () => {
        const userId: UserId = dice.pick(plan.users);
        witness.questions.dismiss(userId);
        runtime.dismiss(userId);
      },
    },
    {
      name: 'resize',
      weight: 0.7,
      happen: () => {
        witness.causes.maxTeams = dice.between(1, 4);
        runtime.resize(witness.causes.maxTeams);
      },
    },
    {
      name: 'clock jumps',
      weight: 0.4,
      happen: () => {
        const ms = dice.pick([-86_400_000, -3_000, 3_000, 90_000]);
        witness.causes.jumpedMs += ms;
        witness.causes.claimedMs += Math.max(0, ms);
        witness.causes.jumpsBack += ms < 0 ? 1 : 0;
        clock.jump(ms);
      },
    },
  ];
}

/** A new question, listened to until it is settled. */
export function askNew(stage: Stage, runtime: Runtime, question: Question): void {
  const asked = stage.witness.ask(question, false);
  void listen(stage, asked, runtime.ask(question));
}

/** The same question once more, as a platform does that is not sure whether it was heard. */
function askAgain(stage: Stage, runtime: Runtime): void {
  const { witness, dice } = stage;
  const before = pickOr(
    dice,
    witness.questions.all.filter(({ isHeard }) => isHeard),
  );
  if (before === undefined) return;
  const { question, outcome } = before;
  const latest = witness.questions.of(question.runId);
  if (outcome !== undefined && latest.outcome !== undefined) {
    askNew(stage, runtime, question);
  } else {
    void glanceAtDuplicate(stage, runtime.ask(question));
  }
}

async function glanceAtDuplicate(
  { witness }: Stage,
  events: ReturnType<Runtime['ask']>,
): Promise<void> {
  const told: RunEvent[] = [];
  for await (const event of events) told.push(event);
  const [first] = told;
  const isRefused =
    first?.type === 'run.settled' &&
    first.outcome.kind === 'refused' &&
    first.outcome.refusal.kind === 'duplicate';
  if (!isRefused || told.length !== 1) witness.accuse('P4', 'a repeated question is taken up');
}

function watch(stage: Stage, runtime: Runtime, asked: Asked | undefined): void {
  if (asked === undefined) return;
  const { dice, plan, witness } = stage;
  const { runId, userId } = asked.question;
  const watcher = dice.hits(0.9) ? userId : dice.pick(plan.users);
  const events = runtime.watch(runId, watcher);
  if (events === undefined) {
    if (watcher === userId) witness.accuse('P4', `${runId} is open and cannot be watched`);
    return;
  }
  if (watcher !== userId) witness.accuse('P9', `${watcher} may watch ${runId} of ${userId}`);
  void glance(stage, { runId, events, patience: dice.pick([1, 3, 1_000]) });
}

const pickOr = <Item>(dice: Stage['dice'], items: readonly Item[]): Item | undefined =>
  items.length === 0 ? undefined : dice.pick(items);
