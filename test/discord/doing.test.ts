import { expect, it } from 'vitest';
import { ENGLISH } from '../../machines/phrases.ts';
import { Doing } from '../../src/discord/answer/doing.ts';

it('a draft says what each member does who works beside others, until the leader goes on', () => {
  const doing = new Doing(ENGLISH);
  const [research, compute] = [
    { member: 'research', slot: 'member0' },
    { member: 'compute', slot: 'member1' },
  ];

  const said = [
    doing.hear({ kind: 'delegating', ...research, task: '' }),
    doing.hear({ kind: 'member_thinking', ...compute }),
    doing.hear({ kind: 'member_reported', ...compute, ok: true }),
    doing.hear({ kind: 'thinking', turn: 2 }),
  ];

  expect(said).toEqual([
    'asking research',
    'asking research · compute is thinking',
    'asking research · compute has reported',
    'thinking',
  ]);
});
