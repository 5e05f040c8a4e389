import type { Failure } from '../machines/failure.ts';
import type { Gateways, Progress } from './store/gateways.ts';
import { failureOf } from './store/store-error.ts';

type Heard =
  /** `progress` is undefined for a platform that was never heard. */
  | { readonly kind: 'read'; readonly progress: Progress | undefined }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * How far a platform's events had been taken up when this life began, by which an absence is told from another one: read at
 * once, since what comes in this life moves it on. What could not be read is read again when it is asked for.
 */
export function heardBefore(gateways: Pick<Gateways, 'read'>, platform: string) {
  // Held as a value: a promise for which nobody may ask must not reject.
  const read = () =>
    gateways.read(platform).then(
      (progress) => ({ kind: 'read', progress }) as const,
      (thrown: unknown) => ({ kind: 'thrown', thrown }) as const,
    );
  let reading = read();
  return async (): Promise<Heard> => {
    if ((await reading).kind === 'thrown') reading = read();
    const heard = await reading;
    return heard.kind === 'read' ? heard : { kind: 'failed', failure: failureOf(heard.thrown) };
  };
}
