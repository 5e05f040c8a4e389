import { describe, expect, it } from 'vitest';
import type { RunPort, ToolPort } from '../../machines/ports.ts';
import { PURE, type ToolPolicy } from '../../machines/tool-policy.ts';
import { Confirmations } from '../../src/runtime/confirming.ts';
import { withJournal } from '../../src/runtime/journal.ts';
import { silentLog } from '../../src/shared/log.ts';
import { anAgent, aRoster, aTool } from '../../src/testing/builders.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { confineTools } from '../../src/tools/toolbox.ts';
import { observed, type RunPorts } from '../../src/tracing/observer.ts';
import { keptRuns } from '../support/kept-runs.ts';

/** Unlike that of any other tool in every respect. */
const GRAVE: ToolPolicy = {
  readsUntrusted: true,
  readsPrivate: true,
  sendsOutward: true,
  repeatable: false,
  needsConfirmation: true,
};

const clock = simulatedClock();
const model: RunPorts['model'] = { call: () => Promise.reject(new Error('Nobody thinks.')) };
const runs: RunPort = keptRuns().port;
const leader = anAgent('leader', { tools: [aTool('pay')] });

/** Everything that a house puts around its tools. */
const WRAPPERS: Readonly<Record<string, (tools: ToolPort) => ToolPort>> = {
  'what confines agents to their tools': (tools) => confineTools(tools, aRoster({ leader })),
  'what observes': (tools) => observed({ model, tools, runs }, [{}], clock).tools,
  'what keeps a journal': (tools) =>
    withJournal({ model, tools, runs, log: silentLog, isCurrent: () => true }).tools,
  'what asks the asker': (tools) =>
    new Confirmations({
      store: undefined,
      clock,
      confirmMs: 1_000,
      isCurrent: () => true,
      onAsked: () => {},
      onEnded: () => {},
    }).before(tools),
};

/** A port of a class: its methods are lost when it is spread. */
class OneTool implements ToolPort {
  policyOf({ name }: { readonly name: string }): ToolPolicy {
    return name === 'pay' ? GRAVE : PURE;
  }
  run(): ReturnType<ToolPort['run']> {
    return Promise.resolve({ kind: 'returned', content: 'Paid.' });
  }
}

describe('the policy of a tool', () => {
  it.each(Object.entries(WRAPPERS))('comes whole through %s', (_, wrap) => {
    const tools = wrap(new OneTool());

    expect(tools.policyOf({ agent: 'leader', name: 'pay' })).toEqual(GRAVE);
    expect(tools.policyOf({ agent: 'leader', name: 'look' })).toEqual(PURE);
  });

  it('comes whole through all of them together', () => {
    const tools = Object.values(WRAPPERS).reduce<ToolPort>(
      (inner, wrap) => wrap(inner),
      new OneTool(),
    );

    expect(tools.policyOf({ agent: 'leader', name: 'pay' })).toEqual(GRAVE);
  });

  it('cannot be left out of a port: it would not compile', () => {
    const inner: ToolPort = new OneTool();

    // @ts-expect-error: a wrapper that hands on nothing but `run` is no ToolPort.
    const wrapped: ToolPort = { run: (request, options) => inner.run(request, options) };

    expect('policyOf' in wrapped).toBe(false);
  });
});
