import { z } from 'zod';
import { parseJson } from '../../shared/parse.ts';
import type { Files } from './sandbox.ts';

const FolderSchema = z.object({
  files: z.record(z.string(), z.base64()),
  unkept: z.array(z.string()),
});

/** A folder as a sandbox writes it: nothing when it is not of that shape. */
export function readFolder(
  text: string,
): { readonly files: Files; readonly unkept: readonly string[] } | undefined {
  const parsed = parseJson(text);
  const folder = FolderSchema.safeParse(parsed.ok ? parsed.value : undefined);
  if (!folder.success) return undefined;
  const { files, unkept } = folder.data;
  const named = Object.entries(files).filter(([name]) => isFileName(name));
  return {
    files: new Map(named.map(([name, data]) => [name, Buffer.from(data, 'base64')])),
    unkept: [...unkept, ...Object.keys(files).filter((name) => !isFileName(name))],
  };
}

export const toBase64 = (files: Files): Record<string, string> =>
  Object.fromEntries([...files].map(([name, bytes]) => [name, bytes.toString('base64')]));

/** Letters and figures of any script, no slash, no leading dot: a name that can do no harm elsewhere. */
export const isFileName = (name: string): boolean =>
  /^[\p{L}\p{N}_][\p{L}\p{N}_. ()-]{0,99}$/u.test(name);
