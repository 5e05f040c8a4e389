import { edgeBugs } from './at-the-edges.ts';
import { deliveryBugs } from './in-delivery.ts';
import { journalBugs } from './in-the-journal.ts';
import { outboxBugs } from './in-the-outbox.ts';
import { supervisorBugs } from './in-the-supervisor.ts';
import { teamBugs } from './in-the-teams.ts';
import type { PlantedBug } from './planted-bug.ts';

/** Every bug that is planted, in the order in which they are told of. */
export const allBugs: readonly PlantedBug[] = [
  ...supervisorBugs,
  ...teamBugs,
  ...deliveryBugs,
  ...journalBugs,
  ...outboxBugs,
  ...edgeBugs,
];
