/** Files that break a rule: where, what they do, and the rule that must say so. */
export const OFFENCES = [
  {
    what: 'a machine that reads a file',
    path: 'machines/a.ts',
    source: "import 'node:fs';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a machine that uses an SDK',
    path: 'machines/b.ts',
    source: "import 'groq-sdk';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a machine that looks up into src',
    path: 'machines/c.ts',
    source: "import '../src/shared/log.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a machine that throws dice',
    path: 'machines/d.ts',
    source: 'export const dice = () => Math.random();',
    rule: 'plugin',
  },
  {
    what: 'a machine that looks at the clock',
    path: 'machines/e.ts',
    source: 'export const now = () => Date.now();',
    rule: 'noRestrictedGlobals',
  },
  {
    what: 'a machine that sets a timer',
    path: 'machines/f.ts',
    source: 'export const wait = () => setTimeout(() => {}, 1);',
    rule: 'noRestrictedGlobals',
  },
  {
    what: 'a machine in a folder that does so',
    path: 'machines/team/g.ts',
    source: "import '../../src/config.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'an adapter that knows its sibling',
    path: 'src/web/h.ts',
    source: "import '../store/store.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'an adapter that loads its sibling later',
    path: 'src/web/r.ts',
    source: "export const store = () => import('../store/store.ts');",
    rule: 'noRestrictedImports',
  },
  {
    what: 'an adapter that passes its sibling on',
    path: 'src/web/s.ts',
    source: "export { openStore } from '../store/store.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'an adapter that knows the app',
    path: 'src/model/i.ts',
    source: "import '../app.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'an adapter that knows the runtime',
    path: 'src/terminal/j.ts',
    source: "import '../runtime/runtime.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a runtime that knows an adapter',
    path: 'src/runtime/k.ts',
    source: "import '../model/models.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a runtime that looks at the clock',
    path: 'src/runtime/l.ts',
    source: 'export const now = () => Date.now();',
    rule: 'noRestrictedGlobals',
  },
  {
    what: 'a runtime that throws dice',
    path: 'src/runtime/m.ts',
    source: 'export const dice = () => Math.random();',
    rule: 'plugin',
  },
  {
    what: 'something shared that looks up',
    path: 'src/shared/n.ts',
    source: "import '../config.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'anybody but the configuration that reads the environment',
    path: 'src/o.ts',
    source: 'export const env = () => process.env;',
    rule: 'noProcessEnv',
  },
  {
    what: 'a circle of types',
    path: 'machines/p.ts',
    source: "import type { Q } from './q.ts';\nexport type P = Q;",
    rule: 'noImportCycles',
  },
  {
    what: 'a machine that throws dice by another name',
    path: 'machines/d1.ts',
    source: "export const dice = () => Math['random']();",
    rule: 'plugin',
  },
  {
    what: 'a machine that throws dice by a name it found',
    path: 'machines/d2.ts',
    source: "const name = 'random';\nexport const dice = () => Math[name]();",
    rule: 'plugin',
  },
  {
    what: 'a machine that takes the dice out of their box',
    path: 'machines/d3.ts',
    source: 'const { random } = Math;\nexport const dice = random;',
    rule: 'plugin',
  },
  {
    what: 'a machine that takes the box along',
    path: 'machines/d4.ts',
    source: 'const box = Math;\nexport const dice = () => box.random();',
    rule: 'plugin',
  },
  {
    what: 'a machine that hands the box on',
    path: 'machines/d5.ts',
    source: 'const dice = (box: typeof Math) => box.random();\nexport const thrown = dice(Math);',
    rule: 'plugin',
  },
  {
    what: 'a machine that makes ids by way of everything',
    path: 'machines/d6.ts',
    source: 'export const id = () => globalThis.crypto.randomUUID();',
    rule: 'noRestrictedGlobals',
  },
  {
    what: 'a runtime that looks at the clock by way of everything',
    path: 'src/runtime/l1.ts',
    source: 'export const now = () => globalThis.Date.now();',
    rule: 'noRestrictedGlobals',
  },
  {
    what: "a runtime that looks at the clock by way of Node's everything",
    path: 'src/runtime/l2.ts',
    source: 'export const now = () => global.Date.now();',
    rule: 'noRestrictedGlobals',
  },
  {
    what: 'a runtime that brings a clock along',
    path: 'src/runtime/l3.ts',
    source:
      "import { systemClock } from '../shared/clock.ts';\nexport const now = () => systemClock.now();",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a runtime that passes a clock on',
    path: 'src/runtime/l4.ts',
    source: "export { systemClock } from '../shared/clock.ts';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a runtime that makes ids',
    path: 'src/runtime/l5.ts',
    source: "import { randomUUID } from 'node:crypto';\nexport const id = () => randomUUID();",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a runtime that sets timers',
    path: 'src/runtime/l6.ts',
    source:
      "import { setTimeout as pause } from 'node:timers/promises';\nexport const wait = () => pause(1);",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a runtime that measures time',
    path: 'src/runtime/l7.ts',
    source:
      "import { performance } from 'node:perf_hooks';\nexport const now = () => performance.now();",
    rule: 'noRestrictedImports',
  },
  {
    what: 'a runtime that uses an SDK',
    path: 'src/runtime/l8.ts',
    source: "import 'groq-sdk';",
    rule: 'noRestrictedImports',
  },
  {
    what: 'anybody who makes a signal that outlives its use',
    path: 'src/t.ts',
    source: 'export const late = () => AbortSignal.timeout(1);',
    rule: 'plugin',
  },
  {
    what: 'anybody who ties signals together',
    path: 'src/model/u.ts',
    source: 'export const either = (a: AbortSignal, b: AbortSignal) => AbortSignal.any([a, b]);',
    rule: 'plugin',
  },
] as const;

/** Files that keep to the table, and those that the offenders import. */
export const INNOCENT = {
  'machines/q.ts': "import type { P } from './p.ts';\nexport type Q = P | 1;\n",
  'machines/team/fine.ts':
    "import { setup } from 'xstate';\nimport { x } from '../x.ts';\nexport const y = [setup, x];\n",
  'machines/x.ts': 'export const x = 1;\n',
  'src/web/fine.ts':
    "import 'node:http';\nimport { x } from '../../machines/x.ts';\nimport { z } from '../shared/z.ts';\nexport const y = [x, z];\n",
  'src/shared/z.ts': 'export const z = 1;\n',
  'src/shared/clock.ts':
    'export interface Clock {\n  now(): number;\n}\nexport const systemClock: Clock = { now: () => Date.now() };\n',
  'src/runtime/fine.ts':
    "import { setup } from 'xstate';\nimport { x } from '../../machines/x.ts';\nimport type { Clock } from '../shared/clock.ts';\nimport { z } from '../shared/z.ts';\nexport const y = (clock: Clock) => [setup, x, z, clock.now(), Math.max(1, Math.PI)];\n",
  'src/app.ts': "import { y } from './web/fine.ts';\nexport const app = y;\n",
};
