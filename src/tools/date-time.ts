import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { failure } from '../../machines/failure.ts';
import { PURE } from '../../machines/tool-policy.ts';
import { defineTool, returned, type Tool } from './tool.ts';

const zone = () => z.string('expected a time zone').max(64, 'expected an IANA name').optional();
const moment = () => z.string('expected an ISO date').max(100, 'expected an ISO date').optional();
const amount = () => z.int('expected a whole number').min(-1e6).max(1e6).optional();

const InputSchema = z.object({
  action: z
    .enum(['now', 'convert', 'difference', 'add'], 'expected now, convert, difference or add')
    .describe('add: `at` plus the amounts; difference: from `at` to `until`'),
  zone: zone().describe('IANA time zone in which `at` and `until` are read, e.g. Europe/Berlin'),
  at: moment().describe('ISO 8601, e.g. 2026-03-29 or 2026-03-29T14:30; left out: now'),
  until: moment().describe('ISO 8601; left out: now'),
  into: zone().describe('IANA time zone of the result; left out: `zone`'),
  years: amount(),
  months: amount(),
  weeks: amount(),
  days: amount(),
  hours: amount(),
  minutes: amount(),
});

type Input = z.output<typeof InputSchema>;

/** Dates and times in any IANA zone, from the run's clock. `defaultZone` is used where none is named. */
export function dateTime({ defaultZone = 'UTC' }: { readonly defaultZone?: string } = {}): Tool {
  return defineTool({
    name: 'date_time',
    description: `The current date and time (action now), a moment in another time zone (convert), the time between two moments (difference), a date so much later or earlier (add, negative amounts go back). Answers with ISO 8601, weekday and week number. Zones are IANA names; without one: ${defaultZone}.`,
    input: InputSchema,
    policy: PURE,
    deadlineMs: 2000,
    maxOutputChars: 2000,
    execute(input, { clock }) {
      const now = Temporal.Instant.fromEpochMilliseconds(clock.now());
      try {
        return returned(JSON.stringify(answer(input, now, defaultZone)));
      } catch (error) {
        // Temporal's word for what is not a date, a zone, or within its calendar.
        if (!(error instanceof RangeError)) throw error;
        const message = `${error.message}. Dates are ISO 8601 (2026-03-29T14:30), zones IANA names (Europe/Berlin).`;
        return { kind: 'failed', failure: failure('invalid_input', message) };
      }
    },
  });
}

function answer(input: Input, now: Temporal.Instant, defaultZone: string): object {
  const zoneName = input.zone ?? defaultZone;
  const read = (text: string | undefined) =>
    text === undefined ? now.toZonedDateTimeISO(zoneName) : momentOf(text, zoneName);
  const into = input.into ?? zoneName;
  switch (input.action) {
    case 'now':
      return described(now.toZonedDateTimeISO(into));
    case 'convert':
      return described(read(input.at).withTimeZone(into));
    case 'add':
      return described(moved(read(input.at), input).withTimeZone(into));
    case 'difference':
      return between(read(input.at), read(input.until));
  }
}

const HAS_OFFSET = /[tT ]\d.*(?:[zZ]|[+-]\d\d(?::?\d\d)?)(?:\[.*\])?$/;

/** A moment with its offset is that instant; without one it is what a clock in the zone shows. */
function momentOf(text: string, zoneName: string): Temporal.ZonedDateTime {
  const trimmed = text.trim();
  if (HAS_OFFSET.test(trimmed)) return Temporal.Instant.from(trimmed).toZonedDateTimeISO(zoneName);
  return Temporal.PlainDateTime.from(trimmed).toZonedDateTime(zoneName);
}

/** Forward by what is positive, then back by what is negative: one duration cannot hold both. */
function moved(from: Temporal.ZonedDateTime, input: Input): Temporal.ZonedDateTime {
  const forward = amounts(input, (amount) => Math.max(amount, 0));
  const back = amounts(input, (amount) => Math.min(amount, 0));
  return from.add(forward).add(back);
}

function amounts(input: Input, pick: (amount: number) => number): Temporal.DurationLike {
  const { years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0 } = input;
  return {
    years: pick(years),
    months: pick(months),
    weeks: pick(weeks),
    days: pick(days),
    hours: pick(hours),
    minutes: pick(minutes),
  };
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function described(moment: Temporal.ZonedDateTime): object {
  return {
    at: iso(moment),
    weekday: WEEKDAYS[moment.dayOfWeek - 1],
    isoWeek: moment.weekOfYear,
    dayOfYear: moment.dayOfYear,
  };
}

function between(from: Temporal.ZonedDateTime, until: Temporal.ZonedDateTime): object {
  const gap = from.until(until, { largestUnit: 'years', smallestUnit: 'seconds' });
  const { years, months, days, hours, minutes, seconds } = gap;
  return {
    from: iso(from),
    until: iso(until),
    difference: { years, months, days, hours, minutes, seconds },
    totalDays: rounded(gap.total({ unit: 'days', relativeTo: from })),
    totalHours: rounded(gap.total({ unit: 'hours', relativeTo: from })),
  };
}

const iso = (moment: Temporal.ZonedDateTime) => moment.toString({ smallestUnit: 'second' });

const rounded = (value: number) => Math.round(value * 1000) / 1000;
