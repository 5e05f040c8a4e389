import { describe, expect, it } from 'vitest';
import { SteppedHouse } from '../support/stepped-house.ts';

describe('isolation', () => {
  /** Ann's team crashed with both questions in its hands, and has just been started again. */
  function aSecondTry(): SteppedHouse {
    const house = new SteppedHouse({ backoffFirstMs: 100 });
    house.ask('ann', 'a1');
    house.ask('ann', 'a2');
    house.crash('ann');
    house.free('ann');
    return house;
  }

  it('gives the next team one question at a time', () => {
    const house = aSecondTry();

    expect(house.tickAfter(100)).toEqual(['activate ann#2', 'deliver a1 to ann#2']);
    expect(house.settle('ann', 'a1')).toEqual(['deliver a2 to ann#2']);
  });

  it('makes new questions wait as well, and ends with the last of the suspects', () => {
    const house = aSecondTry();
    house.tickAfter(100);

    expect(house.ask('ann', 'a3')).toEqual([]);
    expect(house.ask('ann', 'a4')).toEqual([]);
    expect(house.settle('ann', 'a1')).toEqual(['deliver a2 to ann#2']);
    expect(house.settle('ann', 'a2')).toEqual(['deliver a3 to ann#2', 'deliver a4 to ann#2']);
  });

  it('ends with the suspect at work when the others are cancelled', () => {
    const house = aSecondTry();
    house.ask('ann', 'a3');
    house.tickAfter(100);

    expect(house.cancel('ann', { run: 'a2' })).toEqual(['a2 is cancelled']);
    expect(house.settle('ann', 'a1')).toEqual(['deliver a3 to ann#2']);
  });

  it('abandons the question that brings its team down too often, and spares the innocent ones', () => {
    const house = aSecondTry();
    house.tickAfter(100);
    house.crash('ann');
    house.free('ann');
    house.tickAfter(200);

    expect(house.crash('ann')).toEqual([
      'release ann#3: crashed by force',
      'abandon a1 after 3',
      'queue a2 at 1',
    ]);
    house.free('ann');
    expect(house.tickAfter(400)).toEqual(['activate ann#4', 'deliver a2 to ann#4']);
  });

  it('does not deliver again what was cancelled when the team crashed', () => {
    const house = new SteppedHouse();
    house.ask('ann', 'a1');
    house.cancel('ann');

    expect(house.crash('ann')).toEqual(['release ann#1: crashed by force', 'a1 is cancelled']);
  });
});
