import type http from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isRecord, parseJson } from '../../../src/shared/parse.ts';
import { guildCreate } from './guild-create.ts';
import type { Message } from './objects.ts';
import type { World } from './world.ts';

/** One client's session: it outlives its connections. */
interface Session {
  readonly id: string;
  readonly intents: number;
  readonly shard: readonly [number, number];
  /** Everything dispatched, so that a resumed connection misses nothing. */
  readonly sent: { readonly s: number; readonly text: string }[];
  seq: number;
  socket: WebSocket | undefined;
}

export interface GatewayOptions {
  readonly world: World;
  readonly token: string;
  readonly url: () => string;
  readonly onChange: () => void;
}

/** Discord counts to five seconds; what is on its way may be a moment early. */
const IDENTIFY_EVERY_MS = 4_900;

const INTENTS = { guildMessages: 1 << 9, directMessages: 1 << 12, messageContent: 1 << 15 };

/** The gateway: identify, heartbeat, resume with replay, and every way to lose a connection. */
export class FakeGateway {
  /** Identifies, resumes and heartbeats so far. */
  readonly counts = { identified: 0, resumed: 0, beats: 0, connections: 0, tooSoon: 0 };
  /** The last presence that the bot has shown. */
  presence: unknown;
  heartbeatMs = 41_250;
  /** False: heartbeats stay without an answer. */
  acknowledges = true;
  /** False: identifying with Message Content closes with 4014. */
  grantsMessageContent = true;
  /** How many shards a bot is told to make. */
  shards = 1;
  /** Identifies that may come at once for a while; undefined: as many as anybody likes. */
  maxConcurrency: number | undefined;
  /** Shards in the order in which they have identified, with the servers that each was told of. */
  readonly identified: { readonly shard: number; readonly guilds: readonly string[] }[] = [];
  /** Whether a session may be resumed. */
  resumes = true;
  readonly #options: GatewayOptions;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #sessions = new Map<string, Session>();
  readonly #identifiedAt = new Map<number, number>();

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return [...this.#sessions.values()].some(({ socket }) => socket !== undefined);
  }

  upgrade(req: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(req, socket, head, (ws) => this.#connected(ws));
  }

  #connected(ws: WebSocket): void {
    this.counts.connections += 1;
    let session: Session | undefined;
    ws.on('error', () => {});
    ws.on('close', () => {
      if (session?.socket === ws) session.socket = undefined;
      this.#options.onChange();
    });
    ws.on('message', (data) => {
      const parsed = parseJson(String(data));
      if (!parsed.ok || !isRecord(parsed.value)) return ws.close(4_002, 'Decode error.');
      const { op, d } = parsed.value;
      if (op === 1) this.#beat(ws);
      else if (op === 2) session = this.#identify(ws, d);
      else if (op === 6) session = this.#resume(ws, d);
      else if (op === 3) this.presence = d;
      this.#options.onChange();
    });
    send(ws, { op: 10, d: { heartbeat_interval: this.heartbeatMs } });
  }

  #beat(ws: WebSocket): void {
    this.counts.beats += 1;
    if (this.acknowledges) send(ws, { op: 11 });
  }

  #identify(ws: WebSocket, d: unknown): Session | undefined {
    const { token, url, world } = this.#options;
    this.counts.identified += 1;
    if (!isRecord(d) || d['token'] !== token) {
      ws.close(4_004, 'Authentication failed.');
      return undefined;
    }
    const intents = Number(d['intents']);
    if (!this.grantsMessageContent && (intents & INTENTS.messageContent) !== 0) {
      ws.close(4_014, 'Disallowed intent(s).');
      return undefined;
    }
    // discord.js always names its shard.
    const shard = (d['shard'] ?? [0, 1]) as [number, number];
    if (this.#isTooSoon(shard[0])) {
      send(ws, { op: 9, d: false });
      return undefined;
    }
    const id = `session-${this.counts.identified}`;
    const session: Session = { id, intents, shard, sent: [], seq: 0, socket: ws };
    this.#sessions.set(id, session);
    const guilds = [...world.guilds.keys()].filter((guild) => isOnShard(guild, shard));
    this.identified.push({ shard: shard[0], guilds });
    this.#dispatch(session, 'READY', {
      v: 10,
      user: { ...world.bot, verified: true, mfa_enabled: false, email: null, flags: 0 },
      guilds: guilds.map((guild) => ({ id: guild, unavailable: true })),
      session_id: id,
      resume_gateway_url: url(),
      shard,
      application: { id: world.bot.id, flags: 0 },
    });
    for (const guild of guilds) this.#dispatch(session, 'GUILD_CREATE', guildCreate(world, guild));
    return session;
  }

  /** Shards whose numbers have the same rest wait for each other. */
  #isTooSoon(shard: number): boolean {
    if (this.maxConcurrency === undefined) return false;
    const key = shard % this.maxConcurrency;
    const now = this.#options.world.now();
    const isTooSoon = now - (this.#identifiedAt.get(key) ?? 0) < IDENTIFY_EVERY_MS;
    if (isTooSoon) this.counts.tooSoon += 1;
    else this.#identifiedAt.set(key, now);
    return isTooSoon;
  }

  #resume(ws: WebSocket, d: unknown): Session | undefined {
    const known = isRecord(d) ? this.#sessions.get(String(d['session_id'])) : undefined;
    if (!isRecord(d) || known === undefined || !this.resumes) {
      send(ws, { op: 9, d: false });
      return undefined;
    }
    this.counts.resumed += 1;
    known.socket = ws;
    for (const { s, text } of known.sent) if (s > Number(d['seq'])) ws.send(text);
    this.#dispatch(known, 'RESUMED', {});
    return known;
  }

  #dispatch(session: Session, t: string, d: unknown): void {
    session.seq += 1;
    const text = JSON.stringify({ op: 0, t, s: session.seq, d });
    session.sent.push({ s: session.seq, text });
    session.socket?.send(text);
  }

  /** Tells every session that may know. Without Message Content, others' messages come without their words. */
  tell(type: string, data: object, about: Message | undefined): void {
    const guildId = 'guild_id' in data ? String(data.guild_id) : undefined;
    for (const session of this.#sessions.values()) {
      if (!hears(session, guildId, about !== undefined)) continue;
      const isHidden = about !== undefined && !this.#mayRead(session, about);
      this.#dispatch(session, type, isHidden && 'content' in data ? wordless(data) : data);
    }
    this.#options.onChange();
  }

  #mayRead({ intents }: Session, { author, guild_id, mentions }: Message): boolean {
    const { bot } = this.#options.world;
    return (
      (intents & INTENTS.messageContent) !== 0 ||
      guild_id === undefined ||
      author.id === bot.id ||
      mentions.some(({ id }) => id === bot.id)
    );
  }

  /** Cable cut of one shard: no goodbye. */
  cutShard(shard: number): void {
    for (const session of this.#sessions.values())
      if (session.shard[0] === shard) session.socket?.terminate();
  }

  /** Cable cut: no goodbye. */
  cut(): void {
    for (const ws of this.#server.clients) ws.terminate();
    for (const { socket } of this.#sessions.values()) socket?.terminate();
  }

  /** Op 7: connect again, please. */
  askToReconnect(): void {
    for (const { socket } of this.#sessions.values())
      if (socket !== undefined) send(socket, { op: 7, d: null });
  }

  /** Op 9: the session is gone. */
  invalidate(): void {
    for (const [id, { socket }] of this.#sessions) {
      if (socket !== undefined) send(socket, { op: 9, d: false });
      this.#sessions.delete(id);
    }
  }

  hangUp(code: number): void {
    for (const { socket } of this.#sessions.values()) socket?.close(code);
  }

  /** Everybody identifies anew, and misses what happens meanwhile. */
  forgetSessions(): void {
    this.#sessions.clear();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}

/** Direct messages come on the first shard; of messages, only those that were asked for. */
function hears(session: Session, guildId: string | undefined, isMessage: boolean): boolean {
  const wanted = guildId === undefined ? INTENTS.directMessages : INTENTS.guildMessages;
  if (isMessage && (session.intents & wanted) === 0) return false;
  return guildId === undefined ? session.shard[0] === 0 : isOnShard(guildId, session.shard);
}

const isOnShard = (guildId: string, [id, count]: readonly [number, number]): boolean =>
  Number((BigInt(guildId) >> 22n) % BigInt(count)) === id;

const wordless = (message: object): object => ({
  ...message,
  content: '',
  embeds: [],
  attachments: [],
  components: [],
});

function send(ws: WebSocket, payload: object): void {
  ws.send(JSON.stringify(payload));
}
