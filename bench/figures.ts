/** One measured number and, where there is one, the limit it has to keep. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: Goal;
}

export interface Goal {
  readonly kind: 'at_most' | 'at_least';
  readonly value: number;
}

export const atMost = (value: number): Goal => ({ kind: 'at_most', value });
export const atLeast = (value: number): Goal => ({ kind: 'at_least', value });

/** True unless a goal is missed; a figure without one cannot miss it. */
export function isMet({ value, goal }: Figure): boolean {
  if (goal === undefined) return true;
  return goal.kind === 'at_most' ? value <= goal.value : value >= goal.value;
}

/** The middle value: one disturbed batch on a shared machine does not move it. Throws when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error('Nothing was measured.');
  return (lower + upper) / 2;
}

/** Three significant digits: more would be noise. */
export const rounded = (value: number): number => Number(value.toPrecision(3));

const SIGNS = { at_most: '≤', at_least: '≥' } as const;

/** A table for people: name, figure, goal and whether it is met. */
export function tableOf(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  return figures.map((figure) => lineOf(figure, width)).join('\n');
}

function lineOf(figure: Figure, width: number): string {
  const { name, value, unit, goal } = figure;
  const measured = `${name.padEnd(width)}  ${String(rounded(value)).padStart(9)} ${unit.padEnd(10)}`;
  if (goal === undefined) return measured.trimEnd();
  return `${measured}  ${SIGNS[goal.kind]} ${goal.value}  ${isMet(figure) ? 'met' : 'MISSED'}`;
}
