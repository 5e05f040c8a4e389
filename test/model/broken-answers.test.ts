import type http from 'node:http';
import { describe, expect, it } from 'vitest';
import { ask, failureIn, replyIn } from './model-fixture.ts';
import { answer, closeAndGuard, REPLY, serving } from './serving.ts';

closeAndGuard();

describe('an answer', () => {
  const raw = (text: string) => (response: http.ServerResponse) => {
    response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${text}`);
  };
  const chunk = `${REPLY.length.toString(16)}\r\n${REPLY}\r\n`;

  it.each([
    ['in chunks, before the last', `transfer-encoding: chunked\r\n\r\n${chunk}`],
    ['in chunks, within one', `transfer-encoding: chunked\r\n\r\nffff\r\n${REPLY}`],
    ['of known length, before its end', `content-length: ${REPLY.length + 1}\r\n\r\n${REPLY}`],
  ])('%s, that breaks off is no answer, though its JSON is whole', async (_, text) => {
    const { models } = await serving(raw(text));

    const failure = failureIn(await ask(models));

    expect(failure.kind).toBe('transport');
    expect(failure.message).toContain('broke off');
  });

  it('of unknown length is whole when the connection ends', async () => {
    const { models } = await serving(raw(`connection: close\r\n\r\n${REPLY}`));

    expect(replyIn(await ask(models)).text).toBe('It is 84.');
  });

  it('that is no HTTP at all is told as such', async () => {
    const { models } = await serving((response) => response.socket?.end('SSH-2.0-OpenSSH_9\r\n'));

    expect(failureIn(await ask(models)).message).toContain('does not match the HTTP/1.1 protocol');
  });

  it('may be announced by hints', async () => {
    const { models } = await serving((response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => answer(response));
    });

    expect(replyIn(await ask(models)).text).toBe('It is 84.');
  });

  it('is left when its listener throws, and the connection is closed', async () => {
    const closed = Promise.withResolvers<void>();
    const { models } = await serving((response) => {
      response.socket?.once('close', () => closed.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"It is"}}]}\n\n');
    });

    const failure = failureIn(
      await ask(
        models,
        { draftTurn: 1 },
        {
          onDelta() {
            throw new Error('The page is full.');
          },
        },
      ),
    );

    expect(failure.message).toContain('The page is full.');
    await closed.promise;
  });
});
