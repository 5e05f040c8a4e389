import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { heardBefore } from '../../src/heard-before.ts';
import { StoreError } from '../../src/store/store-error.ts';

const away = new StoreError(failure('storage', 'Away.'), 'connection');

describe('how far a platform had been heard when the house was opened', () => {
  it('stays as it was, whatever is heard since', async () => {
    let position = 7;
    const heard = heardBefore(
      { read: () => Promise.resolve({ position, inTime: position }) },
      'chat',
    );
    position = 8;

    expect(await heard()).toEqual({ kind: 'read', progress: { position: 7, inTime: 7 } });
    expect(await heard()).toEqual({ kind: 'read', progress: { position: 7, inTime: 7 } });
  });

  it('is read again when it could not be read, and then stays', async () => {
    let reads = 0;
    const heard = heardBefore(
      {
        read() {
          reads += 1;
          return reads < 3 ? Promise.reject(away) : Promise.resolve(undefined);
        },
      },
      'chat',
    );

    expect(await heard()).toEqual({ kind: 'failed', failure: away.failure });
    for (let nth = 0; nth < 2; nth++) {
      expect(await heard()).toEqual({ kind: 'read', progress: undefined });
    }
    expect(reads).toBe(3);
  });

  it('throws a bug in reading it at whoever asks, and at nobody else', async () => {
    const bug = new TypeError('No such thing.');
    const heard = heardBefore({ read: () => Promise.reject(bug) }, 'chat');
    await expect(heard()).rejects.toBe(bug);
  });
});
