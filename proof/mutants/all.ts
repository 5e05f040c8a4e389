import { otherDeedBugs } from './across-lives.ts';
import { edgeBugs } from './at-the-edges.ts';
import { deliveryBugs } from './in-delivery.ts';
import { statementBugs } from './in-statements.ts';
import { handBugs } from './in-the-hands.ts';
import { inspectorBugs } from './in-the-inspector.ts';
import { journalBugs } from './in-the-journal.ts';
import { memoryBugs } from './in-the-memory.ts';
import { outboxBugs } from './in-the-outbox.ts';
import { settingBugs } from './in-the-settings.ts';
import { supervisorBugs } from './in-the-supervisor.ts';
import { teamBugs } from './in-the-teams.ts';
import { discordBugs } from './on-discord.ts';
import type { PlantedBug } from './planted-bug.ts';

/** Every bug that is planted, in the order in which they are told of. */
export const allBugs: readonly PlantedBug[] = [
  ...supervisorBugs,
  ...teamBugs,
  ...deliveryBugs,
  ...journalBugs,
  ...outboxBugs,
  ...statementBugs,
  ...edgeBugs,
  ...settingBugs,
  ...inspectorBugs,
  ...memoryBugs,
  ...handBugs,
  ...discordBugs,
  ...otherDeedBugs,
];
