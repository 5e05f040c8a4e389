/** What the thread that holds the embedded database is told and answers. One request at a time. */
export interface EmbeddedRequest {
  readonly id: number;
  readonly sql: string;
  readonly params: readonly unknown[];
  readonly rowMode: 'array' | 'object';
}

export type EmbeddedReply =
  | { readonly kind: 'ready' }
  /** It could not be opened: the thread is of no use. `code` is the system's, or `LOST`. */
  | { readonly kind: 'failed'; readonly message: string; readonly code: string }
  | { readonly kind: 'rows'; readonly id: number; readonly rows: readonly unknown[] }
  /** `code` is an SQLSTATE when the database itself refused, else the system's error code if there is one. */
  | {
      readonly kind: 'error';
      readonly id: number;
      readonly message: string;
      readonly code: string | undefined;
    };

/** Asks the thread to close the database in good order and end. */
export const CLOSE = 'close';
