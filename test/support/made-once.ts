import { once } from 'node:events';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { portOf } from './ports.ts';

/** Something that takes long to make, made when the first test of a whole run asks for it. */
export interface MadeOnce {
  /** Where test files, which run in other processes, ask for it. */
  readonly port: number;
  /** Answers no more. Gives back what was made; undefined when nobody asked, or it could not be made. */
  close(): Promise<string | undefined>;
}

export async function madeOnce(make: () => Promise<string>): Promise<MadeOnce> {
  let making: Promise<string> | undefined;
  const answer = async (visitor: net.Socket): Promise<void> => {
    try {
      making ??= make();
      visitor.end(`ok ${await making}`);
    } catch (error) {
      visitor.end(`failed ${error instanceof Error ? error.stack : String(error)}`);
    }
  };
  const broker = net.createServer((visitor) => void answer(visitor));
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
  return {
    port: portOf(broker),
    async close() {
      broker.close();
      // Whoever asked was told why there is none.
      return await making?.catch(() => undefined);
    },
  };
}

/** Asks for what is made once. Rejects with what went wrong. */
export async function askFor(port: number): Promise<string> {
  const answer = await text(net.connect(port, '127.0.0.1'));
  if (answer.startsWith('ok ')) return answer.slice(3);
  throw new Error(`It could not be made for this test: ${answer}`);
}
