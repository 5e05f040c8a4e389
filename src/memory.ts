import { ChannelId, UserId } from '../machines/ids.ts';
import { placeOf } from './app.ts';
import { readProcessConfig } from './config.ts';
import { explain, explainProblems } from './greeting.ts';
import { memoryCommand } from './memory-commands.ts';
import { createMemoryHouse } from './memory-house.ts';
import { processLog } from './process-log.ts';
import { openRecords } from './recording-house.ts';
import { systemClock } from './shared/clock.ts';
import { makeDataFolder } from './shared/data-folder.ts';
import { openStore } from './store/store.ts';

// For operators: `npm run memory -- USER [/memory … | /forget …] [--channel ID]`, while the house is closed or on PostgreSQL.
const reading = readProcessConfig();
const [, , , userId, ...words] = process.argv;
if (reading.kind === 'rejected') {
  process.stderr.write(explainProblems(reading.problems));
  process.exitCode = 1;
} else if (userId === undefined) {
  process.stderr.write(
    'Say whose memory: npm run memory -- USER [export | sessions WORDS | forget NUMBER | forget-all me|channel|everything yes] [--channel ID]\n',
  );
  process.exitCode = 2;
} else {
  const { config } = reading;
  try {
    await makeDataFolder(config.dataDir);
    const log = await processLog(config);
    const store = await openStore({ place: placeOf(config), log });
    const records = openRecords(config, { clock: systemClock, log });
    const at = words.indexOf('--channel');
    const channelId = ChannelId(at === -1 ? 'none' : (words[at + 1] ?? ''));
    const said = at === -1 ? words : words.toSpliced(at, 2);
    const line = ['/memory', ...said].join(' ').replace(/^\/memory forget-all/, '/forget');
    const house = createMemoryHouse({ store, records });
    const answer = await memoryCommand(house, { userId: UserId(userId), channelId, line });
    await store.close();
    process.stdout.write(`${answer}\n`);
  } catch (error) {
    process.stderr.write(explain(error));
    process.exitCode = 1;
  }
}
