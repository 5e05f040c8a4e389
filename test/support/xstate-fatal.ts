/** One hazard of XState that can end a process, played in a process of its own: `node xstate-fatal.ts <name>`. */
import { createActor, createMachine, fromCallback, fromPromise, setup } from 'xstate';

const failing = fromPromise(() => Promise.reject(new Error('a bug')));

/** A root whose child fails; nobody handles it. */
const parent = () =>
  createActor(
    setup({ actors: { failing } }).createMachine({ invoke: { src: 'failing' }, id: 'parent' }),
  );

/** A root that handles what its child does; a stranger watches the child. */
const handled = () =>
  createActor(
    setup({ actors: { failing } }).createMachine({
      initial: 'a',
      states: { a: { invoke: { src: 'failing', id: 'child', onError: 'b' } }, b: {} },
    }),
  );

const CASES: Readonly<Record<string, () => void>> = {
  'nobody observes': () => void parent().start(),
  'an observer of values only': () => {
    const root = parent();
    root.subscribe(() => {});
    root.start();
  },
  'an observer of errors beside one of the end only': () => {
    const root = parent();
    root.subscribe({ error() {} });
    root.subscribe({ complete() {} });
    root.start();
  },
  'an observer of errors': () => {
    const root = parent();
    root.subscribe({ error() {}, complete() {} });
    root.start();
  },
  'a handled child with an observer of values': () => {
    const root = handled();
    root.start();
    root.getSnapshot().children['child']?.subscribe(() => {});
  },
  'an observer that throws': () => {
    const root = createActor(createMachine({ on: { go: {} } }));
    root.subscribe(() => {
      throw new Error('a bug');
    });
    root.start();
    root.send({ type: 'go' });
  },
  'an asynchronous disposer that rejects': () => {
    const root = createActor(fromCallback(() => () => Promise.reject(new Error('a bug'))));
    root.start();
    root.stop();
  },
  'a timer in a callback that throws': () => {
    const root = createActor(
      fromCallback(() => {
        setTimeout(() => {
          throw new Error('a bug');
        }, 0);
      }),
    );
    root.subscribe({ error() {} });
    root.start();
  },
};

const play = CASES[process.argv[2] ?? ''];
if (play === undefined) throw new Error(`no such case: ${process.argv[2]}`);
// 70: the process was ended by what nobody caught.
process.on('uncaughtException', () => process.exit(70));
play();
