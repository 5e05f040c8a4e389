import { readFileSync } from 'node:fs';

/** Python that runs one cell and lists its folder, for every place where Python is run. */
export const CELL = readFileSync(new URL('./cell.py', import.meta.url), 'utf8');
