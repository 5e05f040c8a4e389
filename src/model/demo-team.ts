import type { ToolSpec } from '../../machines/conversation.ts';
import { DELEGATE_TO_ONE } from '../../machines/leader/delegation.ts';
import { isRecord } from '../shared/parse.ts';

/** Whom a leader may ask. */
export interface Colleague {
  readonly id: string;
  readonly description: string;
}

/** What an agent may do, read from what its request offers. */
export interface Offer {
  readonly colleagues: readonly Colleague[];
  has(tool: string): boolean;
  /** The field of its input that one text alone belongs in. */
  textField(tool: string): string | undefined;
}

export function readOffer(tools: readonly ToolSpec[]): Offer {
  const delegation = tools.find((tool) => tool.name === DELEGATE_TO_ONE);
  const names = new Set(tools.map((tool) => tool.name));
  return {
    colleagues: delegation ? colleaguesIn(delegation) : [],
    has: (tool) => names.has(tool),
    textField: (tool) => textFieldIn(tools.find(({ name }) => name === tool)?.parameters ?? {}),
  };
}

/** The first text that must be given, else the first that may be. */
function textFieldIn({ properties, required }: ToolSpec['parameters']): string | undefined {
  if (!isRecord(properties)) return undefined;
  const texts = Object.entries(properties).flatMap(([name, schema]) =>
    isRecord(schema) && schema['type'] === 'string' ? [name] : [],
  );
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return texts.find((name) => needed.includes(name)) ?? texts[0];
}

/** The schema says who may be asked; the description, if it lists them, what for. */
function colleaguesIn({ description, parameters }: ToolSpec): readonly Colleague[] {
  const listed = [...description.matchAll(/^\s*[-*]\s*([a-z][a-z0-9_]*)\s*:\s*(.*)$/gm)].map(
    ([, id = '', about = '']) => ({ id, description: about }),
  );
  const ids = enumeratedIn(parameters);
  if (ids.length === 0) return listed;
  return ids.map((id) => listed.find((one) => one.id === id) ?? { id, description: '' });
}

function enumeratedIn({ properties }: ToolSpec['parameters']): readonly string[] {
  const memberId = isRecord(properties) ? properties['member_id'] : undefined;
  const ids = isRecord(memberId) ? memberId['enum'] : undefined;
  return Array.isArray(ids) ? ids.filter((id: unknown) => typeof id === 'string') : [];
}

/** Who is best suited by name, else by description. */
export function findColleague(offer: Offer, trade: RegExp): Colleague | undefined {
  return (
    offer.colleagues.find(({ id }) => trade.test(id)) ??
    offer.colleagues.find(({ description }) => trade.test(description))
  );
}
