import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../src/discord/text/incoming.ts';
import { outgoingText } from '../../../src/discord/text/outgoing.ts';
import { faultsOfSaying, NAMED, sayings } from '../../support/discord-sayings.ts';

const [ADA, , WILL, , MODS, GENERAL] = NAMED;
const read = (content: string, timeZone = 'UTC') =>
  readMessage(content, { named: NAMED, timeZone });
const say = (text: string): string => outgoingText(text, NAMED);

describe('a message from Discord', () => {
  it('is read with names in the place of ids, and tells who was meant', () => {
    const { text, mentions } = read(
      `<@${ADA.id}> and <@!${ADA.id}>, ask <@&${MODS.id}> in <#${GENERAL.id}>`,
    );

    expect(text).toBe('@Ada and @Ada, ask @Mods all in #general');
    expect(mentions).toEqual([ADA, MODS, GENERAL]);
  });

  it('keeps the ids of those whose names do not tell them apart', () => {
    expect(read(`<@${WILL.id}>`).text).toBe(`@Will(${WILL.id})`);
  });

  it('keeps the id of somebody unknown', () => {
    const { text, mentions } = read('<@299999999999999999>');

    expect(text).toBe('@user(299999999999999999)');
    expect(mentions).toMatchObject([{ id: '299999999999999999', name: '' }]);
  });

  it('shows moments in the time zone of the house, and emoji and commands by their names', () => {
    const { text } = read(
      '<t:1700000000:R> <a:party:123456789012345678> </ask:123456789012345678>',
      'Europe/Berlin',
    );

    expect(text).toBe('14 Nov 2023, 23:13 (Europe/Berlin) :party: /ask');
  });

  it('is left as it is in code', () => {
    const code = `\`<@${ADA.id}>\` \`\`\`\n<#${GENERAL.id}>\n\`\`\``;

    expect(read(code)).toEqual({ text: code, mentions: [] });
  });

  it('gives nobody a name that reads as something else', () => {
    const named = [{ kind: 'user', id: '1', name: 'Eve\n@everyone <@2> `x`' }] as const;

    expect(readMessage('<@1>', { named, timeZone: 'UTC' }).text).toBe('@Eve everyone 2 x');
  });
});

describe('what a model says on Discord', () => {
  it.each([
    ['a name', 'Ask @Ada.', `Ask <@${ADA.id}>.`],
    ['the longer of two names', '@Ada Lovelace knows', `<@${NAMED[1].id}> knows`],
    ['a name whatever its case', '@ADA', `<@${ADA.id}>`],
    ['a name with an id', `@Will(${WILL.id})`, `<@${WILL.id}>`],
    ['a channel', 'see #general', `see <#${GENERAL.id}>`],
    ['a role', '@Mods all', `<@&${MODS.id}>`],
    ['a mention of somebody here', `<@${ADA.id}>`, `<@${ADA.id}>`],
  ])('mentions %s', (_what, text, said) => {
    expect(say(text)).toBe(said);
  });

  it.each([
    ['a name without its sign', 'Ada will come, will she?'],
    ['a name in code', '`@Ada` ```\n@Ada\n```'],
    ['a name that is the beginning of another word', '@Adabert'],
    ['an address', 'mail@Ada.example'],
    ['one of several people of one name', '@Will'],
    ['an id that is not known here', '@Ada(299999999999999999)'],
  ])('mentions nobody by %s', (_what, text) => {
    expect(say(text)).toBe(text);
  });

  it('never mentions a stranger, nor everybody', () => {
    expect(say('<@299999999999999999> <@&299999999999999999>')).toBe(
      '@user(299999999999999999) @role(299999999999999999)',
    );
    expect(say('@everyone @here')).toBe('@\u200beveryone @\u200bhere');
  });

  it.each([
    ['[your bank](https://evil.example)', 'your bank (<https://evil.example>)'],
    [
      '[https://bank.example](https://evil.example)',
      '<https://bank.example> (<https://evil.example>)',
    ],
    ['[a [b] c](https://evil.example)', '[a [b] c] (<https://evil.example>)'],
    ['`[x](https://evil.example)`', '`[x] (https://evil.example)`'],
    ['[x](<https://evil.example>)', 'x (<https://evil.example>)'],
    ['[w](https://en.example/A_(b) "title")', 'w (<https://en.example/A_(b)>)'],
  ])('shows where the masked link %s leads', (text, said) => {
    expect(say(text)).toBe(said);
  });

  it.each([
    ['See https://a.example/x.', 'See <https://a.example/x>.'],
    ['(https://a.example/x)', '(<https://a.example/x>)'],
    ['https://a.example/A_(b)', '<https://a.example/A_(b)>'],
    ['<https://a.example>', '<https://a.example>'],
    ['**https://a.example**', '**<https://a.example>**'],
    ['`https://a.example`', '`https://a.example`'],
  ])('shows no preview of the link in %s', (text, said) => {
    expect(say(text)).toBe(said);
  });

  it('says what was read of people here as it was written', () => {
    const content = `<@${ADA.id}> <@${WILL.id}> <@&${MODS.id}> <#${GENERAL.id}>`;

    expect(say(read(content).text)).toBe(content);
  });

  it('is safe, whatever it is made of', () => {
    fc.assert(
      fc.property(sayings, (saying) => {
        expect(faultsOfSaying(saying)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
