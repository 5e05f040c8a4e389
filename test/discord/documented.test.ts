import { readFile } from 'node:fs/promises';
import { PermissionFlagsBits as may } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/discord/commands/definitions.ts';
import { inviteLink } from '../../src/discord/permissions.ts';
import { SETTING_NAMES } from '../../src/discord/settings/settings.ts';

const documented = await readFile('docs/discord.md', 'utf8');

describe('docs/discord.md', () => {
  it('has the invitation that the program makes, with the six permissions that it needs', () => {
    const needed =
      may.ViewChannel |
      may.SendMessages |
      may.SendMessagesInThreads |
      may.CreatePublicThreads |
      may.AttachFiles |
      may.ReadMessageHistory;

    expect(documented).toContain(inviteLink('APPLICATION_ID'));
    expect(inviteLink('1')).toContain(`permissions=${needed}`);
  });

  it('tells of every command and every setting', () => {
    for (const { name } of COMMANDS) expect(documented).toContain(`\`/${name}\``);
    for (const name of SETTING_NAMES) expect(documented).toContain(`\`${name}\``);
  });
});
