/** The part of the date tool's input that simple rules can fill. */
export interface DateTimeInput {
  readonly action: 'now' | 'convert' | 'difference' | 'add';
  readonly zone?: string;
  readonly at?: string;
  readonly until?: string;
  readonly years?: number;
  readonly months?: number;
  readonly weeks?: number;
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
}

/** What a text asks of the calendar or the clock; `undefined` when it asks nothing of them. */
export function readTime(text: string): DateTimeInput | undefined {
  const zone = zoneIn(text);
  const input = readDifference(text) ?? readShift(text) ?? readWeekday(text) ?? readNow(text);
  return input && zone !== undefined ? { ...input, zone } : input;
}

const NOW =
  /\b(?:what(?:'s| is) the (?:time|date|day)(?= *$| (?:in|at|now|today|right)\b)|(?:what|which) (?:time|date|day|year|month|weekday) is it|(?:what|which) (?:date|day|weekday) is (?:it )?today|(?:current|present) (?:time|date)|today's date|time (?:is it )?(?:now|in)|time and date|date and time)\b/i;
const FAR_DATES =
  /\b(?:days?|weeks?|long|time|hours?)\b.*\b(?:until|till|to|since|between|from)\b/i;
const WEEKDAY = /\b(?:weekday|day of the week|what day|which day|week number)\b/i;

const readNow = (text: string): DateTimeInput | undefined =>
  NOW.test(text) ? { action: 'now' } : undefined;

function readDifference(text: string): DateTimeInput | undefined {
  const [first, second] = datesIn(text);
  if (first === undefined || !FAR_DATES.test(text)) return undefined;
  if (second !== undefined) return { action: 'difference', at: first, until: second };
  // Since a date counts from it; until a date counts to it. The other end is now.
  return /\b(?:since|from)\b/i.test(text)
    ? { action: 'difference', at: first }
    : { action: 'difference', until: first };
}

const SHIFT =
  /\b(\d{1,5}|an?) (year|month|week|day|hour|minute)s? (from now|from today|ago|hence)\b/i;
const SHIFT_IN =
  /\b(?:date|day|time|weekday)\b.*\bin (\d{1,5}|an?) (year|month|week|day|hour|minute)s?\b/i;

function readShift(text: string): DateTimeInput | undefined {
  const [, count, unit, direction] = SHIFT.exec(text) ?? SHIFT_IN.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  const amount = /^an?$/i.test(count) ? 1 : Number(count);
  const signed = direction?.toLowerCase() === 'ago' ? -amount : amount;
  return { action: 'add', [`${unit.toLowerCase()}s`]: signed };
}

function readWeekday(text: string): DateTimeInput | undefined {
  const [at] = datesIn(text);
  return at !== undefined && WEEKDAY.test(text) ? { action: 'convert', at } : undefined;
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const MONTH = MONTHS.join('|');
const DATE = new RegExp(
  String.raw`\b(?<iso>\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?)\b|\b(?<day>\d{1,2})(?:st|nd|rd|th)?\.? (?:of )?(?<month>${MONTH}),? (?<year>\d{4})\b|\b(?<month2>${MONTH}) (?<day2>\d{1,2})(?:st|nd|rd|th)?,? (?<year2>\d{4})\b`,
  'gi',
);

function datesIn(text: string): readonly string[] {
  return [...text.matchAll(DATE)].map(({ groups = {} }) => {
    const { iso, day = groups['day2'], month = groups['month2'], year = groups['year2'] } = groups;
    const number = MONTHS.indexOf((month ?? '').toLowerCase()) + 1;
    return iso ?? `${year}-${String(number).padStart(2, '0')}-${(day ?? '').padStart(2, '0')}`;
  });
}

/** "in Tokyo", "in Europe/Berlin": the zone whose name or city that is. */
function zoneIn(text: string): string | undefined {
  const place = /\b(?:in|at) ([A-Za-z][A-Za-z_/ ]*[A-Za-z])/.exec(text)?.[1]?.toLowerCase();
  if (place === undefined) return undefined;
  const named = place.replaceAll(' ', '_');
  if (named === 'utc' || named === 'gmt') return 'UTC';
  return Intl.supportedValuesOf('timeZone').find((zone) => {
    const name = zone.toLowerCase();
    return name === named || name.endsWith(`/${named}`);
  });
}
