import type { Command } from './command.ts';
import { help } from './help-command.ts';
import { team, tldr } from './house-commands.ts';
import { forget, memory, privacy, reset, stop } from './own-commands.ts';
import { quota } from './quota-command.ts';
import { model, settings } from './settings-commands.ts';

/** What is done for each command; `/ask` is a question, and goes the way of questions. */
export const HANDLERS: ReadonlyMap<string, Command> = new Map([
  ['tldr', tldr],
  ['stop', stop],
  ['reset', reset],
  ['memory', memory],
  ['forget', forget],
  ['team', team],
  ['model', model],
  ['quota', quota],
  ['settings', settings],
  ['privacy', privacy],
  ['help', help],
]);
