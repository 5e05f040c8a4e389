/** Does something that is given up after so many milliseconds: its signal aborts then. */
export async function inTime<Result>(
  ms: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`No answer within ${ms} ms.`)), ms);
  try {
    return await work(late.signal);
  } finally {
    clearTimeout(timer);
  }
}
