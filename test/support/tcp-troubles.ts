import type net from 'node:net';

/** What a network, or something that calls itself a server, can do to a connection. */
export type Trouble =
  /** Each piece takes this much longer. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** A few bytes at a time. */
  | { readonly kind: 'drip' }
  /** The connection ends when the client asks the first thing after it was let in, politely or not. */
  | { readonly kind: 'end_at_query'; readonly how: 'fin' | 'reset' }
  /** It ends in the middle of an answer. */
  | { readonly kind: 'end_in_answer'; readonly how: 'fin' | 'reset' }
  /** Answers are bytes that mean nothing. */
  | { readonly kind: 'garbage' };

/** Two sockets with us between them. */
export interface Wire {
  readonly near: net.Socket;
  readonly far: net.Socket;
  /** The server has said that it is ready for statements. */
  isOpen: boolean;
}

/** Carries pieces one way, in order, through whatever troubles there are at the time. */
export class Carrier {
  readonly #queue: Buffer[] = [];
  readonly #to: net.Socket;
  readonly #trouble: () => Trouble | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(to: net.Socket, trouble: () => Trouble | undefined) {
    this.#to = to;
    this.#trouble = trouble;
  }

  carry(piece: Buffer): void {
    this.#queue.push(piece);
    if (this.#timer === undefined) this.#next();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#queue.length = 0;
  }

  #next(): void {
    this.#timer = undefined;
    for (let piece = this.#queue.shift(); piece !== undefined; piece = this.#queue.shift()) {
      const trouble = this.#trouble();
      if (trouble?.kind === 'latency') {
        const late = piece;
        this.#later(trouble.ms, () => this.#to.write(late));
        return;
      }
      if (trouble?.kind === 'drip' && piece.length > DROP_BYTES) {
        this.#to.write(piece.subarray(0, DROP_BYTES));
        this.#queue.unshift(piece.subarray(DROP_BYTES));
        this.#later(DROP_MS, () => {});
        return;
      }
      this.#to.write(piece);
    }
  }

  #later(ms: number, work: () => void): void {
    this.#timer = setTimeout(() => {
      work();
      this.#next();
    }, ms);
  }
}

const DROP_BYTES = 4;
const DROP_MS = 20;

/** True when the trouble was made, and the piece is not to be carried. */
export function spoils(
  trouble: Trouble | undefined,
  { near, far, isOpen }: Wire,
  said: { readonly by: 'client' | 'server'; readonly piece: Buffer },
): boolean {
  if (trouble?.kind === 'end_at_query' && said.by === 'client' && isOpen) {
    hangUp(near, trouble.how);
    far.destroy();
    return true;
  }
  if (trouble?.kind === 'end_in_answer' && said.by === 'server' && isOpen) {
    near.write(said.piece.subarray(0, said.piece.length >> 1));
    hangUp(near, trouble.how);
    far.destroy();
    return true;
  }
  if (trouble?.kind === 'garbage' && said.by === 'server') {
    near.write(Buffer.from(said.piece).fill(GARBAGE));
    return true;
  }
  return false;
}

const GARBAGE = 'not a message of any protocol\n';

/** Ends one side, with a polite FIN or a reset. */
export function hangUp(socket: net.Socket, how: 'fin' | 'reset'): void {
  if (how === 'fin') socket.end();
  else socket.resetAndDestroy();
}
