import type { Language } from '../settings/settings.ts';
import type { CommandDesk, Person } from './desk.ts';

/** A command that somebody uses. */
export interface CommandCall {
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly person: Person;
  readonly language: Language;
}

/** What is said in return, to that person alone. */
export interface CommandReply {
  readonly text: string;
  readonly button?: { readonly id: string; readonly label: string };
  readonly file?: { readonly name: string; readonly content: string };
}

/** Works a command. Rejects when the house cannot be asked: then one friendly sentence is said instead. */
export type Command = (call: CommandCall, desk: CommandDesk) => Promise<CommandReply>;

/** The text of an option; empty when it is not given. */
export const textOption = ({ options }: CommandCall, name: string): string => {
  const value = options[name];
  return typeof value === 'string' ? value : '';
};
