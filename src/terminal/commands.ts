import type { TerminalOverview } from './house.ts';
import { plainText } from './plain.ts';
import type { Talk } from './talk.ts';

export type Command =
  | { readonly kind: 'stop' }
  | { readonly kind: 'confirm'; readonly allow: boolean }
  | { readonly kind: 'quit' }
  /** What is kept of the user: the house answers it. */
  | { readonly kind: 'memory'; readonly line: string }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'team' }
  | { readonly kind: 'unknown' };

/** What a line asks for; `unknown`: it is none of the commands. */
export function readCommand(line: string): Command {
  switch (line.split(/\s/, 1)[0]) {
    case '/stop':
      return { kind: 'stop' };
    case '/allow':
    case '/refuse':
      return { kind: 'confirm', allow: line.startsWith('/allow') };
    case '/memory':
    case '/forget':
      return { kind: 'memory', line };
    case '/quit':
    case '/exit':
      return { kind: 'quit' };
    case '/team':
      return { kind: 'team' };
    case '/help':
      return { kind: 'say', text: HELP };
    default:
      return { kind: 'unknown' };
  }
}

/** Those that are obeyed in the same way wherever they are given. */
type PlainCommand = Exclude<Command, { kind: 'quit' | 'confirm' | 'unknown' }>;

/** Does it, and gives back what is to be said. Rejects with a sentence for people. */
export async function obey(
  command: PlainCommand,
  { house, channelId, signal }: Pick<Talk, 'house' | 'channelId' | 'signal'>,
): Promise<string> {
  switch (command.kind) {
    case 'stop':
      await house.stop(channelId);
      return '';
    case 'say':
      return command.text;
    case 'memory':
      return `${plainText(await house.command(command.line, channelId, { signal }))}\n`;
    case 'team':
      return describe(await house.overview({ signal }));
  }
}

/** What is said where a word was given that nobody waits for. */
export const NOTHING_WAITS = 'Nothing waits for a word.\n';

const HELP = `/stop   stops the answer that is being worked on (as Ctrl-C does)
/team   shows who is alive, least recently used first
/allow  lets a member do what it has asked for (/refuse keeps it from that)
/memory shows what is known about you (/memory help: what can be done about it)
/forget erases: /forget me, /forget channel, /forget everything
/quit   leaves (as Ctrl-D does, or Ctrl-C twice)
Anything else is a question to your team.
`;

function describe(overview: TerminalOverview): string {
  const { teams, teamCount, maxTeams, waitingCount, health, model, code } = overview;
  const waiting = waitingCount > 0 ? `, ${waitingCount} waiting for a place` : '';
  const rows = teams.map(({ userId, state }, i) => `${i + 1}. ${userId} (${state})\n`);
  const more = teamCount > teams.length ? `and ${teamCount - teams.length} more\n` : '';
  const why =
    code === undefined || code.why === '' ? '' : `; not in a stronger sandbox: ${code.why}`;
  const place = code === undefined ? '' : `code: ${code.where}${why}\n`;
  return plainText(
    `${teamCount} of ${maxTeams} teams alive${waiting}; storage ${health}; model ${model}\n${place}${rows.join('')}${more}`,
  );
}
