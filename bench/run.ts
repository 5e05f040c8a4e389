import { readOptions, takeText } from '../proof/options.ts';
import { creation } from './creation.ts';
import { durability } from './durability.ts';
import { type Figure, isMet, rounded, tableOf } from './figures.ts';
import type { Part } from './part.ts';
import { startup } from './startup.ts';
import { supervisor } from './supervisor.ts';
import { turns } from './turns.ts';

/** The benchmark: a table for people, then one line of JSON that says whether every goal was met (`ok`). */
const PARTS: readonly Part[] = [creation, turns, supervisor, startup, durability];

const { text: only, rest } = takeText('only', process.argv.slice(2));
const quick = readOptions({}, ['quick'], rest).flags.has('quick');

const chosen = partsIn(only);
const figures: Figure[] = [];
for (const part of chosen) {
  process.stderr.write(`${part.key}: ${part.title}\n`);
  const measured = await part.measure({ quick });
  console.log(`\n${part.key}) ${part.title}\n${tableOf(measured)}`);
  figures.push(...measured);
}
const ok = figures.every(isMet);
console.log(`\n${JSON.stringify(resultOf(figures, ok))}`);

function partsIn(wished: string | undefined): readonly Part[] {
  if (wished === undefined) return PARTS;
  const keys = wished.split(',').map((key) => key.trim());
  const unknown = keys.filter((key) => !PARTS.some((part) => part.key === key));
  if (unknown.length === 0) return PARTS.filter(({ key }) => keys.includes(key));
  const known = PARTS.map(({ key, title }) => `${key} (${title})`).join(', ');
  console.error(`--only must name parts of ${known}, got "${wished}".`);
  process.exit(2);
}

function resultOf(all: readonly Figure[], isOk: boolean) {
  return {
    suite: 'bench',
    // Nothing here is drawn by chance but the jitter of retries, and nothing is retried.
    seed: 0,
    ok: isOk,
    figures: all.map(({ name, value, unit, goal }) => ({
      name,
      value: rounded(value),
      unit,
      ...(goal === undefined ? {} : { [goal.kind]: goal.value }),
    })),
  };
}
