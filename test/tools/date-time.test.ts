import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/shared/parse.ts';
import { dateTime } from '../../src/tools/date-time.ts';
import { aToolbox, said, use } from './run.ts';

// Saturday, half an hour before summer time begins in Berlin.
const NOW = Date.parse('2026-03-29T00:30:00Z');

async function ask(input: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { toolbox, clock } = aToolbox(dateTime({ defaultZone: 'Europe/Berlin' }));
  clock.set(NOW);
  const text = said(await use(toolbox, { name: 'date_time', input }));
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : text;
}

describe('date_time', () => {
  it('tells the hour of its clock in its default zone', async () => {
    expect(await ask({ action: 'now' })).toEqual({
      at: '2026-03-29T01:30:00+01:00[Europe/Berlin]',
      weekday: 'Sunday',
      isoWeek: 13,
      dayOfYear: 88,
    });
  });

  it('tells the hour in any zone it is asked for', async () => {
    expect(await ask({ action: 'now', zone: 'America/New_York' })).toMatchObject({
      at: '2026-03-28T20:30:00-04:00[America/New_York]',
      weekday: 'Saturday',
    });
  });

  it.each([
    [{ at: '2026-11-24T09:00', into: 'Asia/Tokyo' }, '2026-11-24T17:00:00+09:00[Asia/Tokyo]'],
    [{ at: '2026-11-24T09:00Z' }, '2026-11-24T10:00:00+01:00[Europe/Berlin]'],
    [{ at: '2026-11-24 09:00+05:30', into: 'UTC' }, '2026-11-24T03:30:00+00:00[UTC]'],
    [{ at: '2024-02-29' }, '2024-02-29T00:00:00+01:00[Europe/Berlin]'],
    [{ at: '2026-03-29T02:30' }, '2026-03-29T03:30:00+02:00[Europe/Berlin]'],
  ])(
    'converts %j, reading a time without offset as a clock in its zone shows it',
    async (input, at) => {
      expect(await ask({ action: 'convert', ...input })).toMatchObject({ at });
    },
  );

  it.each([
    [{ hours: 1 }, '2026-03-29T03:30:00+02:00[Europe/Berlin]'],
    [{ days: 1 }, '2026-03-30T01:30:00+02:00[Europe/Berlin]'],
    [{ months: -1 }, '2026-02-28T01:30:00+01:00[Europe/Berlin]'],
    [{ at: '2024-02-29', years: 1 }, '2025-02-28T00:00:00+01:00[Europe/Berlin]'],
    [{ at: '2026-01-01', weeks: 2, minutes: -30 }, '2026-01-14T23:30:00+01:00[Europe/Berlin]'],
  ])('adds as a calendar does, across the change of the clocks: %j', async (input, at) => {
    expect(await ask({ action: 'add', ...input })).toMatchObject({ at });
  });

  it('measures between two moments, in parts and in total', async () => {
    expect(
      await ask({ action: 'difference', at: '2024-01-31', until: '2026-03-01T12:00' }),
    ).toMatchObject({
      difference: { years: 2, months: 1, days: 1, hours: 12, minutes: 0, seconds: 0 },
      totalDays: 760.5,
    });
  });

  it('measures backwards and from now when that is what is asked', async () => {
    expect(await ask({ action: 'difference', until: '2026-03-28T01:30' })).toMatchObject({
      totalDays: -1,
      totalHours: -24,
    });
  });

  it('counts the hours that a day with a change of the clocks really has', async () => {
    expect(
      await ask({ action: 'difference', at: '2026-03-29', until: '2026-03-30' }),
    ).toMatchObject({ totalDays: 1, totalHours: 23 });
  });

  it.each([
    [{ action: 'convert', at: 'tomorrow' }, 'Cannot parse: tomorrow'],
    [{ action: 'convert', at: '2026-02-30' }, 'Invalid day: 30'],
    [{ action: 'now', zone: 'Mars/Base' }, 'Invalid time zone'],
    [{ action: 'add', years: 1_000_000 }, 'invalid_input'],
    [{ action: 'guess' }, 'expected now, convert, difference or add, got "guess"'],
    [{ action: 'add', days: 1.5 }, 'expected a whole number, got 1.5'],
  ])('refuses %j and says what it takes', async (input, message) => {
    expect(await ask(input)).toContain('invalid_input');
    expect(await ask(input)).toContain(message);
  });
});
