import { describe, expect, it } from 'vitest';
import { DEFAULT_RUN_LIMITS, type Roster } from '../../machines/roster.ts';
import { confineTools } from '../../src/tools/toolbox.ts';
import { aTool, aToolbox, said, use } from './run.ts';

const NOBODY: Roster = {
  name: 'nobody',
  mode: 'coordinate',
  leader: { name: 'leader', description: '', instructions: '', maxOutputTokens: 1, tools: [] },
  members: [],
  limits: DEFAULT_RUN_LIMITS,
};
const hi = { name: 'echo', input: { text: 'hi' } };

describe('What a toolbox gives to agents', () => {
  it('tells a model of its tools by name, description and a plain object schema', () => {
    const { toolbox } = aToolbox(aTool({}));
    expect(toolbox.specs(['echo'])).toEqual([
      {
        name: 'echo',
        description: 'For tests.',
        parameters: {
          type: 'object',
          properties: { text: { type: 'string', maxLength: 5 } },
          required: ['text'],
        },
      },
    ]);
  });

  it('refuses to give one agent untrusted text, private data and a way out', () => {
    const { toolbox } = aToolbox(
      aTool({ name: 'browse', policy: { readsUntrusted: true } }),
      aTool({ name: 'recall', policy: { readsPrivate: true } }),
      aTool({ name: 'send', policy: { sendsOutward: true } }),
    );
    expect(() => toolbox.specs(['browse', 'recall', 'send'])).toThrow(
      'One agent may not read untrusted text (browse), read private data (recall) and send outward (send)',
    );
    expect(toolbox.specs(['browse', 'recall'])).toHaveLength(2);
    expect(toolbox.problems(['browse', 'send'])).toEqual([]);
  });

  it('names every problem of a list of tools at once', () => {
    const { toolbox } = aToolbox(aTool({}));
    expect(toolbox.problems(['echo', 'nothing', 'echo'])).toEqual([
      'There is no tool "nothing". Available: echo.',
      'The tool "echo" is listed twice.',
    ]);
  });

  it.each([
    ['doubled', ['echo', 'echo'], 'Two tools are called "echo".'],
    ['unspeakable', ['say it'], '"say it" is not.'],
  ])('refuses a %s name when it is made', (_, names, message) => {
    expect(() => aToolbox(...names.map((name) => aTool({ name })))).toThrow(message);
  });
});

describe('Confined tools', () => {
  it('let an agent reach what its roster gives it, and nothing else', async () => {
    const { toolbox } = aToolbox(aTool({}), aTool({ name: 'other' }));
    const agent = { description: '', instructions: '', maxOutputTokens: 1 };
    const roster: Roster = {
      name: 'two',
      mode: 'coordinate',
      leader: { ...agent, name: 'leader', tools: [] },
      members: [{ ...agent, name: 'scribe', tools: toolbox.specs(['echo']) }],
      limits: DEFAULT_RUN_LIMITS,
    };
    const tools = confineTools(toolbox, roster);
    expect(said(await use(tools, { ...hi, agent: 'scribe' }))).toBe('hi');
    expect(said(await use(tools, { ...hi, name: 'other', agent: 'scribe' }))).toBe(
      'unknown: There is no tool "other". Available: echo.',
    );
    expect(said(await use(tools, { ...hi, agent: 'leader' }))).toBe(
      'unknown: There is no tool "echo". There are none.',
    );
    expect(said(await use(tools, { ...hi, agent: 'stranger' }))).toContain('unknown');
  });

  it('say of each tool whether it may be run twice, as the tool itself does', () => {
    const { toolbox } = aToolbox(
      aTool({ name: 'look', policy: { repeatable: true } }),
      aTool({ name: 'send', policy: { repeatable: false } }),
    );
    const tools = confineTools(toolbox, NOBODY);
    const names = ['look', 'send', 'no_such_tool'];
    expect(names.map((name) => tools.policyOf({ agent: 'leader', name }).repeatable)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('may meet in one agent when the asker looks at everything that goes out', () => {
    const { toolbox } = aToolbox(
      aTool({ name: 'browse', policy: { readsUntrusted: true, sendsOutward: true } }),
      aTool({ name: 'recall', policy: { readsPrivate: true } }),
      aTool({ name: 'send', policy: { sendsOutward: true, needsConfirmation: true } }),
    );
    const names = ['browse', 'recall', 'send'];

    expect(toolbox.problems(names)).toEqual([
      expect.stringContaining('give these tools to different agents, or have browse confirmed.'),
    ]);
    expect(toolbox.problems(names, ['browse'])).toEqual([]);
    expect(toolbox.problems(['recall'], ['browse'])).toEqual([
      'The tool "browse" is to be confirmed, but it is not among the tools.',
    ]);
  });

  it('need a word where they say so, and where the roster says so of an agent', () => {
    const { toolbox } = aToolbox(
      aTool({ name: 'look' }),
      aTool({ name: 'send', policy: { needsConfirmation: true } }),
    );
    const agent = { ...NOBODY.leader, tools: toolbox.specs(['look', 'send']) };
    const members = [{ ...agent, name: 'careful', confirm: ['look'] }];
    const tools = confineTools(toolbox, { ...NOBODY, leader: agent, members });
    const needs = (agent: string, name: string) =>
      tools.policyOf({ agent, name }).needsConfirmation;

    expect(needs('leader', 'look')).toBe(false);
    expect(needs('leader', 'send')).toBe(true);
    expect(needs('careful', 'look')).toBe(true);
  });
});
