import type { BridgeClient } from '../../../src/bridge/client.ts';
import type { FakeChat } from '../fake-chat.ts';

/** How far somebody reaches who speaks with a platform. */
export interface Reach {
  /** Something that changes what stands there. */
  deed<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Something that only looks. */
  look<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Speaks the bridge's protocol with a fake platform, without a socket between. One client for a platform at a time. */
export function chatClient(chat: FakeChat, reach: Reach): BridgeClient {
  return (path, { signal, body }) => {
    const url = new URL(path, 'http://chat');
    const [, kind, channelId = ''] = url.pathname.split('/');
    if (kind === 'events') {
      const after = Number(url.searchParams.get('after'));
      return reach.look(() => Promise.resolve(new Response(eventsOf(chat, after, signal))));
    }
    if (body === undefined) {
      const after = url.searchParams.get('after') ?? '';
      const limit = Number(url.searchParams.get('limit'));
      return reach.look(() =>
        Promise.resolve(Response.json(chat.page(channelId, { after, limit }))),
      );
    }
    // The one request with a body is a post, and src/bridge/platform.ts gives it exactly these.
    const { replyTo, content, nonce } = body as Readonly<
      Record<'replyTo' | 'content' | 'nonce', string>
    >;
    return reach.deed(`posts to ${replyTo}`, () => {
      const id = chat.post({ channelId, replyTo, content, nonce });
      return Promise.resolve(Response.json({ id }));
    });
  };
}

/** What there is, and what comes, until somebody hangs up. */
function eventsOf(chat: FakeChat, after: number, signal: AbortSignal): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const tell = (line: string): void => controller.enqueue(bytes.encode(`${line}\n`));
      for (const line of chat.linesAfter(after)) tell(line);
      chat.onLine = tell;
      const hangUp = (): void => {
        if (chat.onLine === tell) chat.onLine = () => {};
        controller.error(new Error('hung up'));
      };
      signal.addEventListener('abort', hangUp, { once: true });
    },
  });
}
