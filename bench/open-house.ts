/** Prints after how many milliseconds of this process, the start of Node included, a house on the given folder is open. */
import '../src/quick-modules.mjs';
import { readConfig } from '../src/config.ts';

const [dataDir = ''] = process.argv.slice(2);
const reading = readConfig({ DATA_DIR: dataDir, WEB_PORT: '0', LOG_LEVEL: 'silent' });
if (reading.kind === 'rejected') throw new Error(reading.problems.join('\n'));
const { startApp } = await import('../src/app.ts');
const { silentLog } = await import('../src/shared/log.ts');
const app = await startApp(reading.config, {
  log: silentLog,
  web: true,
  onFatal: (error) => console.error(error),
});
console.log(performance.now());
await app.stop();
