/** @import { DrawnChart, InspectedEvent, Queues, RunFacts, RunSteps, RunTexts } from '../../../shared/inspection.ts' */
/** @import { Census, Replayed } from '../../inspector/house.ts' */
/** @import { InspectorLine } from '../../wire.ts' */
import { createCaller } from '../api.js';

/**
 * @typedef {object} InspectApi Each call rejects with `Refused` when the house says no, with another error when it cannot be reached.
 * @property {() => Promise<{ charts: readonly DrawnChart[], admin: boolean }>} charts
 * @property {(window: { from: number, count: number, find: string }) => Promise<Census>} census
 * @property {(signal: AbortSignal) => AsyncGenerator<InspectorLine>} open Throws when the connection ends or falls silent.
 * @property {(stream: string, userId: string | undefined) => Promise<void>} follow
 * @property {() => Promise<readonly RunFacts[]>} runs
 * @property {(runId: string) => Promise<RunSteps>} run
 * @property {(runId: string) => Promise<Replayed>} recording
 * @property {() => Promise<Queues>} queues
 * @property {(runId: string) => Promise<RunTexts>} reveal
 * @property {(userId: string, runId?: string) => Promise<void>} stop
 * @property {(userId: string) => Promise<void>} dismiss
 * @property {(maxTeams: number) => Promise<void>} resize
 */

/**
 * What the inspector asks of the house.
 *
 * @param {string} token
 * @returns {InspectApi}
 */
export function createInspectApi(token) {
  const { post, read, lines } = createCaller(token);
  /** @param {string} path @param {object} body */
  const tell = async (path, body) => void (await post(`/api/inspect/${path}`, body));
  return {
    charts: () => read('/api/inspect/charts'),
    census: ({ from, count, find }) =>
      read(`/api/inspect/census?from=${from}&count=${count}&find=${encodeURIComponent(find)}`),
    open: (signal) => lines('/api/inspect/stream', signal),
    follow: (stream, userId) => tell('follow', { stream, userId }),
    runs: async () => (await read('/api/inspect/runs?limit=100')).runs,
    run: (runId) => read(`/api/inspect/runs/${encodeURIComponent(runId)}`),
    recording: (runId) => read(`/api/inspect/recordings/${encodeURIComponent(runId)}`),
    queues: () => read('/api/inspect/queues?limit=50'),
    reveal: (runId) => post('/api/inspect/reveal', { runId }),
    stop: (userId, runId) => tell('stop', { userId, runId }),
    dismiss: (userId) => tell('dismiss', { userId }),
    resize: (maxTeams) => tell('resize', { maxTeams }),
  };
}
