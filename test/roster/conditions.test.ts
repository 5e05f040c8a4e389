import { describe, expect, it } from 'vitest';
import { buildRoster } from '../../src/roster/build-roster.ts';
import { silentLog } from '../../src/shared/log.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { discordUser } from '../../src/tools/discord-user.ts';
import { type HistoryPort, searchChatHistory } from '../../src/tools/history.ts';
import { createToolbox } from '../../src/tools/toolbox.ts';
import { PUBLIC_WEB, webTools } from '../../src/tools/web/web-tools.ts';

const clock = simulatedClock();
const nothing = async () => ({ kind: 'found', records: [], more: false }) as const;
const history: HistoryPort = { recent: nothing, search: nothing };
const nobody = { describe: () => Promise.reject(new Error('Nobody is asked.')) };
const tools = createToolbox({
  tools: [searchChatHistory(history), discordUser(nobody), ...webTools({ ...PUBLIC_WEB, clock })],
  clock,
  log: silentLog,
});
const read = (sketch: unknown) => buildRoster(sketch, { tools, folder: '.' });
const problems = (sketch: unknown): readonly string[] => {
  const built = read(sketch);
  return built.kind === 'refused' ? built.problems : [];
};

const leader = { instructions: 'Lead.' };
const scribe = { name: 'scribe', description: 'Writes.', instructions: 'Write.' };

describe('A roster', () => {
  it('keeps tools that depend on where a question came from to the leader', () => {
    expect(
      problems({ name: 'x', leader, members: [{ ...scribe, tools: ['discord_user'] }] }),
    ).toEqual(['members.0.tools: "discord_user" is for the leader only']);
  });

  it('may give one agent what reads secrets and what sends, when that is confirmed', () => {
    const own = ['read_page', 'search_chat_history'];
    const archive = (confirm: readonly string[]) => ({
      name: 'Archive',
      leader: { ...leader, tools: own, confirm },
    });

    expect(problems(archive([]))).toEqual([
      expect.stringContaining('or have read_page confirmed.'),
    ]);
    expect(read(archive(['read_page']))).toMatchObject({
      kind: 'built',
      roster: { leader: { confirm: ['read_page'] } },
    });
    expect(problems(archive(['web_search']))).toContain(
      'leader.tools: The tool "web_search" is to be confirmed, but it is not among the tools.',
    );
  });
});
