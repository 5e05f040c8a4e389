import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import { ScriptedHouse } from '../web/scripted-house.ts';
import { startTalking } from './talking.ts';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const run1 = RunId('run-1');

/** A person at a terminal who has been greeted. */
async function sitDown(house = new ScriptedHouse()) {
  const talking = startTalking({ tty: true, house });
  await talking.shown('Type a question, or /help.');
  return talking;
}

describe('a person at a terminal', () => {
  it('sees what goes on, then the text as it is written, once', async () => {
    const talking = await sitDown();
    talking.type('How many?\r');
    await talking.house.until(() => talking.house.asked[0]);
    talking.house.tell({
      type: 'run.progressed',
      runId: run1,
      progress: { kind: 'delegating', member: 'compute', slot: 's0', task: 'Count' },
    });
    await talking.shown('asking compute…');
    talking.house.tell({ type: 'run.drafted', runId: run1, turn: 1, delta: 'Forty' });
    await talking.shown('Forty');
    talking.house.tell({ type: 'run.drafted', runId: run1, turn: 1, delta: '-tw' });
    talking.house.answer(run1, 'Forty-two');
    await talking.shown('o\n\n');
    expect(talking.output().split('Forty').length).toBe(2);
    talking.type(CTRL_D);
    expect(await talking.exitCode).toBe(0);
  });

  it('is asked for a word, and gives it', async () => {
    const talking = await sitDown();
    talking.type('Pay her\r');
    await talking.house.until(() => talking.house.asked[0]);
    const confirmation = {
      stepKey: 'leader/1/0',
      agent: 'leader',
      tool: 'pay',
      shown: '{"to": "Grace\u001b[2J"}',
      expiresAt: 1,
    };
    talking.house.tell({ type: 'run.asking', runId: run1, confirmation });
    await talking.shown('May leader use pay? (/allow or /refuse)');
    await talking.shown('"Grace');
    expect(talking.output()).not.toContain('\u001b[2J"');

    talking.type('/refuse\r');
    await talking.house.until(() => talking.house.confirmed[0]);
    expect(talking.house.confirmed).toEqual([
      { userId: 'local', runId: 'run-1', stepKey: 'leader/1/0', allow: false },
    ]);
    talking.type('/allow\r');
    await talking.shown('Nothing waits for a word.');
    talking.house.answer(run1, 'Not paid.');
    await talking.shown('Not paid.');
    talking.type('/quit\r');
    expect(await talking.exitCode).toBe(0);
  });

  it('sees the whole answer when it is not what was drafted', async () => {
    const talking = await sitDown();
    talking.type('q\r');
    await talking.house.until(() => talking.house.asked[0]);
    talking.house.tell({ type: 'run.drafted', runId: run1, turn: 1, delta: 'Let me look' });
    talking.house.tell({ type: 'run.drafted', runId: run1, turn: 2, delta: 'Perhaps' });
    talking.house.answer(run1, 'Certainly not');
    await talking.shown('Let me look\n\nPerhaps\n\nCertainly not\n');
    talking.type('/quit\r');
    expect(await talking.exitCode).toBe(0);
  });

  it('is shown what was said before', async () => {
    const house = new ScriptedHouse();
    const userId = UserId('local');
    const earlier = {
      runId: RunId('old'),
      userId,
      channelId: ChannelId('terminal'),
      text: 'Before?',
    };
    const events = house.ask(earlier, { signal: new AbortController().signal });
    const first = events[Symbol.asyncIterator]().next();
    house.answer(earlier.runId, 'Yes, before.');
    await first;
    const talking = startTalking({ tty: true, house });
    await talking.shown('› Before?\nYes, before.\n');
    await talking.shown('Type a question');
    talking.type(CTRL_D);
    expect(await talking.exitCode).toBe(0);
  });

  it('stops the answer with Ctrl-C, and may ask again at once', async () => {
    const talking = await sitDown();
    talking.type('q\r');
    await talking.house.until(() => talking.house.asked[0]);
    talking.type(CTRL_C);
    await talking.shown('Stopped, as you asked.');
    talking.type('again\r');
    await talking.house.until(() => talking.house.asked[1]);
    talking.house.answer(RunId('run-2'), 'Here');
    await talking.shown('Here');
    talking.type(CTRL_D);
    expect(await talking.exitCode).toBe(0);
  });

  it('leaves with Ctrl-C twice although the answer does not stop', async () => {
    const talking = await sitDown();
    talking.house.cancel = (what) => void talking.house.cancelled.push(what);
    talking.type('q\r');
    await talking.house.until(() => talking.house.asked[0]);
    talking.type(CTRL_C);
    talking.type(CTRL_C);
    expect(await talking.exitCode).toBe(0);
    expect(talking.house.cancelled).toHaveLength(1);
  });

  it('is asked for a second Ctrl-C when nothing is being answered; typing takes the first back', async () => {
    const talking = await sitDown();
    talking.type(CTRL_C);
    await talking.shown('(Ctrl-C again leaves)');
    talking.type('/help\r');
    await talking.shown('/team');
    talking.type(CTRL_C);
    await talking.shown('(Ctrl-C again leaves)');
    talking.type(CTRL_C);
    expect(await talking.exitCode).toBe(0);
  });

  it('stops by command while the answer is being written', async () => {
    const talking = await sitDown();
    talking.type('q\r');
    await talking.house.until(() => talking.house.asked[0]);
    talking.house.tell({ type: 'run.drafted', runId: run1, turn: 1, delta: 'On and on' });
    await talking.shown('On and on');
    talking.type('/stop\r');
    await talking.shown('Stopped, as you asked.');
    talking.type('/quit\r');
    expect(await talking.exitCode).toBe(0);
  });

  it('has questions answered in order that are typed ahead', async () => {
    const talking = await sitDown();
    talking.type('first\rsecond\r');
    await talking.house.until(() => talking.house.asked[0]);
    expect(talking.house.asked.length).toBe(1);
    talking.house.settle(run1, { kind: 'cancelled', usage: NO_USAGE });
    await talking.house.until(() => talking.house.asked[1]);
    expect(talking.house.asked.map(({ text }) => text)).toEqual(['first', 'second']);
    talking.type(CTRL_D);
    expect(await talking.exitCode).toBe(0);
  });

  it('sees who is alive, without anything that could steer the terminal', async () => {
    const house = new ScriptedHouse();
    // The ids are shown, not used: their brand does not matter here.
    const teams = [
      { userId: 'ann\u001b[2J', state: 'idle', place: 1, lastUsedAt: 0, runs: [] },
      { userId: 'bob', state: 'busy', place: 2, lastUsedAt: 0, runs: [] },
    ] as never;
    const code = { where: 'Python in Deno', why: 'bubblewrap: not installed\u001b[2J' };
    house.show({ teams, teamCount: 7, maxTeams: 9, waitingCount: 2, health: 'degraded', code });
    const talking = await sitDown(house);
    talking.type('/team\r');
    await talking.shown(
      '7 of 9 teams alive, 2 waiting for a place; storage degraded; model scripted\ncode: Python in Deno; not in a stronger sandbox: bubblewrap: not installed[2J\n1. ann[2J (idle)\n2. bob (busy)\nand 5 more\n',
    );
    talking.type(CTRL_D);
    expect(await talking.exitCode).toBe(0);
  });

  it('is told of a command that does not exist', async () => {
    const talking = await sitDown();
    talking.type('/dance now\r');
    await talking.shown('There is no /dance now: /help lists what there is.');
    expect(talking.house.asked).toEqual([]);
    talking.type(CTRL_D);
    expect(await talking.exitCode).toBe(0);
  });

  it('can ask although the past cannot be read', async () => {
    const house = new ScriptedHouse();
    house.storeBroken = true;
    const talking = startTalking({ tty: true, house });
    await talking.shown('the database is away');
    await talking.shown('Type a question, or /help.');
    talking.type('q\r');
    await house.until(() => house.asked[0]);
    house.answer(run1, 'Here');
    await talking.shown('Here');
    talking.type(CTRL_D);
    expect(await talking.exitCode).toBe(0);
  });
});
