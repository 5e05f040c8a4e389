import { once } from 'node:events';
import http from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { isRecord, parseJson } from '../../../src/shared/parse.ts';
import { buttonsOf, type FakeDiscord } from './fake-discord.ts';
import type { Interaction } from './interactions.ts';
import { ApiError, type Channel, type Message, type User } from './objects.ts';

type Asked = Readonly<Record<string, unknown>>;

/** What can be asked for: with `-d '{…}'` as JSON, or behind a `?`. */
const DEEDS: Readonly<Record<string, (asked: Asked, discord: FakeDiscord) => unknown>> = {
  '/say': (asked, discord) => {
    const by = personOf(asked, discord);
    return shown(discord.say({ by, in: placeOf(asked, discord), text: wordOf(asked, 'text') }));
  },
  '/press': async (asked, discord) => {
    const message = messageOf(asked, discord);
    const label = wordOf(asked, 'button');
    const labels = buttonsOf(message).map((button) => button.label);
    if (!labels.includes(label))
      throw new TypeError(`There is no button "${label}" under it, but: ${labels.join(', ')}.`);
    return await reactionTo(discord.click(message, label, personOf(asked, discord)), discord);
  },
  '/slash': async (asked, discord) => {
    const { options } = asked;
    const call = {
      by: personOf(asked, discord),
      in: placeOf(asked, discord),
      name: wordOf(asked, 'name'),
      options: isRecord(options) ? Object.fromEntries(Object.entries(options).filter(isPlain)) : {},
    };
    return await reactionTo(discord.slash(call), discord);
  },
  '/messages': (asked, discord) => messagesIn(placeOf(asked, discord), discord).map(shown),
  '/answer': async (asked, discord) => {
    const place = placeOf(asked, discord);
    const answer = () => lastWordOf(discord, place);
    await discord.until(() => isFinished(answer()));
    const answered = answer();
    return answered === undefined ? {} : shown(answered);
  },
};

/** How people act in a fake Discord that runs as a process: one POST or GET for each deed, JSON in, JSON out. */
export async function startControl(
  discord: FakeDiscord,
  port: number,
): Promise<{ readonly url: string; close(): void }> {
  const server = http.createServer((req, res) => {
    void handle(req, discord).then(({ status, content }) => {
      res.writeHead(status, { 'content-type': 'application/json' });
      res.end(`${JSON.stringify(content, undefined, 2)}\n`);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const bound = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${bound}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function handle(req: http.IncomingMessage, discord: FakeDiscord) {
  try {
    const url = new URL(req.url ?? '/', 'http://control');
    const deed = DEEDS[url.pathname];
    if (deed === undefined) throw new TypeError(`Ask for one of ${Object.keys(DEEDS).join(', ')}.`);
    const said = await textOf(req);
    const parsed = parseJson(said === '' ? '{}' : said);
    if (!parsed.ok || !isRecord(parsed.value)) throw new TypeError('Send a JSON object.');
    const asked = { ...Object.fromEntries(url.searchParams), ...parsed.value };
    return { status: 200, content: await deed(asked, discord) };
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof ApiError)) throw error;
    return { status: 400, content: { error: error.message } };
  }
}

function wordOf(asked: Asked, name: string): string {
  const word = asked[name];
  if (typeof word === 'string' && word !== '') return word;
  throw new TypeError(`"${name}" is missing: a text that is not empty.`);
}

/** Whoever is named for the first time joins the server. */
function personOf(asked: Asked, discord: FakeDiscord): User {
  const name = asked['as'] === undefined ? 'ada' : wordOf(asked, 'as');
  const known = [...discord.world.users.values()].find(({ username }) => username === name);
  return known ?? discord.person(name);
}

/** A channel of the server by its name, `general` unless told; `direct`: direct messages with the bot. */
function placeOf(asked: Asked, discord: FakeDiscord): Channel {
  const name = asked['in'] === undefined ? 'general' : wordOf(asked, 'in');
  if (name === 'direct') return discord.world.directChannel(personOf(asked, discord));
  const channels = [...discord.world.channels.values()];
  const found = channels.find((channel) => channel.name === name || channel.id === name);
  if (found !== undefined) return found;
  throw new TypeError(`There is no channel "${name}".`);
}

const messagesIn = ({ id }: Channel, { world }: FakeDiscord): readonly Message[] =>
  world.messages.get(id) ?? [];

/** The bot's last message, if nobody has said anything since. */
function lastWordOf(discord: FakeDiscord, place: Channel): Message | undefined {
  const last = messagesIn(place, discord).at(-1);
  return last?.author.id === discord.world.bot.id ? last : undefined;
}

/** The one that is named, or the last one of the bot. */
function messageOf(asked: Asked, discord: FakeDiscord): Message {
  const place = placeOf(asked, discord);
  const { message: id } = asked;
  const found =
    id === undefined
      ? discord.answers(place).at(-1)
      : messagesIn(place, discord).find((message) => message.id === id);
  if (found !== undefined) return found;
  throw new TypeError('There is no such message.');
}

/** What whoever has called or clicked is told; of a click that says nothing, what became of the message. */
async function reactionTo(interaction: Interaction, discord: FakeDiscord): Promise<unknown> {
  const { source } = interaction;
  const before = source?.edited_timestamp;
  const isChanged = (): boolean =>
    source !== undefined &&
    (source.edited_timestamp !== before ||
      discord.world.messages.get(source.channel_id)?.includes(source) !== true);
  const isTold = ({ followUps, original }: Interaction): boolean =>
    followUps.length > 0 || !['', '…'].includes(original?.content ?? '');
  await discord.until(() => isTold(interaction) || isChanged());
  const told = interaction.followUps.at(-1) ?? interaction.original ?? source;
  return told === undefined ? {} : shown(told);
}

const isFinished = (message: Message | undefined): boolean =>
  message !== undefined && buttonsOf(message).every(({ label }) => label !== 'Stop');

const isPlain = (entry: readonly [string, unknown]): entry is [string, string | number | boolean] =>
  ['string', 'number', 'boolean'].includes(typeof entry[1]);

/** A message as people see it. */
function shown(message: Message) {
  const { id, author, content, attachments, referenced_message: replied } = message;
  return {
    id,
    by: author.username,
    content,
    ...(replied ? { replyTo: replied.id } : {}),
    buttons: buttonsOf(message).map(({ label }) => label),
    files: attachments.map(({ filename }) => filename),
  };
}
