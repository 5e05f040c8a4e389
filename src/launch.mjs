#!/usr/bin/env node
// Plain JavaScript that any Node understands: it looks at the version before anything newer is loaded.
import { existsSync } from 'node:fs';
import module from 'node:module';
import process, { versions } from 'node:process';

const PROGRAMS = {
  start: 'main',
  chat: 'chat',
  migrate: 'migrate',
  replay: 'replay',
  mcp: 'mcp',
  memory: 'memory',
};

const [major = 0, minor = 0] = versions.node.split('.').map(Number);
const program = PROGRAMS[process.argv[2]];

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Troupe needs Node 22.18 or newer; this is ${versions.node}.\n` +
      'Run "npm ci" and then "npm start": the scripts bring a fitting Node with them.\n',
  );
  process.exitCode = 1;
} else if (program === undefined) {
  process.stderr.write(`Say what to run: ${Object.keys(PROGRAMS).join(', ')}.\n`);
  process.exitCode = 1;
} else {
  // Kept between starts, what Node makes of our sources saves about a third of the start; an old Node has no such thing.
  module.enableCompileCache?.();
  await import('./quick-modules.mjs');
  // Not imported by name: an old Node that lacks it would fail before it could say that it is old.
  if (existsSync('.env')) process.loadEnvFile('.env');
  // The sources, or what was built of them.
  const built = new URL(`./${program}.js`, import.meta.url);
  await import(existsSync(built) ? built.href : `./${program}.ts`);
}
