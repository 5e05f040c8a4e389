import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { failure } from '../../machines/failure.ts';
import type { ToolResult } from '../../machines/ports.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { type Act, calls, type Received, text } from '../support/groq-server-scripts.ts';
import { house } from '../support/house.ts';

describe('A model at a provider that goes round in circles', () => {
  it('makes the same call twice; the third is not made, and it has to answer in words', async () => {
    const { say, uses, offers } = await aDigger({
      depth: () => 1,
      result: (depth) => ({ kind: 'returned', content: `Nothing at ${depth}.` }),
    });

    expect(await say('Dig.')).toMatchObject({ kind: 'answered', text: 'I stop here.' });

    expect(uses).toEqual([1, 1]);
    expect(offers()).toEqual([true, true, true, false]);
  });

  it('meets the same error twice, whatever it tried, and has to answer in words', async () => {
    const { say, uses, offers } = await aDigger({
      depth: (turn) => turn,
      result: () => ({ kind: 'failed', failure: failure('unavailable', 'The spade is broken.') }),
    });

    expect(await say('Dig.')).toMatchObject({ kind: 'answered', text: 'I stop here.' });

    expect(uses).toEqual([0, 1]);
    expect(offers().at(-1)).toBe(false);
  });
});

interface Digging {
  /** How deep the model wants to dig at its nth call. */
  depth(turn: number): number;
  result(depth: number): ToolResult;
}

/** A house whose model digs for as long as it is offered the tool. */
async function aDigger({ depth, result }: Digging) {
  const uses: number[] = [];
  const dig = defineTool({
    name: 'dig',
    description: 'Digs.',
    policy: PURE,
    deadlineMs: 5_000,
    maxOutputChars: 100,
    input: z.object({ depth: z.number() }),
    execute(input) {
      uses.push(input.depth);
      return result(input.depth);
    },
  });
  const digsOn = (request: Received): Act =>
    isOffered(request)
      ? calls({ name: 'dig', args: { depth: depth(request.nth) } })
      : text('I stop here.');
  const { say, groq } = await house({ tools: [dig], groq: digsOn });
  return { say, uses, offers: () => groq().requests.map(isOffered) };
}

const isOffered = ({ body }: Received): boolean => (body.tools ?? []).length > 0;
