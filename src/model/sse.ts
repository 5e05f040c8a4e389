/** Reads the bytes of a server-sent event stream, cut anywhere, into the data of its events. */
export interface SseDecoder {
  push(bytes: Uint8Array): void;
  /** The bytes are over: what still waits for its end is handed out. */
  end(): void;
}

/** `onData` gets the joined `data` lines of each event; names, ids and comments are dropped. */
export function createSseDecoder(onData: (data: string) => void): SseDecoder {
  const decoder = new TextDecoder();
  let rest = '';
  let data: string | undefined;

  const take = (line: string): void => {
    if (line !== '') {
      const value = dataIn(line);
      if (value !== undefined) data = data === undefined ? value : `${data}\n${value}`;
      return;
    }
    if (data !== undefined) onData(data);
    data = undefined;
  };

  const takeLines = (text: string): void => {
    let from = 0;
    for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
      take(text.slice(from, to));
      from = to + 1;
    }
    rest = text.slice(from);
  };

  return {
    push(bytes) {
      const text = decoder.decode(bytes, { stream: true });
      if (!/[\r\n]/.test(text) && !rest.endsWith('\r')) {
        rest += text;
        return;
      }
      const joined = rest + text;
      // A carriage return at the very end may be the first half of a line end.
      const half = joined.endsWith('\r') ? '\r' : '';
      const whole = half === '' ? joined : joined.slice(0, -1);
      takeLines(whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole);
      rest += half;
    },
    end() {
      takeLines(`${rest}${decoder.decode()}`.replace(/\r\n?/g, '\n'));
      if (rest !== '') take(rest);
      rest = '';
      take('');
    },
  };
}

function dataIn(line: string): string | undefined {
  if (line === 'data') return '';
  if (!line.startsWith('data:')) return undefined;
  return line[5] === ' ' ? line.slice(6) : line.slice(5);
}
