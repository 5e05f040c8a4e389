import { isRecord } from '../../../src/shared/parse.ts';
import type { Asked } from './asked.ts';
import { ApiError, invalidForm } from './objects.ts';
import type { World } from './world.ts';

export interface RegisteredCommand {
  readonly id: string;
  readonly name: string;
  readonly type: number;
  readonly [field: string]: unknown;
}

/** The commands that the bot has registered, for all servers and for single ones. */
export class CommandBook {
  /** By scope: `global` or a server's id. */
  readonly scopes = new Map<string, readonly RegisteredCommand[]>();
  /** Requests that changed something. */
  writes = 0;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** `/applications/:id/commands…` and `/applications/:id/guilds/:guild/commands…`. */
  handle({ method, path, body }: Asked): unknown {
    const inGuild = path[2] === 'guilds';
    const scope = inGuild ? (path[3] ?? '') : 'global';
    const [kind, id] = inGuild ? path.slice(4) : path.slice(2);
    if (path[1] === '@me') return { id: this.#world.bot.id, flags: 0 };
    if (kind !== 'commands') throw new ApiError(404, 0, '404: Not Found');
    const known = this.scopes.get(scope) ?? [];
    if (method === 'GET') return known;
    this.writes += 1;
    switch (method) {
      case 'PUT': {
        if (!Array.isArray(body)) throw invalidForm('not a list of commands');
        const made = body.map((one: unknown) => this.#made(one, scope));
        this.scopes.set(scope, made);
        return made;
      }
      case 'POST': {
        const made = this.#made(body, scope);
        this.scopes.set(scope, [...known.filter((one) => !isSame(one, made)), made]);
        return made;
      }
      case 'DELETE':
        if (!known.some((one) => one.id === id))
          throw new ApiError(404, 10_063, 'Unknown application command');
        this.scopes.set(
          scope,
          known.filter((one) => one.id !== id),
        );
        return undefined;
      default:
        throw new ApiError(405, 0, '405: Method Not Allowed');
    }
  }

  #made(body: unknown, scope: string): RegisteredCommand {
    if (!isRecord(body) || typeof body['name'] !== 'string') throw invalidForm('name: required');
    const { name, description } = body;
    const type = Number(body['type'] ?? 1);
    if (type === 1 && !/^[-_'\p{L}\p{N}]{1,32}$/u.test(name)) throw invalidForm('name: bad form');
    if (name.length > 32) throw invalidForm('name: at most 32 characters');
    if (type === 1 && !(typeof description === 'string' && isSized(description)))
      throw invalidForm('description: 1 to 100 characters');
    const known = (this.scopes.get(scope) ?? []).find(
      (one) => one.name === name && one.type === type,
    );
    const id = known?.id ?? this.#world.ids.next();
    const application_id = this.#world.bot.id;
    return { ...body, id, name, type, application_id, version: this.#world.ids.next() };
  }
}

const isSized = (text: string): boolean => text.length >= 1 && text.length <= 100;

const isSame = (a: RegisteredCommand, b: RegisteredCommand): boolean =>
  a.name === b.name && a.type === b.type;
