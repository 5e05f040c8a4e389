import { parentPort, workerData } from 'node:worker_threads';
import { extractText, getDocumentProxy } from 'unpdf';

/** The thread that reads one document, and says its words. */
const document = await getDocumentProxy(new Uint8Array(workerData));
const { text } = await extractText(document, { mergePages: true });
parentPort?.postMessage(text);
