import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SimulatedClock } from 'xstate';
import { DEFAULT_RUN_LIMITS } from '../../machines/roster.ts';
import { heroTeam, readRoster } from '../../src/roster/roster.ts';
import { silentLog } from '../../src/shared/log.ts';
import { calculator } from '../../src/tools/calculator.ts';
import { createCodeTools } from '../../src/tools/code/code-tools.ts';
import { dateTime } from '../../src/tools/date-time.ts';
import { discordUser } from '../../src/tools/discord-user.ts';
import { readChatHistory, searchChatHistory, searchSessions } from '../../src/tools/history.ts';
import { searchMemory, type UserMemoryPort, updateUserMemory } from '../../src/tools/memory.ts';
import { createToolbox } from '../../src/tools/toolbox.ts';
import { PUBLIC_WEB, webTools } from '../../src/tools/web/web-tools.ts';

const nothing = async () => ({ kind: 'found', records: [], more: false }) as const;
const history = { recent: nothing, search: nothing };
const memory: UserMemoryPort = {
  search: async () => [],
  wish: async () => ({ kind: 'refused', why: 'off' }),
};
const clock = new SimulatedClock();
const toolbox = createToolbox({
  tools: [
    calculator(),
    dateTime(),
    ...createCodeTools({ clock, log: silentLog }).tools,
    readChatHistory(history),
    searchChatHistory(history),
    searchSessions({ search: nothing }),
    discordUser({ describe: () => Promise.reject(new Error('Nobody is asked.')) }),
    searchMemory(memory),
    updateUserMemory(memory),
    ...webTools({ ...PUBLIC_WEB, clock }),
  ],
  clock,
  log: silentLog,
});

const folder = mkdtempSync(join(tmpdir(), 'roster-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: unknown) {
  const path = join(folder, 'team.json');
  writeFileSync(path, typeof text === 'string' ? text : JSON.stringify(text));
  return readRoster(path, toolbox);
}

/** The list of problems, without the head line that names the file. */
function problems(sketch: unknown): readonly string[] {
  const result = read(sketch);
  return result.kind === 'refused' ? result.message.split('\n').slice(1) : [];
}

const leader = { instructions: 'Lead.' };
const scribe = { name: 'scribe', description: 'Writes.', instructions: 'Write.' };

describe('The Hero team', () => {
  it('is a leader with four members, each with the tools of its trade', () => {
    const { mode, leader: head, members, limits } = heroTeam(toolbox);
    const tools = [head, ...members].map((agent) => [
      agent.name,
      ...agent.tools.map((tool) => tool.name),
    ]);
    expect(tools).toEqual([
      [
        'leader',
        'calculator',
        'date_time',
        'discord_user',
        'search_memory',
        'update_user_memory',
        'search_sessions',
      ],
      ['research', 'web_search', 'read_page', 'wikipedia', 'youtube_transcript', 'date_time'],
      ['compute', 'calculator', 'date_time', 'run_javascript', 'run_python'],
      ['code', 'run_python', 'run_javascript', 'files'],
      ['chat', 'read_chat_history', 'search_chat_history', 'search_sessions', 'search_memory'],
    ]);
    expect(mode).toBe('coordinate');
    expect(limits).toEqual(DEFAULT_RUN_LIMITS);
  });

  it('has one prompt per agent and no prompt without an agent', () => {
    const { leader: head, members } = heroTeam(toolbox);
    const names = [head, ...members, { name: 'services' }].map((agent) => `${agent.name}.md`);
    const files = readdirSync(new URL('../../src/roster/prompts/', import.meta.url));
    expect(files.sort()).toEqual(names.sort());
  });

  it('is told the same bytes each time: no hour, no name, nothing to fill in', () => {
    const first = heroTeam(toolbox);
    expect(heroTeam(toolbox)).toEqual(first);
    for (const { instructions } of [first.leader, ...first.members]) {
      expect(instructions).not.toMatch(/\{\{|\$\{|\b20\d\d\b|undefined/);
      expect(instructions).toMatch(/\bdata\b/);
      expect(instructions).toMatch(/instructions/);
    }
  });

  it('names in its prompts only tools that its agents have', () => {
    const { leader: head, members } = heroTeam(toolbox);
    const delegation = [
      'delegate_task_to_member',
      'delegate_task_to_members',
      'before',
      'user',
      'team',
    ];
    for (const agent of [head, ...members]) {
      const named = [...agent.instructions.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name);
      const known = [...agent.tools.map((tool) => tool.name), ...delegation];
      expect(named.filter((name) => name === undefined || !known.includes(name))).toEqual([]);
    }
  });

  it('cannot be made without its tools', () => {
    const bare = createToolbox({
      tools: [calculator()],
      clock: new SimulatedClock(),
      log: silentLog,
    });
    expect(() => heroTeam(bare)).toThrow(
      'There is no tool "run_javascript". Available: calculator.',
    );
  });
});

describe("A user's own roster", () => {
  it('is read with its prompts from files beside it, and usual values for what it leaves out', () => {
    writeFileSync(join(folder, 'lead.md'), 'Lead well.\r\nAlways.\r\n');
    const result = read({
      name: 'Mine',
      leader: { instructionsFile: 'lead.md', tools: ['calculator'], temperature: 0.5 },
      members: [scribe],
      limits: { maxSteps: 3 },
    });
    expect(result).toEqual({
      kind: 'read',
      roster: {
        name: 'Mine',
        mode: 'coordinate',
        leader: {
          name: 'leader',
          description: 'Leads the team and writes the answer.',
          instructions: 'Lead well.\nAlways.',
          tools: toolbox.specs(['calculator']),
          temperature: 0.5,
          maxOutputTokens: 4096,
        },
        members: [{ ...scribe, instructions: 'Write.', tools: [], maxOutputTokens: 4096 }],
        limits: { ...DEFAULT_RUN_LIMITS, maxSteps: 3 },
      },
    });
  });

  it('is refused with every problem in one message', () => {
    const result = read({
      nmae: 'Mine',
      leader: { tools: ['calculator', 'telepathy'], instructionsFile: 'gone.md' },
      members: [
        scribe,
        { name: 'scribe', description: '', instructions: 'x', instructionsFile: 'y' },
        { name: 'No Name', description: 'x', temperature: 9 },
      ],
      limits: { maxSteps: 0 },
    });
    expect(result.kind === 'refused' && result.message).toBe(
      [
        `The roster ${join(folder, 'team.json')} has 11 problems:`,
        '- name: expected a text, got nothing',
        '- members.1.description: expected a text, got ""',
        '- members.2.name: expected a-z, 0-9 and _, beginning with a letter, at most 64, got "No Name"',
        '- members.2.temperature: expected a number from 0 to 2, got 9',
        '- limits.maxSteps: expected 1 or more, got 0',
        '- the roster: there is no "nmae" here',
        `- leader.instructionsFile: cannot be read: ENOENT: no such file or directory, open '${join(folder, 'gone.md')}'`,
        '- leader.tools: There is no tool "telepathy". Available: calculator, date_time, run_javascript, run_python, files, read_chat_history, search_chat_history, search_sessions, discord_user, search_memory, update_user_memory, web_search, read_page, wikipedia, youtube_transcript.',
        '- members.1: give its prompt once, as "instructions" or as "instructionsFile"',
        '- members.2: give its prompt once, as "instructions" or as "instructionsFile"',
        '- members.1.name: "scribe" is the name of members.0, too',
      ].join('\n'),
    );
  });

  it.each([
    [
      'a member named like the leader',
      { leader, members: [{ ...scribe, name: 'leader' }] },
      '- members.0.name: "leader" is the name of leader, too',
    ],
    [
      'a tool listed twice',
      { leader: { ...leader, tools: ['calculator', 'calculator'] } },
      '- leader.tools: The tool "calculator" is listed twice.',
    ],
    [
      'an empty prompt',
      { leader: { instructions: '  ' } },
      '- leader.instructions: expected a prompt, got an empty text',
    ],
    [
      'a mode without members',
      { leader, mode: 'route' },
      '- members: the mode route needs at least one',
    ],
    [
      'more members than a broadcast may ask',
      {
        leader,
        mode: 'broadcast',
        members: [scribe, { ...scribe, name: 'second' }],
        limits: { maxDelegations: 1 },
      },
      '- members: broadcast asks all at once, at most 1, got 2',
    ],
    [
      'an unknown mode',
      { leader, mode: 'tasks' },
      '- mode: expected coordinate, route or broadcast, got "tasks"',
    ],
    ['no leader', {}, '- leader: expected an agent, got nothing'],
  ])('is refused for %s', (_, sketch, problem) => {
    expect(problems({ name: 'Mine', ...sketch })).toEqual([problem]);
  });

  it.each(['[]', '7', 'null', '"team"'])(
    'is refused when it is %s instead of an object',
    (text) => {
      expect(read(text)).toMatchObject({ kind: 'refused' });
    },
  );

  it('is refused when it is not JSON or not there', () => {
    const broken = read('{ "name": ');
    expect(broken.kind === 'refused' && broken.message).toMatch(
      /^The roster .*team\.json is not JSON: /,
    );
    const gone = readRoster(join(folder, 'gone.json'), toolbox);
    expect(gone.kind === 'refused' && gone.message).toMatch(/gone\.json cannot be read: ENOENT/);
  });
});
