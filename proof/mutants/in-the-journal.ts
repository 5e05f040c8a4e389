import type { PlantedBug } from './planted-bug.ts';

const STORE = 'test/store/store.test.ts';
const POSTGRES_STEPS = 'test/store/postgres-steps.test.ts';
/** Every moment at which the process can die. */
const DEATHS = { file: 'test/delivery/crash-points.test.ts', test: 'whichever deed' };
const JOURNAL = 'test/runtime/journal.test.ts';

/** What a run had done before it was cut short: nothing is paid twice, nothing is done twice for good. */
export const journalBugs: readonly PlantedBug[] = [
  {
    name: 'a resumed run pays again for a reply that was kept',
    edits: [
      {
        file: 'src/runtime/journal.ts',
        find: 'replyIn(steps.get(stepKey), inputHash)',
        put: 'replyIn(undefined, inputHash)',
      },
    ],
    caughtBy: { file: JOURNAL, test: 'asks the model nothing and uses no tool a second time' },
  },
  {
    name: 'the same step key is used for every turn',
    edits: [
      {
        file: 'machines/leader/run.ts',
        // Nothing is put in here: a literal dollar sign stands in the source.
        find: 'leader/$' + '{step}',
        put: 'leader/1',
      },
    ],
    caughtBy: { file: JOURNAL, test: 'asks the model nothing and uses no tool a second time' },
  },
  {
    name: 'a reply to another request is taken for this one’s',
    edits: [
      {
        file: 'src/runtime/kept-step.ts',
        find: "step?.kind !== 'model' || step.inputHash !== inputHash ||",
        put: "step?.kind !== 'model' || !inputHash ||",
      },
    ],
    caughtBy: { file: JOURNAL, test: 'makes a step again when what is asked in it is another' },
  },
  {
    name: 'a tool that must not run twice is not announced',
    edits: [
      {
        file: 'src/runtime/journal.ts',
        find: "await journal.keep({ ...step, kind: 'intent', output: {} }, call)",
        put: "await Promise.resolve('kept')",
      },
    ],
    caughtBy: {
      file: 'test/runtime/unrepeatable-tools.test.ts',
      test: 'is announced in the journal before it runs',
    },
  },
  {
    name: 'the journal takes steps of an incarnation that is over',
    edits: [
      {
        file: 'src/store/run-steps.ts',
        find: 'and fence <= g.fence and (fence = g.fence or outcome is not null)',
        put: '',
      },
    ],
    caughtBy: { file: STORE, test: 'takes nothing more from an incarnation whose run a newer one' },
  },
  {
    name: 'a step is said to be kept before it is',
    edits: [
      {
        file: 'src/store/gathering.ts',
        find: 'this.#chars += row.json.length;',
        put: 'this.#chars += row.json.length; resolve(true);',
      },
    ],
    caughtBy: { file: POSTGRES_STEPS, test: 'keeps no step of a run that is being taken over' },
  },
  {
    name: 'steps that were written together are told of each other',
    edits: [
      {
        file: 'src/store/gathering.ts',
        find: 'isWritten: keys.has(key)',
        put: 'isWritten: key !== undefined && keys.size > 0',
      },
    ],
    caughtBy: { file: STORE, test: 'are refused alone when a newer incarnation holds the run' },
  },
  {
    name: 'a step that the database refuses takes its neighbours along',
    edits: [
      {
        file: 'src/store/gathering.ts',
        find: 'isOfThisStatement(error) ? batch.split() : []',
        put: 'isOfThisStatement(error) ? [] : []',
      },
    ],
    caughtBy: { file: STORE, test: 'fail alone when the database cannot take one' },
  },
  {
    name: 'a run that is resumed is not told what was kept',
    edits: [
      {
        file: 'src/store/runs.ts',
        find: 'isResumed ? await database.run(stepsOfRun, idsOf(run), { signal }) : []',
        put: '[]',
      },
    ],
    caughtBy: DEATHS,
  },
];
