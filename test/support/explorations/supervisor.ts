import { explorationOf, type SmallWorld } from '../supervisor-worlds.ts';

/** A world that grows beyond this is no longer small: better to notice than to wait. */
const MAX_STATES = 100_000;

const ABC = ['ann', 'bob', 'cid'];

/** Times small enough to meet each other: patience, pauses, residency and idleness all end within a few ticks. */
const SHORT = {
  maxTeams: 2,
  maxWaiting: 2,
  maxPerUser: 2,
  maxWaitMs: 30,
  minResidencyMs: 0,
  idleAfterMs: 40,
  backoffFirstMs: 10,
  backoffLongestMs: 20,
  maxCrashes: 1,
  crashWindowMs: 100,
  quarantineMs: 20,
  maxDeliveries: 2,
};

/** What can happen to a supervisor, in several small worlds. */
const WORLDS: Readonly<Record<string, SmallWorld>> = {
  'three users with two questions each and two places, drained or forced at any moment': {
    users: ABC,
    questionsEach: 2,
    limits: SHORT,
    budget: { 'supervisor.drain': 1, 'supervisor.force': 1 },
  },
  'three users and two places, with two crashes, time going by and a drain': {
    users: ABC,
    questionsEach: 1,
    limits: SHORT,
    budget: { 'supervisor.crashed': 2, 'supervisor.tick': 2, 'supervisor.drain': 1 },
  },
  'three users and two places, with a crash, two cancellations and a forced end': {
    users: ABC,
    questionsEach: 1,
    limits: SHORT,
    budget: {
      'supervisor.crashed': 1,
      'supervisor.cancel': 2,
      'supervisor.tick': 1,
      'supervisor.force': 1,
    },
  },
  'two users with two questions each and one place, with two crashes of either cause': {
    users: ['ann', 'bob'],
    questionsEach: 2,
    limits: { ...SHORT, maxTeams: 1, maxWaiting: 1 },
    budget: { 'supervisor.crashed': 2, 'supervisor.tick': 2, 'supervisor.drain': 1 },
    causes: ['bug', 'unavailable'],
  },
  'three users in a house that shrinks and grows, with a dismissal and short memory': {
    users: ABC,
    questionsEach: 1,
    limits: { ...SHORT, minResidencyMs: 5, maxWaiting: 1 },
    budget: {
      'supervisor.resize': 2,
      'supervisor.shed': 1,
      'supervisor.dismiss': 1,
      'supervisor.tick': 2,
      'supervisor.drain': 1,
    },
    sizes: [1, 2],
  },
};

/** By what the world is made of. */
export const supervisorExplorations = () =>
  Object.entries(WORLDS).map(([name, world]) => ({
    name,
    exploration: explorationOf(world, MAX_STATES),
  }));
