import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createSlots } from '../../src/tools/slots.ts';

const { signal } = new AbortController();
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Slots', () => {
  it('are given in the order of asking, never more at once than there are', async () => {
    const slots = createSlots({ places: 1, maxWaiting: 9 });
    const order: string[] = [];
    const first = await slots.take(signal);
    const second = slots.take(signal).then((free) => {
      order.push('second');
      return free;
    });
    const third = slots.take(signal).then(() => order.push('third'));
    await turn();
    expect(order).toEqual([]);
    first?.();
    (await second)?.();
    await third;
    expect(order).toEqual(['second', 'third']);
  });

  it('are freed once, however often their holder frees them', async () => {
    const slots = createSlots({ places: 1, maxWaiting: 0 });
    const first = await slots.take(signal);
    first?.();
    first?.();
    expect(await slots.take(signal)).toBeDefined();
    expect(await slots.take(signal)).toBeUndefined();
  });

  it('refuse who would be one too many in the line', async () => {
    const slots = createSlots({ places: 1, maxWaiting: 1 });
    const first = await slots.take(signal);
    const waiting = slots.take(signal);
    expect(await slots.take(signal)).toBeUndefined();
    first?.();
    expect(await waiting).toBeDefined();
  });

  it('forget who aborts in the line, and pass to the next', async () => {
    const slots = createSlots({ places: 1, maxWaiting: 9 });
    const first = await slots.take(signal);
    const controller = new AbortController();
    const impatient = slots.take(controller.signal);
    const next = slots.take(signal);
    controller.abort();
    expect(await impatient).toBeUndefined();
    first?.();
    expect(await next).toBeDefined();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('leave no listener on the signal of one who got a place', async () => {
    const slots = createSlots({ places: 1, maxWaiting: 9 });
    const controller = new AbortController();
    const first = await slots.take(signal);
    const next = slots.take(controller.signal);
    first?.();
    await next;
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});
