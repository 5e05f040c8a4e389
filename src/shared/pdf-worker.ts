import { parentPort, workerData } from 'node:worker_threads';
import { getDocumentProxy } from 'unpdf';
import type { PdfJob, PdfRead } from './pdf.ts';

/** One piece of memory in the thread. A stream that unpacks to more is given up: such memory does not count as heap. */
const MAX_BLOCK_BYTES = 32 * 1024 * 1024;

globalThis.ArrayBuffer = refusingLarge(ArrayBuffer);
globalThis.Uint8Array = refusingLarge(Uint8Array);

// The whole life of this thread: one document in, its words out. The data is untyped to the compiler, but only `readPdf`
// in pdf.ts starts this file, and it takes a `PdfJob`.
parentPort?.postMessage(await read(workerData as PdfJob));

async function read({ bytes, maxPages, maxChars }: PdfJob): Promise<PdfRead> {
  try {
    const document = await getDocumentProxy(new Uint8Array(bytes));
    const { info } = await document.getMetadata();
    const title = 'Title' in info && typeof info.Title === 'string' ? info.Title.trim() : '';
    const pages: string[] = [];
    let chars = 0;
    while (pages.length < Math.min(document.numPages, maxPages) && chars < maxChars) {
      const page = await document.getPage(pages.length + 1);
      const { items } = await page.getTextContent();
      const words = items.map((item) =>
        'str' in item ? item.str + (item.hasEOL ? '\n' : '') : '',
      );
      const text = words.join('').trim();
      pages.push(text);
      chars += text.length;
    }
    const whole = pages.filter(Boolean).join('\n\n');
    if (whole === '') return { kind: 'no_text', pages: document.numPages };
    const text = whole.slice(0, maxChars).toWellFormed();
    const cut = pages.length < document.numPages || text.length < whole.length;
    return { kind: 'read', title, text, pages: document.numPages, cut };
  } catch (error) {
    // The one error that the library tells apart by its name.
    const isLocked = error instanceof Error && error.name === 'PasswordException';
    return { kind: isLocked ? 'locked' : 'unreadable' };
  }
}

/** The same constructor, but for sizes beyond measure. */
function refusingLarge<Made extends typeof ArrayBuffer | typeof Uint8Array>(made: Made): Made {
  const guarded: Made = new Proxy(made, {
    construct(target, given, asked) {
      const [size] = given;
      if (typeof size === 'number' && size > MAX_BLOCK_BYTES)
        throw new RangeError('It is too large.');
      return Reflect.construct(target, given, asked === guarded ? target : asked);
    },
  });
  return guarded;
}
