import { describe, expect, it } from 'vitest';
import { ENGLISH } from '../../machines/phrases.ts';
import { ANSWER_TEXTS } from '../../src/discord/commands/answer-texts.ts';
import { COMMANDS } from '../../src/discord/commands/definitions.ts';
import { HELP_TEXTS } from '../../src/discord/commands/help-texts.ts';
import { HOUSE_TEXTS } from '../../src/discord/commands/house-texts.ts';
import { MESSAGE_TEXTS } from '../../src/discord/commands/message-texts.ts';
import { OWN_TEXTS } from '../../src/discord/commands/own-texts.ts';
import { languageOf, say } from '../../src/discord/commands/texts.ts';
import { admit } from '../../src/discord/settings/admission.ts';
import { modelFor, modelsHere } from '../../src/discord/settings/models-here.ts';
import {
  changeSetting,
  effective,
  LANGUAGES,
  type PlaceSettings,
  readSettings,
  type SettingName,
} from '../../src/discord/settings/settings.ts';
import { PHRASES } from '../../src/discord/words/phrases.ts';

const NOON = Date.UTC(2026, 4, 1, 12);
const MIDNIGHT = Date.UTC(2026, 4, 2);
const nothing = { questions: 0, tokens: 0 };
const today = { user: nothing, server: nothing, now: NOON };
const ada = { channelId: '1', guildId: '9', roleIds: ['7'], isManager: false };

describe('whether a question is taken up', () => {
  it('is no question where nothing is set', () => {
    expect(admit({}, { ...today, user: { questions: 999, tokens: 9e9 } }, ada)).toEqual({
      kind: 'allowed',
    });
  });

  it('depends on the channel and on the roles, but not for managers and not in direct messages', () => {
    const settings = { channels: ['2'], roles: ['8'] };
    const manager = { ...ada, isManager: true };
    const direct = { channelId: '1', roleIds: [], isManager: false };

    expect(admit(settings, today, ada)).toEqual({ kind: 'refused', why: 'channel' });
    expect(admit({ roles: ['8'] }, today, ada)).toEqual({ kind: 'refused', why: 'role' });
    expect(admit({ roles: ['8', '7'] }, today, ada)).toEqual({ kind: 'allowed' });
    expect(admit(settings, today, manager)).toEqual({ kind: 'allowed' });
    expect(admit(settings, today, direct)).toEqual({ kind: 'allowed' });
  });

  it.each([
    ['user_questions', { userQuestions: 3 }, { user: { questions: 3, tokens: 0 } }],
    ['user_tokens', { userTokens: 50 }, { user: { questions: 0, tokens: 51 } }],
    ['server_questions', { serverQuestions: 0 }, {}],
    ['server_tokens', { serverTokens: 50 }, { server: { questions: 0, tokens: 50 } }],
  ])('depends on %s of the day, which ends at midnight in UTC', (why, settings, used) => {
    expect(admit(settings, { ...today, ...used }, ada)).toEqual({
      kind: 'refused',
      why,
      freeAt: MIDNIGHT,
    });
  });

  it('is decided for the last question that a limit leaves room for', () => {
    const used = { ...today, user: { questions: 2, tokens: 0 } };

    expect(admit({ userQuestions: 3 }, used, ada)).toEqual({ kind: 'allowed' });
  });
});

const offered = ['groq/openai/gpt-oss-120b', 'groq/openai/gpt-oss-20b', 'own/gpt-oss-20b'];
const change = (before: PlaceSettings, name: SettingName, typed: string) =>
  changeSetting(before, { name, typed, offered });

describe('settings', () => {
  it('are read as people type them, and are taken back by a dash', () => {
    const typed = [
      ['channels', '<#123456789012345678> and <#223456789012345678>'],
      ['prefix', '?'],
      ['language', 'DE'],
      ['model', 'GPT-OSS-120b, groq/openai/gpt-oss-20b'],
      ['threads', 'On'],
      ['userQuestions', '20'],
    ] as const;
    const set = typed.reduce((settings, [name, text]) => {
      const changed = change(settings, name, text);
      return changed.kind === 'changed' ? changed.settings : settings;
    }, readSettings({}));

    expect(set).toEqual({
      channels: ['123456789012345678', '223456789012345678'],
      prefix: '?',
      language: 'de',
      model: ['groq/openai/gpt-oss-120b', 'groq/openai/gpt-oss-20b'],
      threads: 'on',
      userQuestions: 20,
    });
    expect(change(set, 'prefix', '-')).toMatchObject({
      settings: { language: 'de', userQuestions: 20 },
    });
  });

  it.each([
    ['channels', 'everywhere'],
    ['prefix', 'two words'],
    ['language', 'xx'],
    ['model', 'gpt-9'],
    ['model', 'gpt-oss-120b and gpt-9'],
    // Two of the house's models end like that.
    ['model', 'gpt-oss-20b'],
    ['threads', 'perhaps'],
    ['userTokens', '-5'],
    ['serverQuestions', '1.5'],
  ] as const)('refuse a %s that cannot be', (name, text) => {
    expect(change({}, name, text)).toEqual({ kind: 'wrong' });
  });

  it('leave out what was kept and cannot be right', () => {
    const kept = { prefix: '?', channels: 'all', userQuestions: -1, unheardOf: true };

    expect(readSettings(kept)).toEqual({ prefix: '?' });
    expect(readSettings('nonsense')).toEqual({});
  });

  it('of a channel come before those of its server', () => {
    expect(effective({ prefix: '?', userQuestions: 5 }, { prefix: '%' })).toEqual({
      prefix: '%',
      userQuestions: 5,
    });
  });
});

describe('the model of a question', () => {
  const [large = '', small = '', own = ''] = offered;

  it.each([
    [
      'the usual one where nothing is set or wished',
      { set: undefined, wish: undefined },
      undefined,
    ],
    ['the one that its user has chosen', { set: undefined, wish: small }, small],
    ['the first of those that are set for the place', { set: [own, small], wish: undefined }, own],
    ['the choice of its user where that is among them', { set: [own, small], wish: small }, small],
    ['what is set where the choice is not among them', { set: [own, small], wish: large }, own],
    ['the usual one where what is set is gone', { set: ['gone'], wish: undefined }, undefined],
    ['what is still there of what is set', { set: ['gone', own], wish: large }, own],
    ['the usual one where the choice is gone', { set: undefined, wish: 'gone' }, undefined],
  ] as const)('is %s', (_, asked, used) => {
    expect(modelFor({ offered, ...asked })).toBe(used);
  });

  it('may be any of the house where what is set is gone', () => {
    expect(modelsHere({ offered, set: ['gone'] })).toEqual(offered);
  });
});

const TEXTS = {
  ...OWN_TEXTS,
  ...HOUSE_TEXTS,
  ...HELP_TEXTS,
  ...ANSWER_TEXTS,
  ...MESSAGE_TEXTS,
};

/** Every text in it, by the way to it. */
const textsIn = (phrases: object, way = ''): readonly (readonly [string, string])[] =>
  Object.entries(phrases).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [[`${way}${name}`, value] as const]
      : textsIn(Object(value), `${way}${name}.`),
  );

describe('what the house says', () => {
  it.each(LANGUAGES)('of runs has the same blanks to fill in %s', (language) => {
    const blanksOf = (phrases: object) =>
      textsIn(phrases).map(([way, text]) => [way, (text.match(/\{\w+\}/g) ?? []).sort()]);

    expect(blanksOf(PHRASES[language])).toEqual(blanksOf(ENGLISH));
  });

  it('has the same blanks to fill in every language', () => {
    for (const text of Object.values(TEXTS)) {
      const [english, ...others] = text.map((one) => (one.match(/\{\w+\}/g) ?? []).sort());
      for (const blanks of others) expect(blanks).toEqual(english);
    }
  });

  it('fits where Discord shows it', () => {
    for (const { name, description, options = [] } of COMMANDS) {
      expect(name).toMatch(/^[a-z]{1,32}$/);
      for (const text of [description, ...options.map((option) => option.description)].flat())
        expect(text.length).toBeLessThanOrEqual(100);
    }
    for (const text of Object.values(TEXTS).flat()) expect(text.length).toBeLessThan(1_500);
  });

  it('has names for options that Discord takes', () => {
    const options = COMMANDS.flatMap(({ options: own = [] }) => own);
    for (const name of options.flatMap(({ names }) => names))
      expect(name).toMatch(/^[\p{Ll}\p{N}_-]{1,32}$/u);
    for (const shown of options.flatMap(({ choices = [] }) => [choices].flat(2)))
      expect(shown.length).toBeLessThanOrEqual(100);
  });

  it.each(LANGUAGES.map((language, nth) => ({ language, nth })))(
    'calls options what their readers see: $language',
    ({ nth }) => {
      /** `memory action:forget` */
      const offered = COMMANDS.flatMap(({ name, options = [] }) =>
        options.flatMap(({ names, choices = [] }) =>
          ['…', ...[choices].flat().map((shown) => shown[nth])].map(
            (value) => `${name} ${names[nth]}:${value}`,
          ),
        ),
      );
      const calls = Object.values(TEXTS).flatMap((text) => [
        ...(text[nth] ?? '').matchAll(/`\/(\w+)( [^`]*:[^`]*)`/g),
      ]);
      const said = calls.flatMap(([, name, given = '']) =>
        given
          .trim()
          .split(' ')
          .map((one) => `${name} ${one}`),
      );

      expect(said.length).toBeGreaterThan(5);
      for (const one of said) expect(offered).toContain(one);
    },
  );

  it('never fills in what stands in a value', () => {
    expect(say('en', 'settings_wrong', { setting: '{value}', value: 'x' })).toContain(
      '`{value}` cannot be `x`',
    );
  });

  it.each([
    ['de', 'de'],
    ['es-419', 'es'],
    ['en-GB', 'en'],
    ['ja', 'en'],
    [undefined, 'en'],
  ] as const)('is in the language nearest to %s', (locale, language) => {
    expect(languageOf(locale)).toBe(language);
  });
});
