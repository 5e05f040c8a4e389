import { expect, it } from 'vitest';
import { CallEnd } from '../../src/model/call-end.ts';

it('tells the end of a call once, to everybody who still listens', () => {
  const told: string[] = [];
  const end = new CallEnd();
  const gone = (): void => void told.push('gone');
  end.addEventListener('abort', gone);
  end.addEventListener('abort', () => {
    told.push(`first, ended: ${end.aborted}`);
    end.removeEventListener('abort', gone);
  });
  end.addEventListener('abort', () => told.push('second'));
  end.removeEventListener('abort', gone);

  end.abort();
  end.abort();

  expect(told).toEqual(['first, ended: true', 'second']);
});
