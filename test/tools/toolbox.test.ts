import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { ToolResult } from '../../machines/ports.ts';
import { returned, type ToolContext } from '../../src/tools/tool.ts';
import { aTool, aToolbox, said, use } from './run.ts';

const hanging = () => new Promise<ToolResult>(() => undefined);
const hi = { name: 'echo', input: { text: 'hi' } };

describe('A toolbox', () => {
  it('runs a tool whose input fits', async () => {
    const { toolbox } = aToolbox(aTool({}));
    expect(await use(toolbox, hi)).toEqual({ kind: 'returned', content: 'hi' });
  });

  it('tells the model what was expected and what came when the input does not fit', async () => {
    const { toolbox } = aToolbox(aTool({}));
    expect(said(await use(toolbox, { name: 'echo', input: { text: 7 } }))).toBe(
      'invalid_input: echo was not run. Its input does not fit: text: expected a text, got 7',
    );
    expect(said(await use(toolbox, { name: 'echo' }))).toContain('expected a text, got nothing');
  });

  it('never repeats a huge input in its complaint', async () => {
    const { toolbox } = aToolbox(aTool({}));
    const result = await use(toolbox, { name: 'echo', input: { text: 'x'.repeat(1e6) } });
    expect(said(result)).toContain(
      'expected at most 5 characters, got a text of 1000000 characters',
    );
    expect(said(result).length).toBeLessThan(200);
  });

  it('passes on why a call could not be read', async () => {
    const { toolbox } = aToolbox(aTool({}));
    const result = await use(toolbox, { name: 'echo', invalid: 'Unexpected end of JSON input' });
    expect(said(result)).toBe(
      'invalid_input: echo was not run. Its arguments must be one JSON object: Unexpected end of JSON input',
    );
  });

  it('lists what there is when a tool is unknown', async () => {
    const { toolbox } = aToolbox(aTool({}), aTool({ name: 'other' }));
    expect(said(await use(toolbox, { name: 'toString' }))).toBe(
      'unknown: There is no tool "toString". Available: echo, other.',
    );
  });

  it('ends a tool that hangs at its deadline and tells it to stop', async () => {
    let signal: AbortSignal | undefined;
    const { toolbox, clock } = aToolbox(
      aTool({
        execute: (context) => {
          signal = context.signal;
          return hanging();
        },
      }),
    );
    const result = use(toolbox, hi);
    clock.increment(999);
    expect(signal?.aborted).toBe(false);
    clock.increment(1);
    expect(said(await result)).toBe('timeout: echo took longer than 1000 ms.');
    expect(signal?.aborted).toBe(true);
  });

  it('ends a run at once when its caller aborts, and leaves no listener behind', async () => {
    const { toolbox } = aToolbox(aTool({ execute: hanging }));
    const controller = new AbortController();
    const result = use(toolbox, { ...hi, signal: controller.signal });
    controller.abort();
    expect(said(await result)).toBe('aborted: echo was stopped.');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('does not start a tool for a caller that has already aborted', async () => {
    let started = 0;
    const { toolbox } = aToolbox(aTool({ execute: () => returned(String(++started)) }));
    const result = await use(toolbox, { ...hi, signal: AbortSignal.abort() });
    expect(said(result)).toBe('aborted: echo was stopped.');
    expect(started).toBe(0);
  });

  it('leaves no listener on the signal of a run that ended well', async () => {
    const { toolbox } = aToolbox(aTool({}));
    const { signal } = new AbortController();
    await use(toolbox, { ...hi, signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('secret detail');
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret detail'))],
  ])('contains a tool that %s: the log has the error, the model a sentence', async (_, execute) => {
    const { toolbox, log } = aToolbox(aTool({ execute }));
    const result = await use(toolbox, hi);
    expect(result).toMatchObject({ kind: 'failed', failure: { kind: 'tool_bug' } });
    expect(said(result)).not.toContain('secret detail');
    expect(log.lines).toMatchObject([
      { level: 'error', event: 'tool.threw', tool: 'echo', runId: 'r1', stepKey: 'leader/1/0' },
    ]);
    expect(log.lines[0]?.['error']).toContain('secret detail');
  });

  it('does not call it a bug when a stopped tool rejects on its way out', async () => {
    const stopped = (context: ToolContext) =>
      new Promise<ToolResult>((_, reject) => {
        context.signal.addEventListener('abort', () => reject(new Error('stopped')));
      });
    const { toolbox, log, clock } = aToolbox(aTool({ execute: stopped }));
    const result = use(toolbox, hi);
    clock.increment(1000);
    expect(said(await result)).toContain('timeout');
    await Promise.resolve();
    expect(log.lines.map((line) => line.event)).toEqual(['tool.threw_when_stopped']);
  });

  it('cuts long output between characters and says how much is missing', async () => {
    const { toolbox } = aToolbox(
      aTool({ maxOutputChars: 4, execute: () => returned('abc😀defg') }),
    );
    expect(said(await use(toolbox, hi))).toBe('abc\n[cut: 6 of 9 characters are not shown]');
  });

  it('passes output of exactly the limit uncut', async () => {
    const { toolbox } = aToolbox(aTool({ maxOutputChars: 5, execute: () => returned('abc😀') }));
    expect(said(await use(toolbox, hi))).toBe('abc😀');
  });

  it('makes output storable: no NUL, no half characters', async () => {
    const { toolbox } = aToolbox(aTool({ execute: () => returned('a\0b\ud83d') }));
    expect(said(await use(toolbox, hi))).toBe('a\uFFFDb\uFFFD');
  });

  it('ends what runs when it closes, closes its tools once, and is unavailable from then on', async () => {
    let closed = 0;
    const close = async () => {
      closed++;
    };
    const { toolbox } = aToolbox(aTool({ execute: hanging, close }));
    const result = use(toolbox, hi);
    await Promise.all([toolbox.close(), toolbox.close()]);
    expect(said(await result)).toBe('aborted: echo was stopped.');
    expect(closed).toBe(1);
    expect(said(await use(toolbox, hi))).toBe('unavailable: The tools are shutting down.');
  });

  it('closes every tool and then reports the one that could not be closed', async () => {
    let closed = 0;
    const { toolbox } = aToolbox(
      aTool({ name: 'stuck', close: () => Promise.reject(new Error('jammed')) }),
      aTool({
        name: 'fine',
        close: async () => {
          closed++;
        },
      }),
    );
    await expect(toolbox.close()).rejects.toThrow('Some tools could not be closed.');
    expect(closed).toBe(1);
  });
});
