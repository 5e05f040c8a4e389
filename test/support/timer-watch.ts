const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
};

const set = new Set<NodeJS.Timeout>();

/** Timers set through the globals since `watchTimers`, still running and keeping the process alive. */
export const runningTimers = (): number => [...set].filter((timer) => timer.hasRef()).length;

/** From here on timers are counted. The test runner's own and Node's inner ones are not: they do not use the globals. */
export function watchTimers(): void {
  const once = (fn: (...args: readonly unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const timer = real.setTimeout(() => {
      set.delete(timer);
      fn(...args);
    }, ms);
    set.add(timer);
    return timer;
  };
  const often = (...call: Parameters<typeof setInterval>): NodeJS.Timeout => {
    const timer = real.setInterval(...call);
    set.add(timer);
    return timer;
  };
  const clear = (timer?: NodeJS.Timeout | string | number): void => {
    if (typeof timer === 'object') set.delete(timer);
    real.clearTimeout(timer);
  };
  // Their promisified forms are left out: nobody here uses them.
  Object.assign(globalThis, {
    setTimeout: once,
    clearTimeout: clear,
    setInterval: often,
    clearInterval: clear,
  });
}

/** The globals are what they were. */
export function unwatchTimers(): void {
  Object.assign(globalThis, real);
  set.clear();
}
