import { isRecord } from '../../shared/parse.ts';
import { modelsIn } from './models-here.ts';

export const LANGUAGES = ['en', 'de', 'es', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Questions and tokens of a day (UTC); left out: no limit. */
export interface Quotas {
  readonly userQuestions?: number;
  readonly userTokens?: number;
  readonly serverQuestions?: number;
  readonly serverTokens?: number;
}

/** What was set for a server, or for one of its channels, where it comes before the server's. */
export interface PlaceSettings extends Quotas {
  /** Ids of the channels in which questions are taken; left out: in all. */
  readonly channels?: readonly string[];
  /** Ids of the roles whose members may ask; left out: everybody may. */
  readonly roles?: readonly string[];
  readonly prefix?: string;
  /** Of what the house itself says. */
  readonly language?: Language;
  /** The models that may be used, by the house's names for them: the first one is, where its user has chosen none. */
  readonly model?: readonly string[];
  /** `on`: each conversation in a channel has a thread of its own. */
  readonly threads?: (typeof SWITCH)[number];
}

const SWITCH = ['on', 'off'] as const;

/** What can be set, in the order in which it is shown. */
export const SETTING_NAMES = [
  'channels',
  'roles',
  'prefix',
  'language',
  'model',
  'threads',
  'userQuestions',
  'userTokens',
  'serverQuestions',
  'serverTokens',
] as const satisfies readonly (keyof PlaceSettings)[];
export type SettingName = (typeof SETTING_NAMES)[number];

/** Reads what was kept; what cannot be right is left out. */
export function readSettings(kept: unknown): PlaceSettings {
  if (!isRecord(kept)) return {};
  const read = SETTING_NAMES.flatMap((name) => {
    const value = kept[name];
    return isRight(name, value) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(read);
}

/** The channel's settings where it has some, else the server's. */
export const effective = (server: PlaceSettings, channel: PlaceSettings): PlaceSettings => ({
  ...server,
  ...channel,
});

export type Change =
  | { readonly kind: 'changed'; readonly settings: PlaceSettings }
  | { readonly kind: 'wrong' };

/** One setting, as somebody types it. */
export interface TypedSetting {
  readonly name: SettingName;
  readonly typed: string;
  /** The models that the house has. */
  readonly offered: readonly string[];
}

/** Sets one thing; an empty text or `-` takes it back. */
export function changeSetting(
  settings: PlaceSettings,
  { name, typed, offered }: TypedSetting,
): Change {
  const text = typed.trim();
  const { [name]: _before, ...others } = settings;
  if (text === '' || text === '-') return { kind: 'changed', settings: others };
  const value = READERS[name](text, offered);
  if (!isRight(name, value)) return { kind: 'wrong' };
  return { kind: 'changed', settings: { ...others, [name]: value } };
}

const MAX_PREFIX_CHARS = 10;
const MAX_IDS = 100;

const ids = (text: string): readonly string[] => [...new Set(text.match(/\d{15,21}/g) ?? [])];
const whole = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN);

type Reader = (text: string, offered: readonly string[]) => unknown;

const READERS: Readonly<Record<SettingName, Reader>> = {
  channels: ids,
  roles: ids,
  prefix: (text) => text,
  language: (text) => text.toLowerCase(),
  model: modelsIn,
  threads: (text) => text.toLowerCase(),
  userQuestions: whole,
  userTokens: whole,
  serverQuestions: whole,
  serverTokens: whole,
};

function isRight(name: SettingName, value: unknown): boolean {
  switch (name) {
    case 'channels':
    case 'roles':
      return (
        Array.isArray(value) && value.length > 0 && value.length <= MAX_IDS && value.every(isId)
      );
    case 'prefix':
      return typeof value === 'string' && /^\S+$/.test(value) && value.length <= MAX_PREFIX_CHARS;
    case 'language':
      return LANGUAGES.some((known) => known === value);
    case 'model':
      return Array.isArray(value) && value.length > 0 && value.every(isName);
    case 'threads':
      return SWITCH.some((known) => known === value);
    default:
      return Number.isSafeInteger(value) && Number(value) >= 0;
  }
}

const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';

const isId = (value: unknown): boolean => typeof value === 'string' && /^\d{15,21}$/.test(value);
