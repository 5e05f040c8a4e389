import type { Attachment } from './objects.ts';

/** A request, read. */
export interface Asked {
  readonly method: string;
  /** The path below `/api/v10`, in pieces. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly attachments: readonly Attachment[];
}
