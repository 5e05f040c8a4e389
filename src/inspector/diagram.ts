import type { Chart, ChartState, ChartTransition } from './chart.ts';

/** A chart as a Mermaid diagram (`stateDiagram-v2`); the states named in `active` stand out. */
export function diagramOf(chart: Chart, active: readonly string[] = []): string {
  const lines = [
    'stateDiagram-v2',
    ...level(chart, undefined),
    ...chart.transitions.flatMap(arrow),
    ...(active.length === 0 ? [] : ['classDef active fill:#f90,color:#000,stroke-width:3px']),
    ...active.map((state) => `class ${idOf(state)} active`),
  ];
  return lines.join('\n');
}

/** Diagrams take no dots in ids. */
const idOf = (state: string): string => state.replaceAll('.', '__');

/** The states of one level, with what is inside of them. */
function level(chart: Chart, within: ChartState | undefined): readonly string[] {
  const states = chart.states.filter((state) => state.within === within?.id);
  const drawn = states.map((state) => [...declared(chart, state), ...begun(state)]);
  const separator = within?.kind === 'parallel' ? ['--'] : [];
  return drawn.flatMap((lines, index) => (index === 0 ? lines : [...separator, ...lines]));
}

function declared(chart: Chart, state: ChartState): readonly string[] {
  const id = idOf(state.id);
  const inside = level(chart, state).map((line) => `  ${line}`);
  if (inside.length > 0) return [`state "${state.name}" as ${id} {`, ...inside, '}'];
  const runs = state.invokes.map((port) => `${id} : runs ${port}`);
  const stays = chart.transitions.filter(({ from, to }) => from === state.id && to === undefined);
  return [
    `state "${state.name}" as ${id}`,
    ...runs,
    ...stays.map((transition) => `${id} : ${inWords(transition)}`),
    ...(state.kind === 'final' ? [`${id} --> [*]`] : []),
  ];
}

const begun = ({ id, isInitial }: ChartState): readonly string[] =>
  isInitial ? [`[*] --> ${idOf(id)}`] : [];

/** A transition that leaves its state; what the whole machine answers to has none to be drawn from. */
function arrow(transition: ChartTransition): readonly string[] {
  const { from, to } = transition;
  if (to === undefined || from === '') return [];
  const words = inWords(transition);
  return [`${idOf(from)} --> ${idOf(to)}${words === '' ? '' : ` : ${words}`}`];
}

/** A transition in words; a diagram takes no colons in them. */
export function inWords({ event, guard }: ChartTransition): string {
  const condition = guard === undefined ? '' : `[${guard}]`;
  return `${event.replaceAll(':', '')} ${condition}`.trim();
}
