import { readFolder, toBase64 } from './kept-files.ts';
import { type Files, MAX_FILE_BYTES, MAX_FILES } from './sandbox.ts';

/** A cell that writes files into the folder; nothing when there are none. */
export function putCell(files: Files): string | undefined {
  if (files.size === 0) return undefined;
  return `import base64 as _b, json as _j
for _n, _d in _j.loads(${pythonText(JSON.stringify(toBase64(files)))}).items():
    with open(_n, "wb") as _f: _f.write(_b.b64decode(_d))
del _n, _d, _f`;
}

/** A cell that prints the folder as JSON, charts that were shown and not saved included. */
export function takeCell(images: readonly Buffer[]): string {
  const charts = images.map((image, at) => [`chart-${at + 1}.png`, image] as const);
  return `${putCell(new Map(charts)) ?? ''}
def _take():
    import base64, json, os, stat
    files, unkept, total = {}, [], 0
    for entry in sorted(os.scandir("."), key=lambda entry: entry.name):
        info = entry.stat(follow_symlinks=False)
        if entry.name.startswith("."): continue
        if not stat.S_ISREG(info.st_mode) or total + info.st_size > ${MAX_FILE_BYTES} or len(files) >= ${MAX_FILES}:
            unkept.append(entry.name)
            continue
        total += info.st_size
        with open(entry.path, "rb") as file: files[entry.name] = base64.b64encode(file.read()).decode()
    print(json.dumps({"files": files, "unkept": unkept[:20]}))
_take()`;
}

/** What that cell printed; an empty folder when the code has broken its means. */
export const readTaken = (output: string) =>
  readFolder(output.trim()) ?? { files: new Map<string, Buffer>(), unkept: [] };

/** JSON's texts are Python's, too. */
const pythonText = (text: string): string => JSON.stringify(text);
