import { leaderMachine } from '../../machines/leader/leader.machine.ts';
import { memberMachine } from '../../machines/member/member.machine.ts';
import { MACHINES_VERSION } from '../../machines/version.ts';
import { innermost } from './actors.ts';
import { chartOf } from './chart.ts';
import { diagramOf } from './diagram.ts';
import { heardInWords } from './heard-in-words.ts';
import type { Frame, Replay } from './replay.ts';

/** What a replay came to, in two or three lines. */
export function summaryOf({ recording, frames, diverges, outcome }: Replay): readonly string[] {
  const { run, end, machinesVersion, texts, stepsLeftOut } = recording;
  const left = stepsLeftOut === 0 ? '' : `, ${stepsLeftOut} more were not kept`;
  const kept = texts === 'kept' ? 'with its texts' : 'without its texts';
  const versions =
    machinesVersion === MACHINES_VERSION
      ? `machines ${machinesVersion}`
      : `machines ${machinesVersion} then, ${MACHINES_VERSION} now`;
  const { channelId, epoch, runId, userId } = run;
  return [
    `run ${runId} of ${userId} in ${channelId}, epoch ${epoch}: ${frames.length} steps${left}, ${kept}, ${versions}`,
    `recorded end: ${recording.outcome?.kind ?? end}; replayed end: ${outcome?.kind ?? 'none'}`,
    diverges === undefined
      ? 'every step leads where it led'
      : `goes otherwise from step ${diverges.number} on: ${diverges.divergence}`,
  ];
}

/** One step without its time: who heard what, and where that leads now. */
export function wordsOf({ step, now }: Frame): string {
  const heard = step.kind === 'began' ? 'begins' : heardInWords(step.event.type);
  return `${step.actor} ${heard} → ${now ?? 'nowhere'}`;
}

/** One step in a line: its number, when, who heard what, and where that leads. */
export function lineOf(frame: Frame, startedAt: number): string {
  const { number, step, divergence } = frame;
  const time = `+${step.at - startedAt} ms`.padStart(12);
  const mark = divergence === undefined ? '' : `   ≠ ${divergence}`;
  return `${String(number).padStart(5)} ${time}  ${wordsOf(frame)}${mark}`;
}

export const startOf = ({ frames }: Replay): number => frames[0]?.step.at ?? 0;

/** The machine of a step's actor as a Mermaid diagram, the state that it is in then marked. */
export function diagramAt({ step, machine, states }: Frame): string {
  const value = states.get(step.actor);
  return diagramOf(
    chartOf(machine === 'leader' ? leaderMachine : memberMachine),
    value === undefined ? [] : innermost(value),
  );
}
