import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { roman } from '../../docs/examples/roman.ts';
import { scriptedModel } from '../../src/model/scripted.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { anAgent, aRoster } from '../../src/testing/builders.ts';
import { say } from '../../src/testing/scripts.ts';
import { confineTools } from '../../src/tools/toolbox.ts';
import { createTroupe } from '../../src/troupe.ts';
import { aDataFolder, launch, start } from '../support/program.ts';
import { aToolbox, said, use } from '../tools/run.ts';

const fileOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string) => readFile(fileOf(path), 'utf8');

/** Where its code stands, and the document that shows it. */
const SHOWN = [
  ['docs/tools.md', 'docs/examples/roman.ts'],
  ['docs/tools.md', 'docs/examples/mcp.json'],
  ['docs/roster.md', 'docs/examples/team.json'],
  ['docs/roster.md', 'docs/examples/nested-team.json'],
] as const;

describe('The examples', { timeout: 60_000 }, () => {
  it.each(SHOWN)('%s shows %s word for word', async (document, example) => {
    expect(await read(document)).toContain(`\n${(await read(example)).trimEnd()}\n\`\`\``);
  });

  it.each([
    [2026, 'MMXXVI'],
    [1999, 'MCMXCIX'],
    [3888, 'MMMDCCCLXXXVIII'],
  ])('have a tool that writes %i as %s', async (number, numeral) => {
    const { toolbox } = aToolbox(roman());

    expect(said(await use(toolbox, { name: 'roman_numeral', input: { number } }))).toBe(numeral);
    expect(said(await use(toolbox, { name: 'roman_numeral', input: { number: 0 } }))).toContain(
      'invalid_input',
    );
  });

  it('have a tool that a team can be given', async () => {
    const { toolbox } = aToolbox(roman());
    const leader = anAgent('leader', { tools: toolbox.specs(['roman_numeral']) });
    const roster = aRoster({ leader, members: [] });
    const model = scriptedModel([
      { kind: 'use', calls: [{ name: 'roman_numeral', input: { number: 7 } }] },
      say('Seven.'),
    ]);
    await using troupe = await createTroupe({
      roster,
      model,
      tools: confineTools(toolbox, roster),
      clock: systemClock,
    });

    for await (const event of troupe.ask({ userId: 'ada', channelId: 'lab', text: '7?' })) {
      if (event.type === 'run.settled') expect(event.outcome).toMatchObject({ text: 'Seven.' });
    }
    expect(model.requests.at(-1)?.messages.at(-1)).toMatchObject({ role: 'tool', content: 'VII' });
  });

  it('have a team whose new member is asked', async () => {
    const program = await start({
      env: { DATA_DIR: await aDataFolder(), ROSTER_FILE: fileOf('docs/examples/team.json') },
    });

    const question = { runId: 'm1', channelId: 'lab', text: 'What is 12 * 7?' };

    expect(await program.answer(question)).toMatchObject({
      kind: 'answered',
      text: expect.stringContaining('84'),
      delegations: [{ member: 'measures', ok: true }],
    });
  });

  it('have a team in the place of a member, which hands its task on', async () => {
    const program = await start({
      env: { DATA_DIR: await aDataFolder(), ROSTER_FILE: fileOf('docs/examples/nested-team.json') },
    });

    const question = { runId: 'm1', channelId: 'lab', text: 'What is 12 * 7?' };

    expect(await program.answer(question)).toMatchObject({
      kind: 'answered',
      text: expect.stringContaining('84'),
      delegations: [
        { member: 'office', ok: true },
        { member: 'office/measures', ok: true },
      ],
    });
  });

  it('have an MCP server that starts, and whose tools are listed', async () => {
    const env = { DATA_DIR: await aDataFolder(), MCP_CONFIG: fileOf('docs/examples/mcp.json') };

    const ended = await launch({ name: 'mcp', env }).ended;

    expect(ended).toMatchObject({ code: 0, errors: '' });
    expect(ended.out).toContain('everything__get_sum');
  });
});
