import { RunId, UserId } from '../../../machines/ids.ts';
import { Rejection, sendAnswer, sendJson } from '../answer.ts';
import { readJsonBody } from '../body.ts';
import { idIn, idInPath, numberIn, wholeIn } from '../requests.ts';
import { type Call, type Route, reading } from '../route.ts';
import type { LineStream } from '../streams.ts';
import { feedTo } from './feed.ts';
import type { AdminPowers, InspectedHouse } from './house.ts';

/** What the inspector page asks for. Everything but the last four only looks. */
export const INSPECTOR_ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/api\/inspect\/charts$/, serve: listCharts },
  { method: 'GET', path: /^\/api\/inspect\/census$/, serve: readCensus },
  { method: 'GET', path: /^\/api\/inspect\/stream$/, serve: openStream },
  { method: 'POST', path: /^\/api\/inspect\/follow$/, serve: follow },
  { method: 'GET', path: /^\/api\/inspect\/runs$/, serve: listRuns },
  { method: 'GET', path: /^\/api\/inspect\/runs\/([^/]*)$/, serve: readRun },
  { method: 'GET', path: /^\/api\/inspect\/recordings\/([^/]*)$/, serve: readRecording },
  { method: 'GET', path: /^\/api\/inspect\/queues$/, serve: readQueues },
  { method: 'POST', path: /^\/api\/inspect\/reveal$/, serve: reveal },
  { method: 'POST', path: /^\/api\/inspect\/stop$/, serve: stop },
  { method: 'POST', path: /^\/api\/inspect\/dismiss$/, serve: dismiss },
  { method: 'POST', path: /^\/api\/inspect\/resize$/, serve: resize },
];

function houseOf({ desk }: Call): InspectedHouse {
  if (desk.inspected !== undefined) return desk.inspected;
  throw new Rejection(404, 'This house cannot be inspected.');
}

function powersOf(call: Call): AdminPowers {
  const { admin } = houseOf(call);
  if (admin !== undefined) return admin;
  throw new Rejection(403, 'This inspector only looks: start with "npm start -- --admin" to act.');
}

function listCharts(call: Call): void {
  const isAdmin = houseOf(call).admin !== undefined;
  sendJson(call.res, { charts: houseOf(call).charts(), admin: isAdmin });
}

const MAX_ROWS = 200;

function readCensus(call: Call): void {
  const from = wholeIn(call.query, 'from', { from: 0, to: 10_000_000 }) ?? 0;
  const count = wholeIn(call.query, 'count', { from: 1, to: MAX_ROWS }) ?? 50;
  const find = call.query.get('find') ?? '';
  const window = find === '' ? { from, count } : { from, count, find: find.slice(0, 64) };
  sendJson(call.res, houseOf(call).census(window));
}

/** What each stream follows: one team at a time. */
const following = new WeakMap<LineStream, () => void>();

function openStream(call: Call): void {
  houseOf(call);
  const stream = call.desk.streams.open(call.res);
  following.set(stream, () => {});
  stream.send({ type: 'inspect.opened', stream: stream.id });
}

/** Follows a team on an open stream, or without a user the supervisor, instead of what was followed before. */
async function follow(call: Call): Promise<void> {
  const { desk, req, res } = call;
  const house = houseOf(call);
  const body = await readJsonBody(req, desk.limits.maxBodyBytes);
  const userId = body['userId'] === undefined ? undefined : UserId(idIn(body, 'userId'));
  const stream = desk.streams.find(idIn(body, 'stream'));
  const leave = stream === undefined ? undefined : following.get(stream);
  if (stream === undefined || leave === undefined) {
    throw new Rejection(409, 'That stream is not open any more: open it again.');
  }
  leave();
  const { clock } = desk;
  following.set(stream, feedTo(stream, userId, { house, clock }));
  sendAnswer(res, { status: 204 });
}

async function listRuns(call: Call): Promise<void> {
  const limit = wholeIn(call.query, 'limit', { from: 1, to: MAX_ROWS }) ?? 50;
  const runs = await reading(call, (signal) => houseOf(call).runs({ limit, signal }));
  sendJson(call.res, { runs });
}

async function readRun(call: Call): Promise<void> {
  const runId = RunId(idInPath(call.segment, 'run id'));
  const run = await reading(call, (signal) => houseOf(call).run(runId, { signal }));
  if (run === undefined) throw unknownRun();
  sendJson(call.res, run);
}

async function readRecording(call: Call): Promise<void> {
  const runId = RunId(idInPath(call.segment, 'run id'));
  const replayed = await reading(call, () => houseOf(call).recording(runId));
  if (replayed === undefined)
    throw new Rejection(404, 'Nothing was recorded of that run, or it is gone.');
  sendJson(call.res, replayed);
}

async function readQueues(call: Call): Promise<void> {
  const limit = wholeIn(call.query, 'limit', { from: 1, to: MAX_ROWS }) ?? 50;
  sendJson(call.res, await reading(call, (signal) => houseOf(call).queues({ limit, signal })));
}

async function reveal(call: Call): Promise<void> {
  const admin = powersOf(call);
  const body = await readJsonBody(call.req, call.desk.limits.maxBodyBytes);
  const runId = RunId(idIn(body, 'runId'));
  call.desk.log.warn('inspector.revealed', { runId });
  const texts = await reading(call, (signal) => admin.texts(runId, { signal }));
  if (texts === undefined) throw unknownRun();
  sendJson(call.res, texts);
}

async function stop(call: Call): Promise<void> {
  const admin = powersOf(call);
  const body = await readJsonBody(call.req, call.desk.limits.maxBodyBytes);
  const userId = UserId(idIn(body, 'userId'));
  const runId = body['runId'] === undefined ? {} : { runId: RunId(idIn(body, 'runId')) };
  admin.stop({ userId, ...runId });
  sendAnswer(call.res, { status: 204 });
}

async function dismiss(call: Call): Promise<void> {
  const admin = powersOf(call);
  const body = await readJsonBody(call.req, call.desk.limits.maxBodyBytes);
  const userId = UserId(idIn(body, 'userId'));
  call.desk.log.warn('inspector.dismissed', { userId });
  admin.dismiss(userId);
  sendAnswer(call.res, { status: 204 });
}

async function resize(call: Call): Promise<void> {
  const admin = powersOf(call);
  const body = await readJsonBody(call.req, call.desk.limits.maxBodyBytes);
  const maxTeams = numberIn(body, 'maxTeams', { from: 1, to: 1_000_000 });
  call.desk.log.warn('inspector.resized', { maxTeams });
  admin.resize(maxTeams);
  sendAnswer(call.res, { status: 204 });
}

const unknownRun = () => new Rejection(404, 'There is no such run.');
