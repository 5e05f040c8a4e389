/** Writes moments in a time zone as ISO 8601 with its offset: `2026-03-29T14:30:00+02:00`. */
export function momentWriter(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const offset = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  return (at) => {
    const zone = offset.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const shift = zone.replace('GMT', '');
    return `${format.format(at).replace(' ', 'T')}${shift === '' ? 'Z' : shift}`;
  };
}
