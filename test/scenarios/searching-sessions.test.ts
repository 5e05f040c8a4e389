import { expect, it, onTestFinished } from 'vitest';
import { sessionsOf } from '../../src/past-history.ts';
import { openStore } from '../../src/store/store.ts';
import { searchSessions } from '../../src/tools/history.ts';
import { aDatabase } from '../store/postgres-kit.ts';
import { type Act, calls, type Received, text } from '../support/groq-server-scripts.ts';
import { house } from '../support/house.ts';

it('A model that searches past sessions is shown what its asker said in other channels, and nothing of anybody else', async () => {
  const store = await openStore({ place: { kind: 'postgres', url: (await aDatabase()).url } });
  onTestFinished(store.close);
  const { say, groq } = await house({
    store,
    tools: [searchSessions(sessionsOf(store, async () => []))],
    groq: looksUp,
  });
  await say('My umbrella is green.', { user: 'ada', channel: 'attic', audience: 'asker' });
  await say('My umbrella is red.', { user: 'bob', channel: 'lobby', audience: 'asker' });

  await say('Look: which umbrella?', { user: 'ada', channel: 'lobby', audience: 'asker' });

  const shown = groq().requests.at(-1)?.body.messages?.at(-1);
  expect(shown).toMatchObject({ role: 'tool', content: expect.stringContaining('is green') });
  expect(JSON.stringify(groq().requests.at(-1)?.body)).not.toContain('is red');
});

/** Searches when it is told to look; notes everything else. */
function looksUp({ body }: Received): Act {
  const last = body.messages?.at(-1);
  return last?.role === 'user' && last.content?.includes('Look:') === true
    ? calls({ name: 'search_sessions', args: { query: 'umbrella' } })
    : text('Noted.');
}
