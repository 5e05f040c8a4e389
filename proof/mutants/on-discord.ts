import type { PlantedBug } from './planted-bug.ts';

/** On Discord: nobody is told what they may not read, notified or spoken to without end. */
export const discordBugs: readonly PlantedBug[] = [
  {
    name: 'everybody can be mentioned',
    edits: [
      {
        file: 'src/discord/text/outgoing.ts',
        find: 'if (crowd !== undefined)',
        put: 'if (crowd === sign && crowd !== undefined)',
      },
    ],
    caughtBy: {
      file: 'test/discord/text/names.test.ts',
      test: 'never mentions a stranger, nor everybody',
    },
  },
  {
    name: 'an answer that took long notifies nobody',
    edits: [
      {
        file: 'src/discord/rest.ts',
        find: 'replied_user: replyTo?.pings === true',
        put: 'replied_user: false',
      },
    ],
    caughtBy: {
      file: 'test/discord/answers.test.ts',
      test: 'that took long comes as a message that notifies',
    },
  },
  {
    name: 'a part of an answer is posted without its nonce',
    edits: [{ file: 'src/discord/rest.ts', find: '{ nonce, enforce_nonce: true }', put: '{}' }],
    caughtBy: {
      file: 'test/discord/troubles.test.ts',
      test: 'stands there once when Discord answers 502',
    },
  },
  {
    name: 'channels are quoted that readers of the answer may not read',
    edits: [
      {
        file: 'src/discord/archive/audience.ts',
        find: '.filter((channel) => channel.id === place.id || isOpenToAllOf(channel, place))',
        put: '',
      },
    ],
    caughtBy: {
      file: 'test/discord/quoting.test.ts',
      test: 'is what the asker may read, and everybody who reads the answer',
    },
  },
  {
    name: 'anybody may use the buttons of an answer',
    edits: [
      {
        file: 'src/discord/answer/answer-buttons.ts',
        find: 'answer !== undefined && answer.userId !== userIdOf(interaction.user.id)',
        put: 'false',
      },
    ],
    caughtBy: { file: 'test/discord/answers.test.ts', test: 'by whoever asked and nobody else' },
  },
  {
    name: 'two machines talk with each other for ever',
    edits: [
      {
        file: 'src/discord/intake/bot-loops.ts',
        find: 'if (count >= MAX_ANSWERS) return false;',
        put: '',
      },
    ],
    caughtBy: {
      file: 'test/discord/ways-in.test.ts',
      test: 'of a bot that is allowed is answered three times',
    },
  },
  {
    name: 'a quota is over one question too early',
    edits: [
      {
        file: 'src/discord/settings/admission.ts',
        find: 'used >= limit',
        put: 'used + 1 >= limit',
      },
    ],
    caughtBy: {
      file: 'test/discord/admission.test.ts',
      test: 'is decided for the last question that a limit leaves room for',
    },
  },
  {
    name: 'a house that crashes at once identifies without a pause',
    edits: [
      {
        file: 'src/discord/life/starts.ts',
        find: 'return Math.max(0, grown, spent);',
        put: 'return Math.max(0, spent);',
      },
    ],
    caughtBy: {
      file: 'test/discord/starts.test.ts',
      test: 'waits longer each time',
    },
  },
];
