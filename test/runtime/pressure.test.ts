import { expect, it } from 'vitest';
import { watchPressure } from '../../src/runtime/pressure.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { simulatedClock } from '../../src/testing/clock.ts';

/** Memory as it is read every five seconds, in per cent of the limit; gives what was shed each time. */
async function shedAt(used: readonly number[], liveTeams = 100): Promise<readonly number[]> {
  const clock = simulatedClock();
  const shed: number[] = [];
  let reading = 0;
  const stop = watchPressure({
    clock,
    read: () => ({ usedBytes: used[reading] ?? 0, limitBytes: 100 }),
    liveTeams: () => liveTeams,
    shed: (count) => {
      shed[reading] = count;
    },
  });
  for (reading = 0; reading < used.length; reading++) {
    shed[reading] = 0;
    await clock.advance(5_000);
  }
  stop();
  expect(clock.pending).toBe(0);
  return shed;
}

it('sheds a twentieth of the teams at each reading while memory is short', async () => {
  expect(await shedAt([79, 80, 95])).toEqual([0, 5, 5]);
});

it('goes on until there is air again, so that it does not flutter', async () => {
  expect(await shedAt([81, 79, 76, 75, 79, 80])).toEqual([5, 5, 5, 0, 0, 5]);
});

it('sheds one team at the least', async () => {
  expect(await shedAt([90], 3)).toEqual([1]);
  expect(await shedAt([90], 0)).toEqual([1]);
});

it('lets the least recently used idle teams go, and no busy one', async () => {
  let usedBytes = 10;
  const house = await aHouse({
    script: ({ run }) => (run.userId === 'ada' ? { kind: 'hang' } : { kind: 'say', text: '42' }),
    memory: () => ({ usedBytes, limitBytes: 100 }),
  });
  for (const name of ['ada1', 'bob1', 'cyd1']) await house.ask(name);
  usedBytes = 90;
  await house.pass(5_000);
  expect(teams(house)).toEqual(['ada', 'cyd']);
  await house.pass(10_000);
  expect(teams(house)).toEqual(['ada']);
  usedBytes = 10;
  await house.close();
});

const teams = ({ runtime }: Awaited<ReturnType<typeof aHouse>>): readonly string[] =>
  runtime
    .view(10)
    .teams.map(({ userId }) => userId)
    .sort();
