import type { InspectionEvent, SnapshotFrom } from 'xstate';
import type { supervisorMachine } from '../../machines/supervisor/supervisor.machine.ts';
import type { SupervisorEvent as SupervisorMoved } from '../shared/inspected-event.ts';
import { isActor, machineOf } from './actors.ts';

/** How many of those who would leave next are named. */
const MAX_NEXT = 5;

/** What the supervisor has come to by an event; `undefined` for everything that is no step of it. */
export function supervisorMoved(event: InspectionEvent, at: number): SupervisorMoved | undefined {
  if (event.type !== '@xstate.snapshot' || !isActor(event.actorRef)) return undefined;
  if (machineOf(event.actorRef) !== 'supervisor') return undefined;
  // The snapshots of an actor that runs this machine are snapshots of it.
  const { value, context } = event.snapshot as SnapshotFrom<typeof supervisorMachine>;
  const { ledger, line } = context.house;
  const { userId } = aboutWhom(event.event);
  return {
    type: 'supervisor.moved',
    at,
    event: event.event.type,
    ...(userId === undefined ? {} : { userId }),
    state: value,
    teams: ledger.rows.size,
    idle: ledger.idle.size,
    closing: ledger.closing,
    waiting: line.entries.size,
    next: firstOf(ledger.idle.values(), MAX_NEXT),
  };
}

function aboutWhom(event: Readonly<Record<string, unknown>>): { readonly userId?: string } {
  const { userId, question } = event;
  if (typeof userId === 'string') return { userId };
  if (typeof question !== 'object' || question === null || !('userId' in question)) return {};
  return typeof question.userId === 'string' ? { userId: question.userId } : {};
}

function firstOf<Item>(items: IterableIterator<Item>, count: number): readonly Item[] {
  const first: Item[] = [];
  for (const item of items) if (first.push(item) >= count) break;
  return first;
}
