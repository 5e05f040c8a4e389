import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';

/** A Phoenix server as far as prompts go: it has one, under one name and tag. */
export interface APhoenix {
  readonly url: string;
  /** Every request: its path and what it says of who asks. */
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[];
  /** What it answers from now on. */
  answer: { readonly status: number; readonly body: unknown } | 'nothing';
  /** Resolves when it has been asked that often. */
  isAsked(times: number): Promise<void>;
}

export const aVersion = (id: string, text: string) => ({
  status: 200,
  body: {
    data: {
      id,
      description: 'x',
      model_provider: 'OPENAI',
      model_name: 'gpt-4o',
      template_type: 'CHAT',
      template_format: 'MUSTACHE',
      template: {
        type: 'chat',
        messages: [
          { role: 'system', content: [{ type: 'text', text }] },
          { role: 'user', content: '{{question}}' },
        ],
      },
    },
  },
});

export async function aPhoenix(): Promise<APhoenix> {
  const changes = new EventEmitter();
  const phoenix: APhoenix = {
    url: '',
    asked: [],
    answer: aVersion('v1', 'You are the leader of the lab.'),
    async isAsked(times) {
      while (this.asked.length < times) await once(changes, 'asked');
    },
  };
  const server = createServer((req, res) => {
    phoenix.asked.push({ path: req.url ?? '', authorization: req.headers.authorization });
    changes.emit('asked');
    const { answer } = phoenix;
    if (answer === 'nothing') return;
    res.writeHead(answer.status, { 'Content-Type': 'application/json' });
    res.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(phoenix, { url: `http://127.0.0.1:${port}` });
}
