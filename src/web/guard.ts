import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Rejection } from './answer.ts';

/** Decides who may talk to the console at all. */
export interface Guard {
  /** Throws `Rejection` for a request that did not come to us by one of our own names or from our own page. */
  checkOrigin(req: IncomingMessage): void;
  /** Throws `Rejection` without the right `Authorization: Bearer …`. */
  checkToken(req: IncomingMessage): void;
}

export function createGuard(options: { readonly port: number; readonly token: string }): Guard {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${options.port}`);
  const origins = hosts.map((host) => `http://${host}`);
  const expected = digest(`Bearer ${options.token}`);
  return {
    checkOrigin(req) {
      checkHost(req, hosts);
      checkOriginHeader(req, origins);
    },
    checkToken(req) {
      const given = digest(req.headers.authorization ?? '');
      if (timingSafeEqual(given, expected)) return;
      throw new Rejection(
        401,
        'The token is missing or wrong: open the link that the start printed.',
        {
          'WWW-Authenticate': 'Bearer',
        },
      );
    },
  };
}

/** A foreign name that was made to point at this machine (DNS rebinding) shows in the Host header. */
function checkHost(req: IncomingMessage, hosts: readonly string[]): void {
  const given = req.headersDistinct['host'] ?? [];
  if (given.length === 1 && given.every((host) => hosts.includes(host.toLowerCase()))) return;
  throw new Rejection(403, 'This console answers to 127.0.0.1 and localhost only.');
}

function checkOriginHeader(req: IncomingMessage, origins: readonly string[]): void {
  const given = req.headersDistinct['origin'];
  if (given === undefined) {
    // Browsers name the origin of every POST; other clients are asked to do the same.
    if (req.method !== 'POST') return;
    throw new Rejection(403, 'A POST must carry the Origin header of this console.');
  }
  if (given.length === 1 && given.every((origin) => origins.includes(origin))) return;
  throw new Rejection(403, 'Requests from other sites are not answered.');
}

/** Digests have one length, so that comparing them takes the same time whatever was given. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
