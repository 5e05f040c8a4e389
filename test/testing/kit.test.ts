import { aHouse, cast, delegate, say } from 'troupe/testing';
import { expect, it } from 'vitest';

it('opens', async () => {
  const house = await aHouse({
    script: cast({ leader: [delegate({ math: 'Add.' }), say('42')], math: [say('6')] }),
  });
  const run = await house.ask('ada1');
  expect(run.outcome).toMatchObject({ kind: 'answered', text: '42' });
});
