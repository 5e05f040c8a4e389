import { placeOf } from './app.ts';
import { readProcessConfig } from './config.ts';
import { explain, explainProblems } from './greeting.ts';
import { processLog } from './process-log.ts';
import { makeDataFolder } from './shared/data-folder.ts';
import { openStore } from './store/store.ts';

// Opening the store brings its tables up to date; this command does just that, before a deployment.
const reading = readProcessConfig();
if (reading.kind === 'rejected') {
  process.stderr.write(explainProblems(reading.problems));
  process.exitCode = 1;
} else {
  const { config } = reading;
  try {
    await makeDataFolder(config.dataDir);
    const store = await openStore({ place: placeOf(config), log: await processLog(config) });
    await store.close();
    process.stdout.write(`The tables are up to date (${store.kind}).\n`);
  } catch (error) {
    process.stderr.write(explain(error));
    process.exitCode = 1;
  }
}
