import type { TerminalOverview } from './house.ts';
import { plainText } from './plain.ts';

export type Command =
  | { readonly kind: 'stop' }
  | { readonly kind: 'confirm'; readonly allow: boolean }
  | { readonly kind: 'quit' }
  /** What is kept of the user: the house answers it. */
  | { readonly kind: 'memory'; readonly line: string }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'team'; readonly describe: (overview: TerminalOverview) => string };

/** What a line that begins with a slash asks for. */
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
      return { kind: 'team', describe };
    case '/help':
      return { kind: 'say', text: HELP };
    default:
      return { kind: 'say', text: `There is no ${plainText(line)}: /help lists what there is.\n` };
  }
}

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
