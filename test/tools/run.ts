import { SimulatedClock } from 'xstate';
import { z } from 'zod';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { ToolPort, ToolResult } from '../../machines/ports.ts';
import type { RunRef } from '../../machines/question.ts';
import { PURE } from '../../machines/tool-policy.ts';
import type { Log, LogFields } from '../../src/shared/log.ts';
import { defineTool, returned, type Tool, type ToolContext } from '../../src/tools/tool.ts';
import { createToolbox, type Toolbox } from '../../src/tools/toolbox.ts';

const RUN: RunRef = {
  runId: RunId('r1'),
  userId: UserId('ada'),
  channelId: ChannelId('lab'),
  epoch: 1,
};

export interface Call {
  readonly name: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly invalid?: string;
  readonly agent?: string;
  readonly signal?: AbortSignal;
  readonly userId?: UserId;
}

/** Calls a tool as a machine would. */
export function use(tools: ToolPort, call: Call): Promise<ToolResult> {
  const { name, input = {}, invalid, userId = RUN.userId } = call;
  return tools.run(
    {
      run: { ...RUN, userId },
      stepKey: 'leader/1/0',
      agent: call.agent ?? 'leader',
      call: { id: 'c1', name, input, ...(invalid === undefined ? {} : { invalid }) },
    },
    { signal: call.signal ?? new AbortController().signal },
  );
}

/** What a result says, whichever kind it is. */
export const said = (result: ToolResult): string =>
  result.kind === 'returned' ? result.content : `${result.failure.kind}: ${result.failure.message}`;

export interface LogLine extends LogFields {
  readonly level: string;
  readonly event: string;
}

export function recordingLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (event: string, fields?: LogFields) => {
    lines.push({ ...fields, level, event });
  };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A toolbox on a clock that only moves when told to. */
export function aToolbox(...tools: readonly Tool[]): {
  readonly toolbox: Toolbox;
  readonly clock: SimulatedClock;
  readonly log: ReturnType<typeof recordingLog>;
} {
  const clock = new SimulatedClock();
  const log = recordingLog();
  return { toolbox: createToolbox({ tools, clock, log }), clock, log };
}

interface ToolSketch {
  readonly name?: string;
  readonly policy?: Partial<Tool['policy']>;
  readonly maxOutputChars?: number;
  readonly execute?: (context: ToolContext) => ToolResult | Promise<ToolResult>;
  readonly close?: () => Promise<void>;
}

/** A tool that repeats its text, or does what `execute` says; its deadline is a second. */
export function aTool({
  name = 'echo',
  policy,
  maxOutputChars = 100,
  execute,
  close,
}: ToolSketch): Tool {
  return defineTool({
    name,
    description: 'For tests.',
    input: z.object({ text: z.string('expected a text').max(5, 'expected at most 5 characters') }),
    policy: { ...PURE, ...policy },
    deadlineMs: 1000,
    maxOutputChars,
    execute: ({ text }, context) => execute?.(context) ?? returned(text),
    ...(close ? { close } : {}),
  });
}
