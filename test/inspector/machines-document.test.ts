import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import { chartOf } from '../../src/inspector/chart.ts';
import { diagramOf } from '../../src/inspector/diagram.ts';
import { machinesDocument } from '../../src/inspector/machines-document.ts';
import { everyMachine } from '../support/every-machine.ts';

describe('docs/machines.md', () => {
  it('shows the machines as they are: draw it again with "npm run docs:machines"', async () => {
    const machines = await everyMachine();
    const page = await readFile(new URL('../../docs/machines.md', import.meta.url), 'utf8');

    expect(machines.length).toBeGreaterThanOrEqual(4);
    expect(page).toBe(machinesDocument(machines));
  });
});

describe('the diagram of a machine', () => {
  const machine = setup({ guards: { isDone: () => true } }).createMachine({
    id: 'kettle',
    initial: 'cold',
    states: {
      cold: { on: { 'kettle.heat': 'hot', 'kettle.look': {} } },
      hot: {
        type: 'parallel',
        states: { water: {}, lamp: {} },
        always: { guard: 'isDone', target: 'over' },
      },
      over: { type: 'final' },
    },
  });

  it('has states inside of states, regions side by side, conditions and ends', () => {
    expect(diagramOf(chartOf(machine), ['hot.lamp']).split('\n')).toEqual([
      'stateDiagram-v2',
      'state "cold" as cold',
      'cold : kettle.look',
      '[*] --> cold',
      'state "hot" as hot {',
      '  state "water" as hot__water',
      '  --',
      '  state "lamp" as hot__lamp',
      '}',
      'state "over" as over',
      'over --> [*]',
      'cold --> hot : kettle.heat',
      'hot --> over : [isDone]',
      'classDef active fill:#f90,color:#000,stroke-width:3px',
      'class hot__lamp active',
    ]);
  });
});
