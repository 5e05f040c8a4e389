import { z } from 'zod';
import type { ToolSpec } from '../../machines/conversation.ts';
import { MEMORY_KINDS } from '../../machines/memory/memories.ts';
import type { ModelReply } from '../../machines/ports.ts';
import { isRecord, parseJson } from '../shared/parse.ts';

/** One change that a model proposes; nothing of it is believed before it was checked (verify.ts). */
const ProposalSchema = z.discriminatedUnion('op', [
  z.object({
    op: z.enum(['add', 'update', 'supersede']),
    /** Of the memory that is changed: a short id of the prompt. */
    id: z.string().nullish(),
    text: z.string(),
    kind: z.enum(MEMORY_KINDS),
    topics: z.array(z.string()).max(20).default([]),
    importance: z.number().min(0).max(1).default(0.5),
    event_at: z.string().nullish(),
    evidence_quote: z.string(),
  }),
  z.object({ op: z.literal('delete'), id: z.string(), evidence_quote: z.string() }),
  z.object({ op: z.literal('none') }),
]);

export type Proposal = z.output<typeof ProposalSchema>;

/** The tool by which the model hands its proposals over; called so that every provider's models can do it. */
export const PROPOSE: ToolSpec = {
  name: 'propose_memory_changes',
  description: 'Hands over every change of what is remembered about the user, in one call.',
  parameters: {
    type: 'object',
    properties: {
      operations: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            op: { type: 'string', enum: ['add', 'update', 'supersede', 'delete', 'none'] },
            id: { type: ['string', 'null'], description: 'The known memory that is meant.' },
            text: { type: 'string', description: 'At most 300 characters.' },
            kind: { type: 'string', enum: [...MEMORY_KINDS] },
            topics: { type: 'array', items: { type: 'string' } },
            importance: { type: 'number' },
            event_at: { type: ['string', 'null'], description: 'ISO date; for events.' },
            evidence_quote: { type: 'string', description: 'The user’s own words, verbatim.' },
          },
          required: ['op'],
        },
      },
    },
    required: ['operations'],
    additionalProperties: false,
  },
};

export type ProposalsRead =
  | {
      readonly kind: 'read';
      readonly proposals: readonly Proposal[];
      /** Entries without the promised shape. */
      readonly malformed: number;
    }
  | { readonly kind: 'unreadable' };

/** What a model proposes, by its tool or as bare JSON. */
export function readProposals({ toolCalls, text }: ModelReply): ProposalsRead {
  const call = toolCalls.find(({ name }) => name === PROPOSE.name);
  const whole = call === undefined ? jsonIn(text) : call.input;
  const operations = isRecord(whole) ? whole['operations'] : undefined;
  if (!Array.isArray(operations) || call?.invalid !== undefined) return { kind: 'unreadable' };
  const proposals: Proposal[] = [];
  for (const entry of operations) {
    const parsed = ProposalSchema.safeParse(entry);
    if (parsed.success) proposals.push(parsed.data);
  }
  return { kind: 'read', proposals, malformed: operations.length - proposals.length };
}

/** The JSON object in a text that may have words or a fence round it. */
function jsonIn(text: string): unknown {
  const from = text.indexOf('{');
  const to = text.lastIndexOf('}');
  if (from === -1 || to < from) return undefined;
  const parsed = parseJson(text.slice(from, to + 1));
  return parsed.ok ? parsed.value : undefined;
}
