import { afterEach, describe, expect, it } from 'vitest';
import { anAnswer, aQuestion, aRecord, aRun, aStep, untilDone } from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

interface Conflict {
  readonly table: string;
  readonly code: string;
  /** How often in a row. */
  readonly times: number;
}

/** The next writes to a table are undone, as the server undoes the loser of two transactions. */
const conflicting = ({ table, code, times }: Conflict): readonly string[] => [
  ...HARMONY,
  // What a sequence has given is not taken back with the transaction.
  'create sequence conflicts',
  `create function conflict() returns trigger language plpgsql as $$ begin
    if nextval('conflicts') <= ${times} then
      raise exception 'could not serialize access' using errcode = '${code}';
    end if;
    return new;
  end $$`,
  `create trigger conflicting before insert or update on ${table} for each row execute function conflict()`,
];

const HARMONY = [
  'drop function if exists conflict() cascade',
  'drop sequence if exists conflicts',
] as const;

/** Does something to the database behind the store's back. */
type RunSql = (statement: string) => Promise<unknown>;

/** What every store promises where transactions get into each other's way. */
export function repeatsWhatConflicts(house: StoreUnderTest, run: RunSql): void {
  const sql = async (statements: readonly string[]): Promise<void> => {
    for (const one of statements) await run(one);
  };
  describe('a statement that another transaction gets in the way of', () => {
    afterEach(() => sql(HARMONY));

    it.each([
      ['40001', 'that could not be serialized'],
      ['40P01', 'that stood in a deadlock'],
    ])('is run again, and a turn is none the worse for it (%s: %s)', async (code) => {
      const { inbox, runs } = house.store();
      const question = aQuestion();
      const during = async <Told>(table: string, call: () => Promise<Told>): Promise<Told> => {
        await sql(conflicting({ table, code, times: 3 }));
        return await call();
      };

      const accepted = await during('inbox', () => inbox.accept(question));
      const begun = await during('agent_runs', () =>
        runs.begin(aRun(question), question, untilDone),
      );
      const kept = await during('run_steps', () => runs.record(aStep(question), untilDone));
      const ended = await during('agent_runs', () =>
        runs.end(aRecord(question, anAnswer('84')), untilDone),
      );

      expect(accepted).toBe('accepted');
      expect(begun).toMatchObject({ kind: 'begun', history: [] });
      expect([kept, ended]).toEqual([{ kind: 'saved' }, { kind: 'saved' }]);
      const past = await house.store().conversation(question, question.channelId, { limit: 9 });
      expect(past.map(({ runId }) => runId)).toEqual([question.runId]);
    });

    it('fails when it is undone once more than three times, and nothing else does', async () => {
      const [unlucky, next] = [aQuestion(), aQuestion()];
      await sql(conflicting({ table: 'inbox', code: '40001', times: 4 }));

      const told = await house.store().inbox.accept(unlucky);

      expect(told).toMatchObject({ kind: 'storage', message: expect.stringContaining('40001') });
      expect(house.store().health()).toEqual({ kind: 'ok' });
      expect(await house.store().inbox.accept(next)).toBe('accepted');
    });
  });
}
