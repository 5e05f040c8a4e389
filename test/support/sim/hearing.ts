import type { RunId } from '../../../machines/ids.ts';
import type { RunEvent, RunOutcome } from '../../../machines/question.ts';
import type { Accuse } from './incarnations.ts';
import { callIn } from './mind.ts';

/** What one watcher of a run is told, checked as it comes. */
export interface Hearing {
  hear(event: RunEvent): void;
  /** The events have ended by themselves. */
  end(): void;
}

export interface HearingOptions {
  readonly runId: RunId;
  readonly accuse: Accuse;
  /** What the model says in a call, whole. */
  readonly textOfCall: (nth: number) => string | undefined;
  readonly onSettled: (outcome: RunOutcome) => void;
}

export function openHearing({ runId, accuse, textOfCall, onSettled }: HearingOptions): Hearing {
  let isStarted = false;
  let settlements = 0;
  let turn = 0;
  let draft = '';

  const hearDraft = (event: Extract<RunEvent, { type: 'run.drafted' }>): void => {
    draft = event.turn === turn ? draft + event.delta : event.delta;
    turn = event.turn;
    const whole = textOfCall(callIn(draft));
    if (whole?.startsWith(draft) !== true) accuse('P4', `${runId} shows a garbled draft: ${draft}`);
  };

  const judgeOrder = (event: RunEvent): void => {
    if (event.runId !== runId) accuse('P9', `${runId} hears of ${event.runId}`);
    if (settlements > 0) accuse('P4', `${runId} hears ${event.type} after its end`);
    const needsStart = event.type === 'run.progressed' || event.type === 'run.drafted';
    if (needsStart && !isStarted) accuse('P4', `${runId} hears ${event.type} before its start`);
  };

  return {
    hear(event) {
      judgeOrder(event);
      switch (event.type) {
        case 'run.queued':
          if (event.place < 1) accuse('P3', `${runId} waits at place ${event.place}`);
          break;
        case 'run.started':
          isStarted = true;
          break;
        case 'run.progressed':
          break;
        case 'run.drafted':
          hearDraft(event);
          break;
        case 'run.settled':
          settlements += 1;
          onSettled(event.outcome);
          break;
      }
    },
    end() {
      if (settlements !== 1) accuse('P4', `${runId} ends after ${settlements} outcomes`);
    },
  };
}
