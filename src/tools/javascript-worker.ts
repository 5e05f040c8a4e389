import { parentPort, workerData } from 'node:worker_threads';
import type { SandboxJob } from './javascript-job.ts';
import { runSandboxed } from './javascript-sandbox.ts';

// The whole life of this thread: one job in, one outcome out. The data is untyped to the compiler, but only
// `startThread` in javascript.ts starts this file, and it takes a `SandboxJob`.
parentPort?.postMessage(await runSandboxed(workerData as SandboxJob));
