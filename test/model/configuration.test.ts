import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_GROQ_CHOICES, DEFAULT_MODEL_FACTS } from '../../src/model/default-models.ts';
import { createModels, type Models } from '../../src/model/models.ts';
import { type Log, silentLog } from '../../src/shared/log.ts';
import { type GroqServer, startGroqServer } from '../support/groq-server.ts';
import { text } from '../support/groq-server-scripts.ts';
import { ask, BOTH, failureIn, groqModels, QUICK, replyIn } from './model-fixture.ts';

let server: GroqServer;
let models: Models;

const NEVER = new AbortController().signal;

const open = (baseUrl: string): Models =>
  createModels({
    providers: [{ kind: 'openai-compatible', name: 'own', baseUrl }],
    agents: { default: [{ provider: 'own', model: 'llama3' }] },
    limits: QUICK,
  });

/** A log that keeps its warnings. */
function keptLog(): Log & { readonly warnings: unknown[] } {
  const warnings: unknown[] = [];
  return { ...silentLog, warnings, warn: (event, fields) => warnings.push([event, fields]) };
}

beforeEach(async () => {
  server = await startGroqServer({ models: ['small', 'llama3:latest'] });
  models = open(`${server.url}/v1`);
});
afterEach(async () => {
  await models.close();
  await server.close();
});

describe('the address of an own server', () => {
  it.each(['/v1', '/v1/', '', '/', '/v1/chat/completions'])('may be given as …%s', async (path) => {
    const own = open(`${server.url}${path}`);

    replyIn(await ask(own));

    expect(server.requests[0]?.path).toBe('/v1/chat/completions');
    await own.close();
  });

  it('gets no key when there is none, and nothing about our machine', async () => {
    await ask(models);

    const headers = server.requests[0]?.headers ?? {};
    expect(headers.authorization).toBeUndefined();
    expect(Object.keys(headers).filter((name) => name.startsWith('x-'))).toEqual([]);
  });

  it.each(['localhost:11434', 'ftp://host/v1', 'http://host/v1?key=1', ''])(
    'that is %j is refused with an example',
    (baseUrl) => {
      expect(() => open(baseUrl)).toThrow(/own must look like http:\/\/host:port\/v1/);
    },
  );

  it('of Groq may end in /openai/v1', async () => {
    const groq = createModels({
      providers: [{ kind: 'groq', name: 'groq', apiKey: 'k', baseUrl: `${server.url}/openai/v1/` }],
      agents: { default: [{ provider: 'groq', model: 'm' }] },
    });

    replyIn(await ask(groq));

    expect(server.requests[0]?.path).toBe('/openai/v1/chat/completions');
    await groq.close();
  });
});

describe('the check at the start', () => {
  it('warns of models that their provider does not have, and calls leave them out', async () => {
    const log = keptLog();
    const groq = groqModels(server, { agents: BOTH, log });

    const checked = await groq.check(NEVER);
    const reply = replyIn(await ask(groq));

    expect(checked).toEqual([{ kind: 'listed', provider: 'groq', missing: ['big'] }]);
    expect(log.warnings).toEqual([['model.missing', { provider: 'groq', model: 'big' }]]);
    expect(reply.model).toBe('small');
    expect(groq.status().map(({ model, missing }) => [model, missing])).toEqual([
      ['big', true],
      ['small', false],
    ]);
    await groq.close();
  });

  it('leaves a list as it is when all of it is missing: catalogues err', async () => {
    const groq = groqModels(server);

    await groq.check(NEVER);

    expect(replyIn(await ask(groq)).model).toBe('big');
    await groq.close();
  });

  it('knows that `llama3` is what Ollama lists as `llama3:latest`', async () => {
    expect(await models.check(NEVER)).toEqual([{ kind: 'listed', provider: 'own', missing: [] }]);
  });

  it('warns of a provider that cannot be reached, and goes on', async () => {
    const log = keptLog();
    const { url } = server;
    await server.close();
    const groq = groqModels({ url }, { log });

    expect(await groq.check(NEVER)).toMatchObject([{ kind: 'unreachable', provider: 'groq' }]);
    expect(log.warnings).toMatchObject([['provider.unreachable', { provider: 'groq' }]]);
    await groq.close();
    server = await startGroqServer();
  });

  it('waits no longer than its deadline for a provider that is silent', async () => {
    const silent = await startGroqServer({ models: 'silent' });
    const groq = groqModels(silent, { limits: { ...QUICK, checkMs: 100 } });
    const { signal } = new AbortController();

    expect(await groq.check(signal)).toEqual([
      { kind: 'unreachable', provider: 'groq', why: 'no answer within 100 ms' },
    ]);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await groq.close();
    await silent.close();
  });

  it('ends at once when it is aborted', async () => {
    expect(await models.check(AbortSignal.abort())).toEqual([
      { kind: 'unreachable', provider: 'own', why: 'aborted' },
    ]);
  });
});

describe('the lists of models', () => {
  it('are chosen by the agent that asks', async () => {
    const groq = groqModels(server, {
      agents: {
        default: [{ provider: 'groq', model: 'big' }],
        compute: [{ provider: 'groq', model: 'small' }],
      },
    });

    expect(replyIn(await ask(groq, { agent: 'compute' })).model).toBe('small');
    expect(replyIn(await ask(groq, { agent: 'anyone' })).model).toBe('big');
    await groq.close();
  });

  it('must name providers that exist, and there must be one for everybody', () => {
    const providers = [{ kind: 'groq', name: 'groq', apiKey: 'k', baseUrl: server.url }] as const;

    expect(() =>
      createModels({ providers, agents: { default: [{ provider: 'grok', model: 'm' }] } }),
    ).toThrow('Agent default wants m of grok, but no such provider is configured.');
    expect(() => createModels({ providers, agents: {} })).toThrow('at least one model');
    expect(() => createModels({ providers: [...providers, ...providers], agents: {} })).toThrow(
      'Two providers are called groq.',
    );
  });

  it('warn once of a model whose price is not known', () => {
    const log = keptLog();

    groqModels(server, {
      agents: {
        default: [{ provider: 'groq', model: 'new' }],
        b: [{ provider: 'groq', model: 'new' }],
      },
      log,
    });

    expect(log.warnings).toEqual([['model.unpriced', { model: 'groq/new' }]]);
  });

  it('that come with the product have two choices or more, all of known price', () => {
    for (const choices of Object.values(DEFAULT_GROQ_CHOICES)) {
      expect(choices.length).toBeGreaterThan(1);
      for (const { model } of choices) expect(DEFAULT_MODEL_FACTS).toHaveProperty([model]);
    }
  });

  it('cut requests to what a model can write, and raise them to what it needs', async () => {
    const groq = groqModels(server, {
      facts: {
        big: {
          inputUsdPerMillion: 1,
          outputUsdPerMillion: 1,
          minOutputTokens: 1_500,
          maxOutputTokens: 8_000,
        },
      },
    });

    await ask(groq, { maxOutputTokens: 20 });
    await ask(groq, { maxOutputTokens: 50_000 });

    expect(server.requests.map(({ body }) => body['max_completion_tokens'])).toEqual([
      1_500, 8_000,
    ]);
    await groq.close();
  });
});

describe('closing', () => {
  it('aborts what is under way, and refuses what comes later', async () => {
    server.play([{ kind: 'silence' }]);
    const pending = ask(models);
    await server.arrived(1);

    await models.close();

    expect(failureIn(await pending).kind).toBe('aborted');
    expect(failureIn(await ask(models)).kind).toBe('unavailable');
    await server.requests[0]?.abandoned;
  });

  it('leaves no connection open', async () => {
    server.play([text('ok')]);
    await ask(models);
    expect(await server.connections()).toBe(1);

    await models.close();

    await server.idle();
    expect(await server.connections()).toBe(0);
  });
});
