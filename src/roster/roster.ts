import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Roster } from '../../machines/roster.ts';
import { parseJson } from '../shared/parse.ts';
import { messageOf } from '../shared/thrown.ts';
import { buildRoster, type RosterBuilt, type ToolCatalogue } from './build-roster.ts';
import { withServices } from './hero-team.ts';

/** A roster that can be used, or one readable message with everything that is wrong with it. */
export type RosterRead =
  | { readonly kind: 'read'; readonly roster: Roster }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * The roster that comes with the house; tools of connected services, if there are any, get a member of their own.
 * Throws when a tool or prompt is missing.
 */
export function heroTeam(tools: ToolCatalogue, services: readonly string[] = []): Roster {
  const folder = fileURLToPath(new URL('./prompts/', import.meta.url));
  const read = orMessage('The Hero team', buildRoster(withServices(services), { tools, folder }));
  if (read.kind === 'refused') throw new Error(read.message);
  return read.roster;
}

/** Reads a user's own roster, a JSON file, once; its `instructionsFile` paths start from its folder. */
export function readRoster(path: string, tools: ToolCatalogue): RosterRead {
  const file = resolve(path);
  const name = `The roster ${file}`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = messageOf(error);
    return { kind: 'refused', message: `${name} cannot be read: ${why}` };
  }
  const parsed = parseJson(text);
  if (!parsed.ok) return { kind: 'refused', message: `${name} is not JSON: ${parsed.why}` };
  return orMessage(name, buildRoster(parsed.value, { tools, folder: dirname(file) }));
}

function orMessage(name: string, built: RosterBuilt): RosterRead {
  if (built.kind === 'built') return { kind: 'read', roster: built.roster };
  const { problems } = built;
  const head = `${name} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:`;
  return { kind: 'refused', message: [head, ...problems.map((one) => `- ${one}`)].join('\n') };
}
