import { describe, expect, it, onTestFinished } from 'vitest';
import { isRecord, parseJson } from '../../src/shared/parse.ts';
import { startGroqServer } from '../support/groq-server.ts';
import { calls, type Received, text } from '../support/groq-server-scripts.ts';
import { aDataFolder, start } from '../support/program.ts';

const KEY = 'gsk_canary_4dRt8Yw2';

/** The leader computes, and answers with the key that it was never told. */
function relay({ body }: Received) {
  const isDone = body.messages?.at(-1)?.role === 'tool';
  return isDone
    ? text(`It is 42, and ${KEY}.`)
    : calls({ name: 'calculator', args: { expression: '6*7' } });
}

async function errorsOf(env: Readonly<Record<string, string>>): Promise<string> {
  const provider = await startGroqServer({ script: relay });
  onTestFinished(provider.close);
  const given = {
    ...env,
    DATA_DIR: await aDataFolder(),
    GROQ_API_KEY: KEY,
    GROQ_BASE_URL: provider.url,
  };
  const program = await start({ env: given });
  await program.answer({ runId: 'r1', channelId: 'lab', text: 'What is 6*7?' });
  return (await program.stop()).errors;
}

describe('Standard error', { timeout: 90_000 }, () => {
  it('has every step of a run in words with DEBUG_MODE, and no secret even in what a model says', async () => {
    const errors = await errorsOf({ DEBUG_MODE: 'true' });
    expect(errors).toMatch(/── r1 begins for local\n {3}What is 6\*7\?/);
    expect(errors).toMatch(/── r1 leader\/1: leader asked the model \(2 messages, \d+ ms; tools: /);
    expect(errors).toMatch(
      /── r1 leader\/1\/0: calculator {"expression":"6\*7"} \(\d+ ms\)\n {3}→ .*42/,
    );
    expect(errors).toMatch(/── r1 ended: answered \(\d+ ms\)\n {3}It is 42, and \[secret\]\./);
    expect(errors).not.toContain(KEY);
    expect(errors).not.toContain('You lead a small team');
  });

  it('has whole prompts at the second level', async () => {
    const errors = await errorsOf({ DEBUG_MODE: 'true', DEBUG_LEVEL: '2' });
    expect(errors).toContain('   system: You lead a small team');
  });

  it('is one JSON object a line with LOG_FORMAT=json', async () => {
    const errors = await errorsOf({ LOG_FORMAT: 'json', LOG_LEVEL: 'info' });
    const lines = errors.trimEnd().split('\n').map(parseJson);
    expect(lines.every((line) => line.ok && isRecord(line.value))).toBe(true);
    expect(lines).toContainEqual({
      ok: true,
      value: expect.objectContaining({ level: 'info', event: 'store.opened', kind: 'embedded' }),
    });
  });
});
