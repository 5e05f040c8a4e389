import type { RunId, UserId } from '../../../machines/ids.ts';
import type { RunEvent } from '../../../machines/question.ts';
import type { Log, LogFields } from '../../../src/shared/log.ts';
import type { Owner } from './effects.ts';
import { openHearing } from './hearing.ts';
import type { Asked } from './questions.ts';
import type { Stage } from './stage.ts';

/** Listens to everything that is told of a run, for as long as it is told. */
export async function listen(
  { witness, trace }: Stage,
  asked: Asked,
  events: AsyncIterable<RunEvent>,
): Promise<void> {
  const { runId } = asked.question;
  const hearing = openHearing({
    runId,
    accuse: witness.accuse,
    textOfCall: witness.textOfCall,
    onSettled: (outcome) => witness.settled(asked, outcome),
  });
  for await (const event of events) {
    trace.note(`< ${JSON.stringify(event)}`);
    witness.questions.told(event);
    hearing.hear(event);
  }
  hearing.end();
}

/** Joins a run under way and leaves after so many events: that is nobody's business but the watcher's. */
export async function glance(
  { witness }: Stage,
  { runId, events, patience }: { runId: RunId; events: AsyncIterable<RunEvent>; patience: number },
): Promise<void> {
  let heard = 0;
  const hearing = openHearing({
    runId,
    accuse: witness.accuse,
    textOfCall: witness.textOfCall,
    onSettled: () => {},
  });
  for await (const event of events) {
    hearing.hear(event);
    heard += 1;
    if (heard >= patience) return;
  }
  hearing.end();
}

/** The log as a witness: what a house reports of crashes and deadlines. */
export function witnessedLog({ witness, trace }: Stage): Log {
  const hear = (event: string, fields: LogFields = {}): void => {
    // A stack names the machine it ran on; the trace is the same on all of them.
    const { error: _, ...told } = fields;
    trace.count(event);
    trace.note(`log ${event} ${JSON.stringify(told)}`);
    switch (event) {
      case 'team.crashed':
        witness.crashed(ownerIn(fields));
        break;
      case 'team.stopped_hard':
        witness.stoppedHard(ownerIn(fields));
        break;
      case 'resource.abandoned':
        witness.incarnations.abandoned(String(fields['name']));
        break;
      case 'house.forced':
        witness.causes.isForced = true;
        break;
      case 'supervisor.crashed':
        witness.accuse('P7', `the supervisor crashes: ${fields['error']}`);
        break;
    }
  };
  return { debug: hear, info: hear, warn: hear, error: hear };
}

// The fields of a log line are plain values; those of these lines are the ids that the runtime wrote.
const ownerIn = ({ userId, epoch }: LogFields): Owner => ({
  userId: userId as UserId,
  epoch: Number(epoch),
});
