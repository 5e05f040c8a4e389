import { z } from 'zod';
import { failure } from '../../../machines/failure.ts';
import type { RunRef } from '../../../machines/question.ts';
import { PURE } from '../../../machines/tool-policy.ts';
import { defineTool, returned, type Tool } from '../tool.ts';
import type { Files } from './sandbox.ts';
import type { Workspaces } from './workspaces.ts';

export interface FilesToolOptions {
  readonly workspaces: Workspaces;
  readonly ownerOf: (team: RunRef) => string;
}

const MAX_SHOWN_CHARS = 12_000;

/** Shows what code has left in its folder. */
export const filesTool = ({ workspaces, ownerOf }: FilesToolOptions): Tool =>
  defineTool({
    name: 'files',
    description:
      'Lists the files that code has left in its folder, or shows one of them as text when its name is given.',
    input: z.object({
      name: z.string('expected a text').max(100, 'expected a shorter name').exactOptional(),
    }),
    policy: PURE,
    deadlineMs: 1_000,
    maxOutputChars: MAX_SHOWN_CHARS,
    execute({ name }, { run }) {
      const files = workspaces.filesOf(ownerOf(run));
      if (name === undefined) return returned(listOf(files));
      const data = files.get(name);
      if (data !== undefined) return returned(asText(name, data));
      const why = `There is no file "${name}". ${listOf(files)}`;
      return { kind: 'failed', failure: failure('invalid_input', why) };
    },
  });

function listOf(files: Files): string {
  if (files.size === 0) return 'There are no files.';
  return [...files].map(([name, data]) => `${name}: ${data.length} bytes`).join('\n');
}

function asText(name: string, data: Buffer): string {
  if (data.subarray(0, 8_000).includes(0)) return `${name} is no text: ${data.length} bytes.`;
  return data.toString('utf8');
}
