import { parentPort, workerData } from 'node:worker_threads';
import { interpret } from './javascript-interpreter.ts';
import type { InterpreterJob } from './javascript-job.ts';

// The whole life of this thread: one job in, one outcome out. The data is untyped to the compiler, but only
// `startThread` in javascript-thread.ts starts this file, and it takes a `InterpreterJob`.
parentPort?.postMessage(await interpret(workerData as InterpreterJob));
