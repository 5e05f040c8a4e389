import type { FileRef } from '../../../machines/conversation.ts';
import type { Failure } from '../../../machines/failure.ts';
import type { RunRef } from '../../../machines/question.ts';

interface FileToKeep {
  readonly name: string;
  readonly mime: string;
  readonly data: Buffer;
}

/** Keeps what code has made, for people to look at. Never rejects. */
export interface FileKeeper {
  keep(
    run: RunRef,
    file: FileToKeep,
    options: { readonly signal: AbortSignal },
  ): Promise<FileRef | Failure>;
}
