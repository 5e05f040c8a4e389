import { ChannelId, RunId } from '../../machines/ids.ts';
import { Rejection, sendAnswer, sendJson } from './answer.ts';
import { readJsonBody } from './body.ts';
import { INSPECTOR_ROUTES } from './inspector/routes.ts';
import { confirmationIn, idIn, idInPath, lineIn, pageIn, questionIn, stopIn } from './requests.ts';
import { type Call, type Route, reading } from './route.ts';
import { attachRun, houseStream, inWords, joinRun, pump } from './run-lines.ts';
import { entryOnWire } from './wire.ts';

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/api\/house$/, serve: streamHouse },
  { method: 'POST', path: /^\/api\/ask$/, serve: ask },
  { method: 'POST', path: /^\/api\/watch$/, serve: watch },
  { method: 'GET', path: /^\/api\/runs\/([^/]*)\/events$/, serve: streamRun },
  { method: 'POST', path: /^\/api\/stop$/, serve: stop },
  { method: 'GET', path: /^\/api\/files\/([^/]*)$/, serve: readFile },
  { method: 'POST', path: /^\/api\/confirm$/, serve: confirm },
  { method: 'POST', path: /^\/api\/memory$/, serve: command },
  { method: 'GET', path: /^\/api\/sessions$/, serve: listSessions },
  { method: 'GET', path: /^\/api\/sessions\/([^/]*)$/, serve: readConversation },
  ...INSPECTOR_ROUTES,
];

/** Serves one request to /api. Throws `Rejection` when there is nothing to serve. */
export async function serveApi(request: Omit<Call, 'segment'> & { path: string }): Promise<void> {
  const matching = ROUTES.flatMap((route) => {
    const match = route.path.exec(request.path);
    return match === null ? [] : [{ route, segment: match[1] ?? '' }];
  });
  if (matching.length === 0) throw new Rejection(404, 'There is nothing here.');
  const hit = matching.find(({ route }) => route.method === request.req.method);
  if (hit !== undefined) return hit.route.serve({ ...request, segment: hit.segment });
  const allowed = matching.map(({ route }) => route.method).join(', ');
  throw new Rejection(405, `Only ${allowed} can be used here.`, { Allow: allowed });
}

/** Overviews of the house, and the events of every run that is attached to the stream. */
function streamHouse({ res, desk }: Call): void {
  const stream = desk.streams.open(res);
  desk.attached.set(stream, new Set());
  stream.send({ type: 'house.opened', stream: stream.id });
  const leave = desk.feed.subscribe((overview) => stream.send({ type: 'house.changed', overview }));
  stream.signal.addEventListener('abort', leave, { once: true });
}

/**
 * Asks a question. Its events come as this response, or on the stream of the house that the body names (browsers
 * allow six connections per site: a page must not spend one on each run). Asked twice, it is joined, not run twice.
 */
async function ask({ req, res, desk }: Call): Promise<void> {
  const body = await readJsonBody(req, desk.limits.maxBodyBytes);
  const question = { ...questionIn(body, desk.limits.maxQuestionChars), userId: desk.userId };
  const { runId } = question;
  const open = (signal: AbortSignal) =>
    joinRun(desk, runId, signal) ?? inWords(desk.house.ask(question, { signal }));
  if (body['stream'] === undefined) {
    const stream = desk.streams.open(res);
    await pump({ desk, stream }, open(stream.signal));
    return stream.end();
  }
  attachRun({ desk, stream: houseStream(desk, body['stream']), runId }, open);
  sendAnswer(res, { status: 202 });
}

/** Attaches a run under way to a stream of the house. */
async function watch({ req, res, desk }: Call): Promise<void> {
  const body = await readJsonBody(req, desk.limits.maxBodyBytes);
  const runId = RunId(idIn(body, 'runId'));
  const stream = houseStream(desk, body['stream']);
  attachRun({ desk, stream, runId }, (signal) => {
    const lines = joinRun(desk, runId, signal);
    if (lines === undefined) throw notUnderWay();
    return lines;
  });
  sendAnswer(res, { status: 202 });
}

/** The events of one run under way, as this response. */
async function streamRun({ res, segment, desk }: Call): Promise<void> {
  const runId = RunId(idInPath(segment, 'run id'));
  const reader = new AbortController();
  const lines = joinRun(desk, runId, reader.signal);
  if (lines === undefined) throw notUnderWay();
  try {
    const stream = desk.streams.open(res);
    stream.signal.addEventListener('abort', () => reader.abort(), { once: true });
    await pump({ desk, stream }, lines);
    stream.end();
  } finally {
    reader.abort();
  }
}

async function stop({ req, res, desk }: Call): Promise<void> {
  const what = stopIn(await readJsonBody(req, desk.limits.maxBodyBytes));
  desk.house.cancel({ userId: desk.userId, ...what });
  sendAnswer(res, { status: 204 });
}

/** The asker's word on something that a run waits for. */
async function confirm({ req, res, desk }: Call): Promise<void> {
  const what = confirmationIn(await readJsonBody(req, desk.limits.maxBodyBytes));
  const kept = await desk.house.confirm({ userId: desk.userId, ...what });
  if (kept.kind === 'unknown') throw new Rejection(404, 'That is not waited for (any more).');
  if (kept.kind === 'failed') throw new Rejection(503, 'That could not be kept: please try again.');
  sendAnswer(res, { status: 204 });
}

/** What is kept of the user: shown, exported, erased, by a line as people type it. */
async function command(call: Call): Promise<void> {
  const { house, userId, limits } = call.desk;
  const body = await readJsonBody(call.req, limits.maxBodyBytes);
  const line = { userId, channelId: ChannelId(idIn(body, 'channelId')), line: lineIn(body) };
  const said = await reading(call, (signal) => house.command(line, { signal }));
  sendJson(call.res, { said });
}

async function listSessions(call: Call): Promise<void> {
  const { house, userId } = call.desk;
  const sessions = await reading(call, (signal) => house.sessions(userId, { signal }));
  sendJson(call.res, { sessions });
}

async function readConversation(call: Call): Promise<void> {
  const { house, userId } = call.desk;
  const channelId = ChannelId(idInPath(call.segment, 'channel id'));
  const page = { userId, channelId, ...pageIn(call.query) };
  const entries = await reading(call, (signal) => house.conversation(page, { signal }));
  sendJson(call.res, { entries: entries.map(entryOnWire) });
}

/** A file that a run has made. It is a download, whatever it says it is: nothing of it runs here. */
async function readFile(call: Call): Promise<void> {
  const { house, userId } = call.desk;
  const id = idInPath(call.segment, 'file id');
  const file = await reading(call, (signal) => house.file(userId, id, { signal }));
  if (file === undefined) throw new Rejection(404, 'That file is not there (any more).');
  sendAnswer(call.res, {
    status: 200,
    headers: {
      'Content-Type': file.mime,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    },
    body: file.data,
  });
}

const notUnderWay = () => new Rejection(404, 'That run is not under way (any more).');
