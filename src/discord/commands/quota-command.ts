import { nextDay } from '../settings/admission.ts';
import type { Language } from '../settings/settings.ts';
import type { Command } from './command.ts';
import { settingsAt } from './settings-commands.ts';
import { awayFrom, say } from './texts.ts';

/**
 * `/quota`: what its user has had of the day. What all users of a server have had is for those who manage it; the others
 * see what is left for everybody, where that is limited. Tokens of a user are limited by the house, by the server, or by both.
 */
export const quota: Command = async ({ person, language }, desk) => {
  const { user, server, now } = await desk.usage(person);
  const set = await settingsAt(person, desk);
  const own = [
    { used: user.questions, limit: set.userQuestions },
    { used: user.tokens, limit: tighter(set.userTokens, desk.userTokensPerDay) },
  ] as const;
  const all = [
    { used: server.questions, limit: set.serverQuestions },
    { used: server.tokens, limit: set.serverTokens },
  ] as const;
  const isServer = person.place.guildId !== undefined;
  const ofServer = person.isManager ? sayUsed(all, language) : sayLeft(all, language);
  const isLimited = [...own, ...all].some(({ limit }) => limit !== undefined);
  const free = awayFrom(nextDay(now));
  return {
    text: [
      say(language, 'quota', usedOf(own, language)),
      ...(isServer ? ofServer : []),
      say(language, isLimited ? 'quota_frees' : 'quota_day', { free }),
    ].join('\n'),
  };
};

const tighter = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

interface Share {
  readonly used: number;
  /** Left out: none. */
  readonly limit: number | undefined;
}

type Shares = readonly [questions: Share, tokens: Share];

const sayUsed = (all: Shares, language: Language): readonly string[] => [
  say(language, 'quota_server', usedOf(all, language)),
];

function sayLeft([questions, tokens]: Shares, language: Language): readonly string[] {
  const left = [
    ...leftOf(questions).map((count) => say(language, 'left_questions', { count })),
    ...leftOf(tokens).map((count) => say(language, 'left_tokens', { count })),
  ];
  return left.length === 0 ? [] : [say(language, 'quota_left', { left: left.join(', ') })];
}

const usedOf = ([questions, tokens]: Shares, language: Language) => ({
  questions: ofLimit(questions, language),
  tokens: ofLimit(tokens, language),
});

function ofLimit(share: Share, language: Language): string {
  const { used: count, limit } = share;
  const [left] = leftOf(share);
  if (limit === undefined || left === undefined) return String(count);
  return say(language, 'of_limit', { count, limit, left });
}

/** What was begun below a limit may end above it. Empty where there is none. */
const leftOf = ({ used, limit }: Share): readonly number[] =>
  limit === undefined ? [] : [Math.max(0, limit - used)];
