import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aDatabase } from '../store/postgres-kit.ts';
import { startGroqServer } from '../support/groq-server.ts';
import { type Act, calls, type Received, status, text } from '../support/groq-server-scripts.ts';
import { aFolder, type OpenProgram, start } from '../support/program.ts';
import { aRemote, REMOTE_KEY } from '../tools/code/a-remote.ts';
import { bubblewrap } from '../tools/code/local-sandbox.ts';

const { isHere } = await bubblewrap();

/** The leader hands the question to code, which runs it as Python, and reports what came. */
function relay({ body }: Received): Act {
  const last = body.messages?.at(-1);
  const content = last?.content ?? '';
  if (last?.role === 'tool') return text(content);
  const isLeader = body.tools?.some(({ function: { name } }) => name.startsWith('delegate'));
  if (isLeader)
    return calls({ name: 'delegate_task_to_member', args: { member_id: 'code', task: content } });
  return calls({ name: 'run_python', args: { code: content } });
}

async function aHouse(env: Readonly<Record<string, string>> = {}) {
  const provider = await startGroqServer({ script: relay });
  onTestFinished(provider.close);
  const lasting = {
    ...env,
    DATA_DIR: await aFolder(),
    DATABASE_URL: (await aDatabase()).url,
    GROQ_API_KEY: 'gsk_test',
    GROQ_BASE_URL: provider.url,
  };
  return { open: () => start({ env: lasting }) };
}

const ask = (program: OpenProgram, code: string, runId = 'r1') =>
  program.answer({ runId, channelId: 'lab', text: code });

describe('A run that needs code', { timeout: 90_000 }, () => {
  it.skipIf(!isHere)(
    'brings back what Python printed, and its files, from the program as it is started',
    async () => {
      const program = await (await aHouse()).open();
      const outcome = await ask(program, 'open("a.csv", "w").write("1,2")\nprint(6 * 7)');

      expect(outcome).toMatchObject({
        kind: 'answered',
        text: expect.stringContaining('42'),
        files: [{ name: 'a.csv', mime: 'text/csv', bytes: 3 }],
      });
      const [file] = filesIn(outcome);
      const signal = new AbortController().signal;
      expect(await program.client.read(`/api/files/${file?.id}`, signal)).toBe('1,2');
      expect(await program.conversation('lab')).toMatchObject([
        { outcome: { files: [{ name: 'a.csv' }] } },
      ]);
      const place = { where: 'bubblewrap (alive)', why: '' };
      await program.sees(({ code }) => isDeepStrictEqual(code, place));
      await program.says(`  code     ${place.where}\n`);
      expect(await program.client.read('/metrics', signal)).toContain(
        'troupe_code_info{where="bubblewrap (alive)",why=""} 1\n',
      );
      expect(await program.stop()).toMatchObject({ code: 0 });
    },
  );

  it('runs at E2B with a key, and ends the machines of a life that was cut off', async () => {
    const remote = await aRemote();
    const house = await aHouse({
      E2B_API_KEY: REMOTE_KEY,
      E2B_URL: remote.url,
      E2B_SANDBOX_URL: remote.sandboxUrl,
    });
    const program = await house.open();
    expect(await ask(program, 'print(6 * 7)')).toMatchObject({
      text: expect.stringContaining('42'),
    });
    expect([...remote.machines.keys()]).toEqual(['box-1']);

    program.child.kill('SIGKILL');
    await program.ended;
    const second = await house.open();
    await remote.isEnded('box-1');
    expect(await ask(second, 'print(1 + 1)', 'r2')).toMatchObject({ kind: 'answered' });
    const end = await second.stop();

    expect(end).toMatchObject({ code: 0 });
    expect(end.errors).not.toContain(REMOTE_KEY);
    expect(remote.machines.size).toBe(0);
  });
});

function filesIn(outcome: unknown): readonly { readonly id: string }[] {
  // What the program sends of an outcome is of our own type.
  return (outcome as { readonly files?: readonly { readonly id: string }[] }).files ?? [];
}

describe('A run that needs computing', { timeout: 90_000 }, () => {
  const question = { runId: 'r1', channelId: 'lab', text: 'What is 6*7?' };
  const isAt = ({ body }: Received, member: string) =>
    body.messages?.[0]?.content?.includes(member) === true;

  it('is computed at Groq where COMPUTE_MODEL is there, and here where it is gone', async () => {
    let isGone = false;
    const compute = ({ body }: Received): Act => {
      if (body.model !== 'groq/compound-mini') return relayTo('compute', { body });
      return isGone ? status(404, { code: 'model_not_found' }) : text('Groq says 42.');
    };
    const provider = await startGroqServer({
      models: ['openai/gpt-oss-120b', 'openai/gpt-oss-20b', 'groq/compound-mini'],
      script: (request) =>
        isAt(request, 'You compute') ? compute(request) : relayTo('compute', request),
    });
    onTestFinished(provider.close);
    const ask = async () => {
      const env = {
        DATABASE_URL: (await aDatabase()).url,
        DATA_DIR: await aFolder(),
        GROQ_API_KEY: 'gsk_test',
        GROQ_BASE_URL: provider.url,
        COMPUTE_MODEL: 'groq/compound-mini',
      };
      const program = await start({ env });
      const outcome = await program.answer(question);
      await program.stop();
      return outcome;
    };
    expect(await ask()).toMatchObject({ text: expect.stringContaining('Groq says 42.') });
    isGone = true;
    expect(await ask()).toMatchObject({ text: expect.stringContaining('42') });
    expect(provider.requests.at(-2)?.body.tools?.length).toBeGreaterThan(1);
  });
});

/** The leader hands the question over; the member computes it with the calculator. */
function relayTo(member: string, { body }: Pick<Received, 'body'>): Act {
  const last = body.messages?.at(-1);
  if (last?.role === 'tool') return text(last.content ?? '');
  const isLeader = body.tools?.some(({ function: { name } }) => name.startsWith('delegate'));
  return isLeader
    ? calls({ name: 'delegate_task_to_member', args: { member_id: member, task: 'What is 6*7?' } })
    : calls({ name: 'calculator', args: { expression: '6*7' } });
}
