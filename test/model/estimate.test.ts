import { expect, it } from 'vitest';
import type { ChatMessage } from '../../machines/conversation.ts';
import { promptBytes } from '../../src/model/estimate.ts';
import { aRequest, CALCULATOR } from './model-fixture.ts';

const calling = (expression: string): ChatMessage => ({
  role: 'assistant',
  content: '',
  toolCalls: [{ id: 'call_1', name: 'calculator', input: { expression } }],
});

it('is in bytes, for calls of tools too, since no token is shorter than a byte', () => {
  const size = (message: ChatMessage): number => promptBytes(aRequest({ messages: [message] }));

  const more = size(calling('八'.repeat(100))) - size(calling(''));

  expect(more).toBe(300);
});

it('is the same for the same messages and tools, and counts each of them', () => {
  const messages = [calling('12*7')];
  const twice = aRequest({ messages: [...messages, ...messages], tools: [CALCULATOR] });
  const once = aRequest({ messages, tools: [CALCULATOR] });
  const bare = aRequest({ messages });

  expect(promptBytes(once)).toBe(promptBytes(once));
  expect(promptBytes(twice) - promptBytes(once)).toBe(promptBytes(bare));
});
