import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aDatabase, query } from '../store/postgres-kit.ts';
import { startGroqServer } from '../support/groq-server.ts';
import { status } from '../support/groq-server-scripts.ts';
import { aFolder, start } from '../support/program.ts';

const KEY = 'gsk_canary_7Hq2mZpW9xLd';

/** Every row of every table, as text. */
async function dump(url: string): Promise<string> {
  const tables = await query(
    url,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const rows = await Promise.all(tables.map(({ name }) => query(url, `select * from ${name}`)));
  return JSON.stringify(rows);
}

/** Every file of a folder, as text. */
async function filesIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (
    await Promise.all(
      files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')),
    )
  ).join('\n');
}

describe('The key of the provider and the password of the database', { timeout: 60_000 }, () => {
  it('are nowhere to be read: not in the output, the log, the answers, the page, the files or the rows, even when the provider repeats them', async () => {
    const { url } = await aDatabase();
    const password = decodeURIComponent(new URL(url).password);
    const provider = await startGroqServer({
      script: () =>
        status(401, { message: `Incorrect API key provided: ${KEY}`, code: 'invalid_api_key' }),
    });
    onTestFinished(provider.close);
    const folder = await aFolder();
    const program = await start({
      env: {
        DATA_DIR: folder,
        DATABASE_URL: url,
        GROQ_API_KEY: KEY,
        GROQ_BASE_URL: provider.url,
        LOG_LEVEL: 'debug',
      },
    });

    const outcome = await program.answer({ runId: 'm1', channelId: 'lab', text: 'hello' });
    const overview = await program.sees(() => true);
    const past = await program.conversation('lab');
    const page = await (await fetch(`http://127.0.0.1:${program.port}/`)).text();
    const ended = await program.stop();

    expect(provider.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(password).not.toBe('');
    const seen = {
      outcome: JSON.stringify(outcome),
      overview: JSON.stringify(overview),
      past: JSON.stringify(past),
      page,
      out: ended.out,
      errors: ended.errors,
      files: await filesIn(folder),
      rows: await dump(url),
    };
    expect(seen.rows).toContain('hello');
    expect(seen.errors).toContain('model.failed');
    for (const [where, text] of Object.entries(seen)) {
      expect(text.includes(KEY), `the key is in ${where}`).toBe(false);
      expect(text.includes(password), `the password is in ${where}`).toBe(false);
    }
  });
});
