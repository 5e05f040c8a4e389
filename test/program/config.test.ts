import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';

const read = (env: Record<string, string>) => {
  const reading = readConfig(env);
  if (reading.kind === 'rejected') throw new Error(reading.problems.join('\n'));
  return reading.config;
};

const problemsOf = (env: Record<string, string>) => {
  const reading = readConfig(env);
  return reading.kind === 'rejected' ? reading.problems : [];
};

describe('the environment', () => {
  it('needs nothing: every variable has a default', () => {
    const config = read({});

    expect(config).toMatchObject({
      dataDir: '.troupe',
      webPort: 7377,
      maxTeams: 100,
      teamConcurrency: 2,
      teamQueue: 5,
      historyRuns: 5,
      retries: undefined,
      timeZone: 'UTC',
      logLevel: 'warn',
      groqModels: [],
    });
    expect([config.groq, config.custom, config.databaseUrl]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('tells every problem at once, each with what was expected and what came', () => {
    const problems = problemsOf({
      MAX_AGENTS: 'ten',
      WEB_PORT: '70000',
      MODEL_TEMPERATURE: '3',
      DISCORD_TIMEZONE: 'Mars/Olympus',
      LOG_LEVEL: 'loud',
      DEBUG_MODE: 'perhaps',
      CUSTOM_PROVIDER: 'localhost:11434',
    });

    expect(problems).toEqual([
      'WEB_PORT must be a whole number from 0 to 65535, got "70000".',
      'CUSTOM_PROVIDER must be an address that begins with http:// or https://.',
      'MODEL_TEMPERATURE must be a number from 0 to 2, got "3".',
      'MAX_AGENTS must be a whole number from 1 to 1000000, got "ten".',
      'DISCORD_TIMEZONE must be a time zone such as Europe/Berlin, got "Mars/Olympus".',
      'DEBUG_MODE must be true or false, got "perhaps".',
      'LOG_LEVEL must be one of debug, info, warn, error, silent, got "loud".',
    ]);
  });

  it.each(['0', '-1', '1.5', 'NaN', '1e3', ' '])('refuses or ignores MAX_AGENTS=%j', (value) => {
    const reading = readConfig({ MAX_AGENTS: value });

    // Blank is the same as absent; everything else that is not a whole number from 1 up is refused.
    expect(reading.kind).toBe(value === ' ' ? 'read' : 'rejected');
  });

  it('wants a model when a provider is named', () => {
    expect(problemsOf({ CUSTOM_PROVIDER: 'http://127.0.0.1:11434/v1' })).toEqual([
      'CUSTOM_MODEL must name at least one model when CUSTOM_PROVIDER is set.',
    ]);
  });

  it('wants to know where the models of CUSTOM_MODEL are', () => {
    expect(problemsOf({ CUSTOM_MODEL: 'llama3.2' })).toEqual([
      'CUSTOM_PROVIDER must be the address of the server that has CUSTOM_MODEL; models of Groq stand in GROQ_MODEL.',
    ]);
  });

  it('takes CUSTOM_PROVIDER=groq, the default of the predecessor, for the provider that is there anyway', () => {
    const config = read({ CUSTOM_PROVIDER: 'groq', CUSTOM_MODEL: 'some-model' });

    expect(config).toMatchObject({ custom: undefined, groqModels: ['some-model'] });
  });

  it('reads lists in order of preference', () => {
    expect(read({ GROQ_MODEL: ' a, b ,,c' }).groqModels).toEqual(['a', 'b', 'c']);
  });

  it('prefers DATABASE_URL to POSTGRES_URL, and takes either', () => {
    const both = read({ DATABASE_URL: 'postgres://u@one/db', POSTGRES_URL: 'postgres://u@two/db' });
    const old = read({ POSTGRES_URL: 'postgres://u@two/db' });

    expect(both.databaseUrl?.reveal()).toBe('postgres://u@one/db');
    expect(old.databaseUrl?.reveal()).toBe('postgres://u@two/db');
  });

  it('lists a database URL that cannot be, without its password', () => {
    const problems = problemsOf({
      POSTGRES_URL: 'jdbc:postgresql://u:canary4711@h/db',
      MAX_AGENTS: '0',
    });

    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^POSTGRES_URL .*jdbc/);
    expect(problems.join()).not.toContain('canary4711');
  });

  it('never shows a secret, however it is printed, and keeps it out of its messages', () => {
    const secret = 'gsk_canary_4711';
    const config = read({ GROQ_API_KEY: secret, DATABASE_URL: `postgres://u:${secret}@h/db` });

    const shown = [JSON.stringify(config), inspect(config, { depth: 9 }), `${config.databaseUrl}`];
    const problems = problemsOf({ GROQ_API_KEY: 'k', GROQ_BASE_URL: `ftp://u:${secret}@h` });

    expect([...shown, ...problems].join('\n')).not.toContain(secret);
    expect(problems).toHaveLength(1);
  });
});
