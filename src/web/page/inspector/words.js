/** @import { InspectedEvent, StepEnded } from '../../../shared/inspected-event.ts' */
/** @import { Picture } from './picture.js' */

/**
 * Who did what, in words.
 *
 * @param {InspectedEvent} event
 * @param {Picture} picture Knows the names of the actors.
 * @returns {{ who: string, what: string }}
 */
export function wordsOf(event, picture) {
  /** @param {string | undefined} id */
  const name = (id) => nameIn(picture, id);
  switch (event.type) {
    case 'actor.started':
      return { who: event.name, what: 'started' };
    case 'actor.stopped':
      return {
        who: name(event.actor),
        what: event.how === 'done' ? 'is done' : `ended: ${event.how}`,
      };
    case 'actor.moved':
      return {
        who: name(event.actor),
        what: `→ ${event.states.join(', ')} on ${eventInWords(event.event)}`,
      };
    case 'message.sent':
      return {
        who: `${name(event.from)} → ${name(event.to)}`,
        what: `${eventInWords(event.event)} (${event.chars} chars)`,
      };
    case 'step.started':
      return { who: event.agent, what: `${event.kind} ${event.tools.join(', ')} begins` };
    case 'step.ended':
      return { who: event.agent, what: endOf(event) };
    case 'mailbox.changed':
      return {
        who: name(event.actor),
        what: `mailbox: ${event.queued} wait, ${event.running} run`,
      };
    case 'supervisor.moved':
      return {
        who: 'supervisor',
        what: `${event.event}${event.userId === undefined ? '' : ` of ${event.userId}`}: ${event.teams} teams, ${event.waiting} wait`,
      };
    case 'feed.dropped':
      return { who: 'feed', what: `${event.count} events were left out` };
  }
}

/** @param {StepEnded} step */
function endOf({ kind, tookMs, result, model, promptTokens, completionTokens }) {
  const tokens = promptTokens + completionTokens;
  const cost = tokens === 0 ? '' : `, ${tokens} tokens`;
  return `${kind} ${result} in ${Math.round(tookMs)} ms${cost}${model === undefined ? '' : ` by ${model}`}`;
}

/**
 * The name of an actor among its siblings.
 *
 * @param {Picture} picture
 * @param {string | undefined} id
 */
export const nameIn = (picture, id) =>
  id === undefined ? 'outside' : (picture.names.get(id) ?? id);

/**
 * The type of an event as people read it: XState's own are long.
 *
 * @param {string} type
 */
export function eventInWords(type) {
  if (type.startsWith('xstate.done.')) return 'done';
  if (type.startsWith('xstate.error.')) return 'error';
  const after = /^xstate\.after\.([^.]*)\./.exec(type)?.[1];
  return after === undefined ? type : `after ${after}`;
}
