import type { Memory } from '../../../machines/memory/memories.ts';
import { type Command, type CommandReply, textOption } from './command.ts';
import type { Forgetting, Person } from './desk.ts';
import { pastSessions } from './past-sessions.ts';
import { say, type TextName } from './texts.ts';

/** `/stop` */
export const stop: Command = async ({ person, language }, desk) => {
  const count = desk.stop(person);
  return {
    text: count === 0 ? say(language, 'nothing_runs') : say(language, 'stopped', { count }),
  };
};

/** `/reset` */
export const reset: Command = async ({ person, language }, desk) => {
  await desk.reset(person);
  return { text: say(language, 'reset') };
};

/** `/memory` */
export const memory: Command = async (call, { memory: desk }) => {
  const { person, language } = call;
  if (desk === undefined) return { text: say(language, 'memory_off') };
  switch (textOption(call, 'action')) {
    case 'forget': {
      const id = textOption(call, 'id').trim();
      if (id === '') return { text: say(language, 'memory_needs_id') };
      const erased = await desk.forgetOne(person, id);
      return { text: say(language, erased ? 'memory_forgotten' : 'memory_unknown') };
    }
    case 'sessions':
      return await pastSessions(call, desk);
    case 'export': {
      const content = await desk.export(person);
      return { text: say(language, 'memory_export'), file: { name: 'memory.json', content } };
    }
    default: {
      const list = await desk.list(person);
      if (list.length === 0) return { text: say(language, 'memory_none') };
      const { shown, left } = fitting(list);
      const more = left === 0 ? '' : `\n${say(language, 'memory_more', { count: left })}`;
      return { text: `${say(language, 'memory_list')}\n${shown.join('\n')}${more}` };
    }
  }
};

const LIST_CHARS = 1_600;

function fitting(memories: readonly Memory[]): {
  readonly shown: readonly string[];
  readonly left: number;
} {
  const lines = memories.map(({ id, text }) => `- ${text.replace(/\s+/g, ' ')} (\`${id}\`)`);
  let room = LIST_CHARS;
  const end = lines.findIndex((line) => {
    room -= line.length + 1;
    return room < 0;
  });
  const shown = end === -1 ? lines : lines.slice(0, Math.max(1, end));
  return { shown, left: lines.length - shown.length };
}

/** `/forget`: asks first. */
export const forget: Command = async (call, desk) => {
  const what = FORGETTING[textOption(call, 'what')] ?? 'me';
  const { language, person } = call;
  if (what === 'me' && desk.memory === undefined) return { text: say(language, 'memory_off') };
  const id = confirmationOf({ what, person, until: desk.now() + CONFIRM_WITHIN_MS });
  return {
    text: say(language, QUESTIONS[what]),
    button: { id, label: say(language, 'forget_confirm') },
  };
};

const CONFIRM_WITHIN_MS = 10 * 60_000;
const FORGETTING: Readonly<Record<string, Forgetting>> = {
  me: 'me',
  channel: 'channel',
  everything: 'everything',
};
const QUESTIONS: Readonly<Record<Forgetting, TextName>> = {
  me: 'forget_me',
  channel: 'forget_channel',
  everything: 'forget_everything',
};

interface Confirmation {
  readonly what: Forgetting;
  readonly person: Person;
  readonly until: number;
}

/** All that a click needs is in the button: it is understood after a restart, too. */
const confirmationOf = ({ what, person, until }: Confirmation): string =>
  `${CONFIRMS}${what}:${Math.ceil(until / 1_000)}:${person.userId}`;

const CONFIRMS = 'forget1:';

/** Whether a button is one of `/forget`. */
export const isConfirmation = (buttonId: string): boolean => buttonId.startsWith(CONFIRMS);

/** A click on the button of `/forget`: only of the one who asked, and in time. */
export const confirm: Command = async ({ options, person, language }, desk) => {
  const [what = '', until = '', ...userId] = String(options['button'])
    .slice(CONFIRMS.length)
    .split(':');
  const forgetting = FORGETTING[what];
  if (userId.join(':') !== person.userId) return { text: say(language, 'not_yours') };
  if (forgetting === undefined || desk.now() > Number(until) * 1_000) {
    return { text: say(language, 'too_late') };
  }
  await desk.forget(person, forgetting);
  return { text: say(language, 'forgotten') };
};

/** `/privacy` */
export const privacy: Command = async ({ language }): Promise<CommandReply> => ({
  text: say(language, 'privacy'),
});
