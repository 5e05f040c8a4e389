import { randomUUID } from 'node:crypto';
import { ChannelId, RunId } from '../machines/ids.ts';
import { type Config, readProcessConfig } from './config.ts';
import { explain, explainProblems } from './greeting.ts';
import { processLog } from './process-log.ts';
import { systemClock } from './shared/clock.ts';
import { connectHouse } from './terminal/connect.ts';
import type { TerminalHouse } from './terminal/house.ts';
import { runTerminal } from './terminal/terminal.ts';

/** Loaded only when no server runs on this data folder: joining one is quick. */
async function openHere(config: Config): Promise<TerminalHouse> {
  const [{ LOCAL_USER, startApp }, { consoleHouse }, { localHouse }] = await Promise.all([
    import('./app.ts'),
    import('./console-house.ts'),
    import('./terminal/local-house.ts'),
  ]);
  const app = await startApp(config, { log: await processLog(config), web: false, onFatal });
  return localHouse({ house: consoleHouse(app), userId: LOCAL_USER, close: app.stop });
}

const onFatal = (error: Error): void => void process.stderr.write(explain(error));

const reading = readProcessConfig();
if (reading.kind === 'rejected') {
  process.stderr.write(explainProblems(reading.problems));
  process.exitCode = 1;
} else {
  const { config } = reading;
  const ending = new AbortController();
  process.once('SIGTERM', () => ending.abort());
  process.exitCode = await runTerminal({
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    channelId: ChannelId('terminal'),
    newRunId: () => RunId(randomUUID()),
    clock: systemClock,
    signal: ending.signal,
    connect: () => connectHouse({ dataDir: config.dataDir, openHere: () => openHere(config) }),
  });
}
