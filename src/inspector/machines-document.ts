import type { AnyStateMachine } from 'xstate';
import { type Chart, type ChartState, chartOf } from './chart.ts';
import { diagramOf, inWords } from './diagram.ts';

/** A machine, and where it is written. */
export interface DocumentedMachine {
  /** From the root of the project. */
  readonly file: string;
  readonly machine: AnyStateMachine;
}

/** The document that shows every machine, as Markdown: the same machines give the same text. */
export function machinesDocument(machines: readonly DocumentedMachine[]): string {
  const sections = machines.map(section);
  return `${[HEAD, ...sections].join('\n\n')}\n`;
}

const HEAD = `# The machines

Drawn from the machines themselves by \`npm run docs:machines\`; a test fails when this page is stale. An arrow is a transition, with
the event that it is taken on and, in brackets, its condition; one without an event is taken at once. \`runs\` names the port or the
machine that works while its state lasts, \`done\` and \`error\` what comes of that. Watched live, they look like this too: open the
inspector in the console.`;

function section({ file, machine }: DocumentedMachine): string {
  const chart = chartOf(machine);
  const answers = answersAround(chart);
  const exits = waysFromEverywhere(chart);
  const counts = `${chart.states.length} states, ${chart.transitions.length} transitions`;
  return [
    `## ${chart.machine}`,
    `[${file}](../${file}): ${counts}.`,
    `\`\`\`mermaid\n${diagramOf(chart)}\n\`\`\``,
    ...(exits.length === 0 ? [] : [`From every state: ${exits.join(', ')}.`]),
    ...(answers.length === 0 ? [] : ['Answered without leaving a state:', answers.join('\n')]),
  ].join('\n\n');
}

/** Where the whole machine goes, whatever its state: an arrow would have nowhere to begin. */
const waysFromEverywhere = ({ transitions }: Chart): readonly string[] =>
  transitions.flatMap((one) =>
    one.from === '' && one.to !== undefined ? [`\`${inWords(one)}\` to \`${one.to}\``] : [],
  );

/** What is answered by a state that has others inside of it, or by the whole machine: a diagram has no place for it. */
function answersAround(chart: Chart): readonly string[] {
  const around: readonly Pick<ChartState, 'id' | 'name'>[] = [
    { id: '', name: 'everywhere' },
    ...chart.states.filter(({ id }) => chart.states.some(({ within }) => within === id)),
  ];
  return around.flatMap(({ id, name }) => {
    const stays = chart.transitions.filter(({ from, to }) => from === id && to === undefined);
    const words = [...new Set(stays.map((one) => `\`${inWords(one)}\``))];
    return words.length === 0
      ? []
      : [`- ${id === '' ? name : `in \`${id}\``}: ${words.join(', ')}`];
  });
}
