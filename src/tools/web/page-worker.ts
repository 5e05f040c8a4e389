import { parentPort, workerData } from 'node:worker_threads';
import { type PageJob, readableText } from './page-text.ts';

// The whole life of this thread: one page in, its text out. The data is untyped to the compiler, but only
// `readInThread` in page-thread.ts starts this file, and it takes a `PageJob`.
parentPort?.postMessage(readableText(workerData as PageJob));
