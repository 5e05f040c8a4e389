import { PassThrough } from 'node:stream';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import { systemClock } from '../../src/shared/clock.ts';
import type { TerminalHouse } from '../../src/terminal/house.ts';
import { localHouse } from '../../src/terminal/local-house.ts';
import { runTerminal } from '../../src/terminal/terminal.ts';
import { ScriptedHouse } from '../web/scripted-house.ts';

/** A terminal with somebody, or a pipe, at it. */
export interface Talking {
  readonly house: ScriptedHouse;
  type(text: string): void;
  typeBytes(bytes: Buffer): void;
  end(): void;
  interrupt(): void;
  /** Resolves when `text` has been shown since the last time this was asked. */
  shown(text: string): Promise<void>;
  readonly output: () => string;
  readonly errors: () => string;
  readonly exitCode: Promise<number>;
  readonly outputStream: PassThrough;
}

interface TalkingOptions {
  readonly tty?: boolean;
  readonly house?: ScriptedHouse;
  readonly connect?: (local: TerminalHouse) => Promise<TerminalHouse>;
}

export function startTalking(options: TalkingOptions = {}): Talking {
  const house = options.house ?? new ScriptedHouse();
  const tty = options.tty ?? false;
  const [input, output, errors] = [aStream(tty), aStream(tty), aStream(false)];
  const stopping = new AbortController();
  const local = localHouse({ house, userId: UserId('local'), close: async () => {} });
  let runs = 0;
  const exitCode = runTerminal({
    input: input.stream,
    output: output.stream,
    errors: errors.stream,
    connect: () => options.connect?.(local) ?? Promise.resolve(local),
    channelId: ChannelId('terminal'),
    newRunId: () => RunId(`run-${++runs}`),
    clock: systemClock,
    signal: stopping.signal,
  });
  return {
    house,
    type: (text) => void input.stream.write(text),
    typeBytes: (bytes) => void input.stream.write(bytes),
    end: () => void input.stream.end(),
    interrupt: () => stopping.abort(),
    shown: output.shown,
    output: output.text,
    errors: errors.text,
    exitCode,
    outputStream: output.stream,
  };
}

/** One side is ours; what comes out is kept. */
function aStream(tty: boolean) {
  const stream = Object.assign(new PassThrough(), tty ? { isTTY: true, columns: 80 } : {});
  let text = '';
  let seen = 0;
  let wake = () => {};
  const write = stream.write.bind(stream);
  const keep = (chunk: string | Buffer) => {
    text += String(chunk);
    wake();
    return write(chunk);
  };
  return {
    stream: Object.assign(stream, { write: keep }),
    text: () => text,
    async shown(wanted: string): Promise<void> {
      for (;;) {
        const at = text.indexOf(wanted, seen);
        if (at !== -1) {
          seen = at + wanted.length;
          return;
        }
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
