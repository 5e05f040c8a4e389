import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { machinesDocument } from '../src/inspector/machines-document.ts';
import { everyMachine } from '../test/support/every-machine.ts';

/** Draws every machine into docs/machines.md. */
const path = fileURLToPath(new URL('./machines.md', import.meta.url));
const machines = await everyMachine();
await writeFile(path, machinesDocument(machines));
process.stdout.write(`${machines.length} machines are drawn in docs/machines.md.\n`);
