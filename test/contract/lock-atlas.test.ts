import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/rules/all.ts';
import {
  ATLAS,
  heavyTables,
  measuredLocks,
  newestResult,
  predictedLocks,
  predictedTables,
  verdictOf,
} from '../support/lock-atlas.ts';

/*
 * How it is graded. Every statement of the atlas that was measured counts, but for those that only asked whether a
 * transaction block is allowed (`intx`), and those that every version refused. A statement is heavy when the server
 * read or rewrote all rows of a table while it held a lock on it that writers wait for (heavyTables, in the support
 * file). Lint calls it heavy when an effect says so, or a rule that speaks of such work. Statements whose locks were
 * sampled (CONCURRENTLY, VACUUM) have no measured work: they count for locks alone.
 */
const measured = ATLAS.filter(({ id }) => !id.startsWith('intx')).flatMap((entry) => {
  const result = newestResult(entry);
  if (result === undefined) return [];
  const verdict = verdictOf(entry);
  return [{ entry, result, verdict, heavy: heavyTables(entry, result), predicted: predictedTables(verdict) }];
});
const graded = measured.filter(({ entry }) => entry.sampled !== true);

/** Precision and recall of a yes that lint gives to each graded statement. */
function grade(says: (one: (typeof graded)[number]) => boolean): { precision: number; recall: number } {
  const right = graded.filter((one) => says(one) && one.heavy.length > 0).length;
  return {
    precision: right / graded.filter(says).length,
    recall: right / graded.filter(({ heavy }) => heavy.length > 0).length,
  };
}

/** Rules about work that grows with the rows: what they report must be heavy. */
const HEAVY_RULES = new Set([
  'index-create-blocking',
  'reindex-blocking',
  'add-column-volatile-default',
  'add-column-identity-serial',
  'add-column-generated-stored',
  'add-column-checked-domain',
  'add-column-inline-check',
  'add-column-inline-unique',
  'set-expression-rewrite',
  'set-not-null-scan',
  'add-check-validated',
  'add-fk-validated',
  'add-unique-builds-index',
  'add-pk-builds-index',
  'pk-using-index-nullable',
  'add-exclusion',
  'column-type-rewrite',
  'column-type-index-rebuild',
  'column-type-check-scan',
  'type-change-timezone-dependent',
  'set-logged-unlogged',
  'set-tablespace-access-method',
  'vacuum-full-cluster',
  'refresh-matview',
  'attach-partition-scan',
  'default-partition-scan',
  'domain-constraint-validated',
]);

/** Where lint is known to say more than was measured: the table was empty, and reading it could not be seen. */
const UNSEEN = ['add-pk-without-overlaps'];

describe('the lock atlas', () => {
  it('is large enough to say something', () => {
    expect(graded.length).toBeGreaterThan(190);
    expect(graded.filter(({ heavy }) => heavy.length > 0).length).toBeGreaterThan(55);
  });

  it('agrees with what lint calls heavy work under a blocking lock: precision and recall above 0.95', () => {
    const { precision, recall } = grade(({ predicted }) => predicted.length > 0);
    expect(precision).toBeGreaterThan(0.95);
    expect(recall).toBeGreaterThan(0.95);
  });

  it('agrees statement by statement on which tables suffer', () => {
    const wrong = graded
      .filter(
        ({ heavy, predicted, entry }) => heavy.join() !== predicted.join() && !UNSEEN.includes(entry.id),
      )
      .map(
        ({ entry, heavy, predicted }) => `${entry.id}: measured ${heavy.join()}, said ${predicted.join()}`,
      );
    expect(wrong).toEqual([]);
  });

  it('agrees with the rules: what they report as heavy is, and what is heavy they report', () => {
    const reported = ({ verdict }: (typeof graded)[number]): boolean =>
      verdict.findings.some(
        ({ code, severity }) =>
          severity !== 'notice' && (HEAVY_RULES.has(code) || code === 'add-column-inline-fk'),
      );
    const { precision, recall } = grade(reported);
    expect(precision).toBeGreaterThan(0.95);
    expect(recall).toBeGreaterThan(0.95);
    const silent = graded.filter((one) => one.heavy.length > 0 && !reported(one));
    expect(silent.map(({ entry }) => entry.id)).toEqual([]);
  });

  it.each([...HEAVY_RULES])('%s reports nothing that is not heavy', (rule) => {
    const false_ = graded.filter(
      ({ heavy, verdict, entry }) =>
        heavy.length === 0 &&
        !UNSEEN.includes(entry.id) &&
        verdict.findings.some(({ code }) => code === rule),
    );
    expect(false_.map(({ entry }) => entry.id)).toEqual([]);
  });

  it('knows every rule that it is asked about', () => {
    const ids = new Set(RULES.map(({ id }) => id));
    expect([...HEAVY_RULES].filter((id) => !ids.has(id))).toEqual([]);
  });

  it('confirms the strongest lock on each table, view and sequence, but where it could not be sampled', () => {
    const sorted = (locks: object): string => JSON.stringify(Object.entries(locks).sort());
    const wrong = measured.filter(
      ({ result, verdict }) => sorted(measuredLocks(result)) !== sorted(predictedLocks(verdict)),
    );
    // VACUUM and DETACH … CONCURRENTLY were over before anybody could look.
    expect(wrong.map(({ entry }) => entry.id)).toEqual(['vacuum', 'detach-partition-concurrently']);
    expect(measured.length).toBeGreaterThan(200);
  });
});
