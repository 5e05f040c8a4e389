import { expect, it } from 'vitest';
import { RunId, UserId } from '../../machines/ids.ts';
import { openStore } from '../../src/store/store.ts';
import { cast, delegate, say } from '../../src/testing/scripts.ts';
import { aDatabase, later, wiredTo } from '../store/postgres-kit.ts';
import { listen } from '../support/asked.ts';
import { type Gate, gate } from '../support/gates.ts';
import { type Act, calls, type Received, text } from '../support/groq-server-scripts.ts';
import { house } from '../support/house.ts';
import { countRoundTrips } from '../support/round-trips.ts';

/** Who asks, by the instructions it gives; the leader comes twice. */
function askerOf({ body: { messages = [] } }: Received): string {
  const [first] = messages;
  const who = /You are (\w+)\./.exec(first?.content ?? '')?.[1] ?? 'nobody';
  return who === 'leader' && messages.at(-1)?.role === 'tool' ? 'leader again' : who;
}

/** Two members at once; the one of them waits at the door. */
const delegating =
  (door: Gate) =>
  async (request: Received): Promise<Act> => {
    switch (askerOf(request)) {
      case 'leader':
        return calls(
          {
            name: 'delegate_task_to_member',
            args: { task: 'Six times seven.', member_id: 'math' },
          },
          { name: 'delegate_task_to_member', args: { task: 'Say it nicely.', member_id: 'words' } },
        );
      case 'math':
        return text('It is 42.');
      case 'words':
        await door.pass();
        return text('How lovely.');
      default:
        return text(shown(request));
    }
  };

/** What the leader was told by its members. */
const shown = ({ body: { messages = [] } }: Received): string =>
  messages
    .filter(({ role }) => role === 'tool')
    .map(({ content }) => content)
    .join(' ');

it('goes on after a restart in the middle of a delegation, and asks for nothing that it had', async () => {
  const { url } = await aDatabase();
  const store = { kind: 'postgres', url } as const;
  const ada = { userId: UserId('ada'), runId: RunId('q1') };
  const doors = [gate(), gate()] as const;

  const first = await house({ store, groq: delegating(doors[0]) });
  const cut = first.ask('What is it?', { run: ada.runId });
  await doors[0].reached;
  await cut.sees(
    'run.progressed',
    ({ progress }) => progress.kind === 'member_reported' && progress.member === 'math',
  );
  // As a process that dies: whatever happens from here on, nothing of it is written.
  await first.kept().close();
  void first.troupe.stop();
  await first.troupe.stop();

  const second = await house({ store, groq: delegating(doors[1]) });
  await doors[1].reached;
  const stream = second.troupe.watch(ada);
  if (stream === undefined) throw new Error('The question was not taken up again.');
  const watched = listen(stream);
  doors[1].open();
  const outcome = await watched.outcome;

  expect(first.groq().requests.map(askerOf)).toEqual(['leader', 'math', 'words']);
  expect(second.groq().requests.map(askerOf)).toEqual(['words', 'leader again']);
  expect(outcome).toMatchObject({
    kind: 'answered',
    text: 'Report of math:\nIt is 42. Report of words:\nHow lovely.',
    usage: { calls: 4 },
    notes: [],
  });
  expect(await second.kept().inbox.unfinished(10)).toEqual([]);
  expect(await second.history()).toEqual([
    'What is it?',
    outcome.kind === 'answered' && outcome.text,
  ]);
}, 60_000);

it('needs six round trips to the database for a question with four model calls, two of them answered in the same moment', async () => {
  const { wire, url } = await wiredTo((await aDatabase()).url);
  const store = await openStore({ place: { kind: 'postgres', url, maxConnections: 2 } });
  later(store, () => store.close());
  const { say: tell, requests } = await house({
    store,
    script: cast({
      leader: (request) =>
        request.messages.at(-1)?.role === 'tool'
          ? say('Done.')
          : delegate({ math: 'a', words: 'b' }),
      math: () => say('42'),
      words: () => say('Lovely.'),
    }),
  });
  // Connections are made and statements prepared once.
  for (let warm = 0; warm < 5; warm++) await tell('Warm up.');
  const before = requests.length;
  const roundTrips = countRoundTrips(wire);

  expect(await tell('Count.')).toMatchObject({ kind: 'answered', notes: [] });

  expect(requests.length - before).toBe(4);
  // Accepted, begun, the leader's two steps, the members' steps together, ended.
  expect(roundTrips()).toBe(6);
}, 60_000);
