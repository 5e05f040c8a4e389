import { aborted, concernsConnection, StoreError } from './store-error.ts';

/** A row as JSON, and what tells it from the others of its statement. */
export interface GatheredRow {
  readonly key: string;
  readonly json: string;
}

/**
 * Writes rows in one statement. Resolves, when they are committed, with the keys of those that were written. Asks for the
 * rows, a JSON array, when a connection is there: until then, more may come. Asks again for the same when it has to repeat.
 */
type WriteRows = (rows: () => string) => Promise<ReadonlySet<string>>;

/** A statement stays small, so that none holds up those after it. */
const MOST_ROWS = 100;
const MOST_CHARS = 500_000;

/**
 * Takes rows one by one and writes those together that come together: in the same turn of the event loop, or while every
 * connection is busy. Whoever gave a row is told of that row only.
 */
export class Gathering {
  readonly #writeRows: WriteRows;
  #open: Batch | undefined;

  constructor(writeRows: WriteRows) {
    this.#writeRows = writeRows;
  }

  /** True when the row is committed, false when the statement passed it over. Rejects with `StoreError`, or with a bug. */
  write(row: GatheredRow, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.reject(aborted());
    const batch = this.#open?.takes(row) === true ? this.#open : this.#begin();
    return batch.add(row, signal);
  }

  #begin(): Batch {
    const batch = new Batch();
    this.#open = batch;
    // What else this turn of the event loop brings may come along.
    setImmediate(() => void this.#send(batch));
    return batch;
  }

  async #send(batch: Batch): Promise<void> {
    try {
      batch.written(await this.#writeRows(() => batch.close()));
    } catch (error) {
      // It may not even have got a connection: whoever comes now must not wait for it.
      batch.close();
      // One row may be the reason, and it is not known which.
      const single = isOfThisStatement(error) ? batch.split() : [];
      if (single.length === 0) batch.failed(error);
      await Promise.all(single.map((one) => this.#send(one)));
    }
  }
}

const isOfThisStatement = (error: unknown): boolean =>
  error instanceof StoreError && !concernsConnection(error);

/** A row on its way, and who waits for it. */
interface Waiting {
  readonly row: GatheredRow;
  readonly settle: (end: { readonly isWritten: boolean } | { readonly error: unknown }) => void;
}

/** Rows of one statement. */
class Batch {
  readonly #waiting = new Map<string, Waiting>();
  #chars = 0;
  /** Set when it is on its way: what is sent again must be the same. */
  #rows: string | undefined;

  takes({ key, json }: GatheredRow): boolean {
    // No statement writes the same row twice.
    return (
      this.#rows === undefined &&
      !this.#waiting.has(key) &&
      this.#waiting.size < MOST_ROWS &&
      this.#chars + json.length <= MOST_CHARS
    );
  }

  add(row: GatheredRow, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        // On its way, it may still be written.
        this.#waiting.delete(row.key);
        reject(aborted());
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#chars += row.json.length;
      this.#waiting.set(row.key, {
        row,
        settle(end) {
          signal.removeEventListener('abort', leave);
          if ('error' in end) reject(end.error);
          else resolve(end.isWritten);
        },
      });
    });
  }

  close(): string {
    this.#rows ??= `[${[...this.#waiting.values()].map(({ row }) => row.json).join()}]`;
    return this.#rows;
  }

  written(keys: ReadonlySet<string>): void {
    for (const [key, { settle }] of this.#waiting) settle({ isWritten: keys.has(key) });
  }

  failed(error: unknown): void {
    for (const { settle } of this.#waiting.values()) settle({ error });
  }

  /** Each row in a batch of its own; none when it is the only one. */
  split(): readonly Batch[] {
    if (this.#waiting.size < 2) return [];
    return [...this.#waiting].map(([key, waiting]) => {
      const single = new Batch();
      single.#waiting.set(key, waiting);
      return single;
    });
  }
}
