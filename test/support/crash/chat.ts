import type { BridgeClient } from '../../../src/bridge/client.ts';
import type { FakeChat } from '../fake-chat.ts';
import type { Life } from './life.ts';

/** Speaks with a fake platform, without a socket between, for as long as this life lasts. */
export const chatClient =
  (chat: FakeChat, life: Life): BridgeClient =>
  (path, { signal, body }) => {
    const url = new URL(path, 'http://chat');
    const [, kind, channelId = ''] = url.pathname.split('/');
    if (kind === 'events') {
      const after = Number(url.searchParams.get('after'));
      return life.look(() => Promise.resolve(streamOf(chat.linesAfter(after), signal)));
    }
    if (body === undefined) {
      const after = url.searchParams.get('after') ?? '';
      const limit = Number(url.searchParams.get('limit'));
      return life.look(() =>
        Promise.resolve(Response.json(chat.page(channelId, { after, limit }))),
      );
    }
    // The one request with a body is a post, and src/bridge/platform.ts gives it exactly these.
    const post = body as { readonly replyTo: string; content: string; nonce: string };
    const { replyTo, content, nonce } = post;
    return life.deed(`posts to ${replyTo}`, () => {
      const id = chat.post({ channelId, replyTo, content, nonce });
      return Promise.resolve(Response.json({ id }));
    });
  };

/** What there is, and then silence until somebody hangs up. */
function streamOf(lines: readonly string[], signal: AbortSignal): Response {
  const bytes = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.encode(lines.map((line) => `${line}\n`).join('')));
      const hangUp = (): void => controller.error(new Error('hung up'));
      signal.addEventListener('abort', hangUp, { once: true });
    },
  });
  return new Response(stream);
}
