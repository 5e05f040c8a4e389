/** The team that comes with the house, as a user would write it in a roster file. */
const HERO_TEAM = {
  name: 'Hero team',
  mode: 'coordinate',
  leader: {
    name: 'leader',
    description: 'Reads the question, asks who can help, and writes one answer.',
    instructionsFile: 'leader.md',
    tools: [
      'calculator',
      'date_time',
      'discord_user',
      'search_memory',
      'update_user_memory',
      'search_sessions',
    ],
  },
  members: [
    {
      name: 'research',
      description:
        'Finds things out on the web: searches, reads pages, Wikipedia articles and the subtitles of videos, and says where it found them.',
      instructionsFile: 'research.md',
      tools: ['web_search', 'read_page', 'wikipedia', 'youtube_transcript', 'date_time'],
    },
    {
      name: 'compute',
      description:
        'Computes: arithmetic, statistics, dates and durations, anything a short program can work out.',
      instructionsFile: 'compute.md',
      standIn: 'code',
      tools: ['calculator', 'date_time', 'run_javascript', 'run_python'],
    },
    {
      name: 'code',
      description:
        'Writes, explains and corrects code; runs Python and JavaScript in a sandbox, draws charts and makes files for the user.',
      instructionsFile: 'code.md',
      standIn: 'compute',
      tools: ['run_python', 'run_javascript', 'files'],
    },
    {
      name: 'chat',
      description:
        'Remembers conversations: what was asked and answered before, here and in other channels, and when.',
      instructionsFile: 'chat.md',
      tools: ['read_chat_history', 'search_chat_history', 'search_sessions', 'search_memory'],
    },
  ],
} as const;

const MAX_NAMED = 12;

/** The team, with a member for the tools of connected services. */
export function withServices(tools: readonly string[]): object {
  if (tools.length === 0) return HERO_TEAM;
  const named = tools.slice(0, MAX_NAMED).join(', ');
  const services = {
    name: 'services',
    description: `Uses the services that are connected to this house: ${named}${tools.length > MAX_NAMED ? ' and more' : ''}.`,
    instructionsFile: 'services.md',
    tools,
  };
  return { ...HERO_TEAM, members: [...HERO_TEAM.members, services] };
}
