/** Label values by label name, in the order in which they are written. */
export type Labels = Readonly<Record<string, string>>;

/** Counts up, for each set of labels by itself. */
export interface Counter {
  add(labels: Labels, amount?: number): void;
}

/** Sorts durations into buckets, for each set of labels by itself. */
export interface Histogram {
  observe(labels: Labels, seconds: number): void;
}

/** Numbers in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export interface Series {
  counter(name: string, help: string): Counter;
  histogram(name: string, help: string): Histogram;
  /** What is read anew each time: one value for each set of labels. */
  gauge(name: string, help: string, read: () => readonly (readonly [Labels, number])[]): void;
  text(): string;
}

/** Seconds: from a quick tool to the deadline of a run. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

export function createSeries(): Series {
  const families: (() => readonly string[])[] = [];
  const family = (head: { name: string; help: string; type: string }, lines: () => string[]) => {
    const { name, help, type } = head;
    families.push(() => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines()]);
  };
  return {
    counter(name, help) {
      const values = new Map<string, number>();
      family({ name, help, type: 'counter' }, () =>
        [...values].map(([labels, value]) => `${name}${labels} ${value}`),
      );
      return {
        add(labels, amount = 1) {
          const key = textOf(labels);
          values.set(key, (values.get(key) ?? 0) + amount);
        },
      };
    },
    histogram(name, help) {
      const values = new Map<string, Spread>();
      family({ name, help, type: 'histogram' }, () =>
        [...values.values()].flatMap((spread) => linesOf(name, spread)),
      );
      return {
        observe(labels, seconds) {
          const key = textOf(labels);
          const spread = values.get(key) ?? emptySpread(labels);
          values.set(key, spread);
          spread.count++;
          spread.sum += seconds;
          for (const [at, most] of BUCKETS.entries())
            if (seconds <= most) spread.within[at] = (spread.within[at] ?? 0) + 1;
        },
      };
    },
    gauge(name, help, read) {
      family({ name, help, type: 'gauge' }, () =>
        read().map(([labels, value]) => `${name}${textOf(labels)} ${value}`),
      );
    },
    text: () => `${families.flatMap((lines) => lines()).join('\n')}\n`,
  };
}

interface Spread {
  readonly labels: Labels;
  /** How many were at most as long as each bucket says. */
  readonly within: number[];
  count: number;
  sum: number;
}

const emptySpread = (labels: Labels): Spread => ({
  labels,
  within: BUCKETS.map(() => 0),
  count: 0,
  sum: 0,
});

function linesOf(name: string, { labels, within, count, sum }: Spread): readonly string[] {
  const bucket = (le: string, value: number) =>
    `${name}_bucket${textOf({ ...labels, le })} ${value}`;
  return [
    ...BUCKETS.map((most, at) => bucket(String(most), within[at] ?? 0)),
    bucket('+Inf', count),
    `${name}_sum${textOf(labels)} ${sum}`,
    `${name}_count${textOf(labels)} ${count}`,
  ];
}

function textOf(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
