import { type App, startApp } from './app.ts';
import { readProcessConfig } from './config.ts';
import { announce, announceCode, explain, explainProblems } from './greeting.ts';
import { processLog } from './process-log.ts';
import { readStartOptions } from './start-options.ts';

/** After the first signal the house has this long; then the process ends as it is. */
const SHUTDOWN_MS = 25_000;

const out = (text: string): void => void process.stdout.write(text);
const err = (text: string): void => void process.stderr.write(text);

// Nobody reads any more (a closed terminal, a full disk behind `>`): no reason to close the house.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const reading = readProcessConfig();
// Behind the program and its own name.
const wishes = readStartOptions(process.argv.slice(3));
if (wishes.kind === 'rejected') {
  err(explainProblems([wishes.problem]));
  process.exitCode = 1;
} else if (reading.kind === 'rejected') {
  err(explainProblems(reading.problems));
  process.exitCode = 1;
} else {
  const log = await processLog(reading.config);
  try {
    const app = await startApp(reading.config, { ...wishes.options, log, web: true, onFatal });
    out(announce(app, reading.config));
    void app.code.known().then((place) => out(announceCode(place)));
    liveUntilSignalled(app);
  } catch (error) {
    err(explain(error));
    process.exitCode = 1;
  }
}

/** Ends the house like any other error that nobody has caught. */
function onFatal(error: Error): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** The first signal drains, the second forces. The process ends because nothing is left. */
function liveUntilSignalled(app: App): void {
  let isClosing = false;
  const stop = (): void => {
    out(
      isClosing
        ? '\nCutting short what still runs.\n'
        : '\nClosing: runs under way may finish. Once more to cut them short.\n',
    );
    isClosing = true;
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    app.stop().catch((error: unknown) => {
      err(explain(error));
      process.exitCode = 1;
    });
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const fail = (error: unknown): void => {
    err(explain(error));
    process.exitCode = 1;
    stop();
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}
