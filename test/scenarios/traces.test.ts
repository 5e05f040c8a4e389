import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aDatabase } from '../store/postgres-kit.ts';
import { startGroqServer } from '../support/groq-server.ts';
import { type Act, calls, type Received, text } from '../support/groq-server-scripts.ts';
import { aFolder, start } from '../support/program.ts';
import { aReceiver, type ReceivedSpan, treeOf } from '../tracing/receiver.ts';

const KEY = 'phx_canary_51jK8sWq';

/** The leader asks two members at once; each computes, then reports; the leader puts it together. */
function twoAtOnce({ body }: Received): Act {
  const last = body.messages?.at(-1);
  const isLeader = body.tools?.some(({ function: { name } }) => name.startsWith('delegate'));
  if (last?.role === 'tool') return text(isLeader ? 'Both are done.' : `It is ${last.content}.`);
  if (!isLeader && body.tools?.some(({ function: { name } }) => name === 'calculator'))
    return calls({ name: 'calculator', args: { expression: '6*7' } });
  if (!isLeader) return calls({ name: 'run_javascript', args: { code: '6*7' } });
  return calls(
    { name: 'delegate_task_to_member', args: { member_id: 'compute', task: 'Compute 6*7.' } },
    { name: 'delegate_task_to_member', args: { member_id: 'code', task: 'Run 6*7.' } },
  );
}

async function aProgram(env: Readonly<Record<string, string>>) {
  const provider = await startGroqServer({ script: twoAtOnce });
  onTestFinished(provider.close);
  return start({
    env: {
      ...env,
      DATA_DIR: await aFolder(),
      DATABASE_URL: (await aDatabase()).url,
      GROQ_API_KEY: 'gsk_test',
      GROQ_BASE_URL: provider.url,
      GROQ_MODEL: 'openai/gpt-oss-20b',
    },
  });
}

const QUESTION = { runId: 'r1', channelId: 'lab', text: 'What is 6*7, twice?' };
const named = (spans: readonly ReceivedSpan[], name: string) =>
  spans.filter((span) => span.name === name);

describe('The traces of a house', { timeout: 90_000 }, () => {
  it('are one tree for a run: what members do stands below their delegations, which are side by side', async () => {
    const receiver = await aReceiver();
    const program = await aProgram({
      TRACING: 'true',
      PHOENIX_ENDPOINT: receiver.url,
      PHOENIX_API_KEY: KEY,
      PHOENIX_PROJECT_NAME: 'lab',
    });
    expect(await program.answer(QUESTION)).toMatchObject({ kind: 'answered' });
    const numbers = await program.client.read('/metrics', new AbortController().signal);
    expect(numbers).toContain('troupe_runs_total{outcome="answered"} 1');
    expect(numbers).toContain('troupe_teams{state="idle"} 1');
    const end = await program.stop();

    const chat = { name: 'chat openai/gpt-oss-20b', below: [] };
    const member = (name: string, tool: string) => ({
      name: `invoke_agent ${name}`,
      below: [chat, { name: `execute_tool ${tool}`, below: [] }, chat],
    });
    const [tree, ...others] = treeOf(receiver.spans);
    expect(others).toEqual([]);
    expect(tree?.name).toBe('invoke_agent leader');
    expect(tree?.below).toHaveLength(4);
    expect(tree?.below.filter(({ name }) => name === chat.name)).toEqual([chat, chat]);
    expect(tree?.below).toContainEqual(member('compute', 'calculator'));
    expect(tree?.below).toContainEqual(member('code', 'run_javascript'));
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(receiver.resources[0]).toMatchObject({ 'openinference.project.name': 'lab' });
    expect(end.code).toBe(0);
    expect(end.errors).not.toContain(KEY);
  });

  it('say in both vocabularies what was asked of whom and what it cost, and no texts unless that is wanted', async () => {
    const receiver = await aReceiver();
    const program = await aProgram({ TRACING: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    await program.answer(QUESTION);
    await program.stop();

    const [root] = named(receiver.spans, 'invoke_agent leader');
    expect(root?.attributes).toMatchObject({
      'openinference.span.kind': 'AGENT',
      'gen_ai.operation.name': 'invoke_agent',
      'session.id': 'lab',
      'user.id': 'local',
      'troupe.outcome': 'answered',
    });
    expect(named(receiver.spans, 'chat openai/gpt-oss-20b')[0]?.attributes).toMatchObject({
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'openai/gpt-oss-20b',
      'gen_ai.response.model': 'openai/gpt-oss-20b',
      'gen_ai.usage.input_tokens': expect.anything(),
      'llm.token_count.prompt': expect.anything(),
    });
    expect(named(receiver.spans, 'execute_tool calculator')[0]?.attributes).toMatchObject({
      'openinference.span.kind': 'TOOL',
      'gen_ai.tool.name': 'calculator',
    });
    expect(JSON.stringify(receiver.spans.map(({ attributes }) => attributes))).not.toContain('6*7');
  });

  it('carry the texts where TRACING_CONTENT says so', async () => {
    const receiver = await aReceiver();
    const program = await aProgram({
      TRACING: 'true',
      TRACING_CONTENT: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
    });
    await program.answer(QUESTION);
    await program.stop();

    const [root] = named(receiver.spans, 'invoke_agent leader');
    expect(root?.attributes).toMatchObject({
      'input.value': QUESTION.text,
      'output.value': 'Both are done.',
    });
    const [call] = named(receiver.spans, 'chat openai/gpt-oss-20b');
    expect(call?.attributes).toMatchObject({
      'llm.input_messages.0.message.role': 'system',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name':
        'delegate_task_to_member',
    });
    expect(named(receiver.spans, 'execute_tool calculator')[0]?.attributes).toMatchObject({
      'input.value': '{"expression":"6*7"}',
    });
  });

  it('hold up neither a run nor the end of the house when the server that takes them is silent', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const program = await aProgram({
      TRACING: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    });
    expect(await program.answer(QUESTION)).toMatchObject({ kind: 'answered' });
    const end = await program.stop();

    expect(end.code).toBe(0);
    expect(end.errors).toContain('traces.not_sent');
  });

  it('are refused at start when nobody is there to take them', async () => {
    const program = aProgram({ TRACING: 'true' });
    await expect(program).rejects.toThrow('TRACING needs a server');
  });
});
