import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ModelServer {
  /** Where OpenAI's paths begin: `http://127.0.0.1:port`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the model server in a process of its own, so that its work is not counted as ours. */
export async function startModelServer(latencyMs = 0): Promise<ModelServer> {
  const script = new URL('model-server.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, String(latencyMs)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const port = await firstLineOf(child);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
    },
  };
}

/** The first line that a child prints. Rejects when it ends without one. */
async function firstLineOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The child has no stdout to read.');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new Error('The child ended before it was ready.');
}
