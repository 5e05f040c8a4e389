import type { FetchResult, GuardOptions } from '../../../src/tools/web/guarded-fetch.ts';

/** A name server of our own: whatever it is asked, it answers this. */
export const names =
  (...answers: readonly string[]): NonNullable<GuardOptions['resolve']> =>
  async () =>
    answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

/** What a fetch brought, or why it brought nothing. */
export const saidOf = (result: FetchResult): string =>
  result.kind === 'fetched'
    ? result.page.bytes.toString('utf8')
    : `${result.failure.kind}: ${result.failure.message}`;
