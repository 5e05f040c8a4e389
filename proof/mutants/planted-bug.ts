/** A change of the source that breaks one promise, and the test that has to notice. */
export interface PlantedBug {
  /** What is wrong with the house then, in a few words. */
  readonly name: string;
  /** All of them at once; a promise that is kept in two places is broken in both. */
  readonly edits: readonly Edit[];
  /** A file of `test/` and words of the full name of a test in it, its groups first. */
  readonly caughtBy: { readonly file: string; readonly test: string };
}

export interface Edit {
  readonly file: string;
  /** Stands in the file exactly once. As short as can be, so that it outlives changes around it. */
  readonly find: string;
  readonly put: string;
}

/** The text with the edit made. Throws when its anchor is gone or stands there more than once. */
export function edited(text: string, { file, find, put }: Edit): string {
  const [before, after, ...more] = text.split(find);
  if (before === undefined || after === undefined) {
    throw new Error(`The anchor "${find}" is gone from ${file}.`);
  }
  if (more.length > 0) throw new Error(`The anchor "${find}" is not unique in ${file}.`);
  return before + put + after;
}
