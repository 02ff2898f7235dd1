import { describe, expect, it } from 'vitest';
import { lossesOf, nameText } from '../../../src/core/data-loss.ts';

/** `table a`, `column a.c`, `rows a (DELETE)`, `schema s`. */
function losses(text: string): string[] {
  return lossesOf(text).map((loss) => {
    if (loss.kind === 'schema') return `schema ${loss.schema}`;
    const table = nameText(loss.table);
    if (loss.kind === 'column') return `column ${table}.${loss.column}`;
    return loss.kind === 'rows' ? `rows ${table} (${loss.verb})` : `table ${table}`;
  });
}

describe('lossesOf', () => {
  it.each<[text: string, expected: string[]]>([
    ['DROP TABLE courses;', ['table courses']],
    ['drop table if exists Courses cascade', ['table courses']],
    ['DROP TABLE a, public.b, "C d" RESTRICT;', ['table a', 'table public.b', 'table C d']],
    ['DROP TABLE "A""b"."table";', ['table A"b.table']],
    ['DROP /* x */ TABLE -- y\n a;', ['table a']],
    ['DROP FOREIGN TABLE f;', ['table f']],
    ['DROP SCHEMA s;', ['schema s']],
    ['DROP SCHEMA IF EXISTS s, "T" CASCADE;', ['schema s', 'schema T']],
    ['TRUNCATE a;', ['rows a (TRUNCATE)']],
    [
      'TRUNCATE TABLE ONLY a, s.b *, ONLY "C" RESTART IDENTITY CASCADE;',
      ['rows a (TRUNCATE)', 'rows s.b (TRUNCATE)', 'rows C (TRUNCATE)'],
    ],
    ['DELETE FROM a;', ['rows a (DELETE)']],
    ['DELETE FROM ONLY s.a AS x USING b, c WHERE x.id = b.id;', ['rows s.a (DELETE)']],
    ['WITH moved AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM moved;', ['rows a (DELETE)']],
    ['WITH old AS (SELECT 1) DELETE FROM a USING old;', ['rows a (DELETE)']],
    ['MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE;', ['rows a (DELETE)']],
    ['ALTER TABLE a DROP COLUMN c;', ['column a.c']],
    ['ALTER TABLE a DROP c;', ['column a.c']],
    ['alter table if exists only s."A" * drop column if exists "C d" cascade;', ['column s.A.C d']],
    ['ALTER TABLE a DROP IF EXISTS c;', ['column a.c']],
    [
      'ALTER TABLE a DROP COLUMN b, DROP c, DROP COLUMN IF EXISTS d;',
      ['column a.b', 'column a.c', 'column a.d'],
    ],
    ['ALTER TABLE a DROP "constraint";', ['column a.constraint']],
    [
      'ALTER TABLE a ADD COLUMN n numeric(10, 2) DEFAULT round(1.5, 1), ADD CHECK (n IN (1, 2)), DROP COLUMN b;',
      ['column a.b'],
    ],
    ['ALTER TABLE a ALTER b TYPE int USING (b, c), DROP COLUMN d;', ['column a.d']],
    ['-- nothing\nDROP TABLE a;\nDROP TABLE b;', ['table a', 'table b']],
  ])('finds the data that %s destroys', (text, expected) => {
    expect(losses(text)).toEqual(expected);
  });

  it.each([
    '',
    '-- DROP TABLE a',
    "SELECT 'DROP TABLE a'",
    'DO $$ BEGIN DROP TABLE a; END $$;',
    'CREATE TABLE a (id int);',
    'ALTER TABLE a ALTER COLUMN c DROP DEFAULT;',
    'ALTER TABLE a ALTER c DROP NOT NULL, ALTER d DROP IDENTITY IF EXISTS, ALTER e DROP EXPRESSION;',
    'ALTER TABLE a DROP CONSTRAINT a_pkey CASCADE;',
    'ALTER TABLE a DROP CONSTRAINT IF EXISTS a_pkey, ALTER c DROP DEFAULT;',
    'ALTER TABLE a ADD CONSTRAINT k CHECK (x, drop);',
    'ALTER TABLE a RENAME COLUMN drop TO column_;',
    'DROP INDEX i;',
    'DROP INDEX CONCURRENTLY IF EXISTS i;',
    'DROP VIEW v;',
    'DROP MATERIALIZED VIEW m;',
    'DROP TYPE t;',
    'DROP FUNCTION f(int, text);',
    'DROP TRIGGER t ON a;',
    'DROP POLICY p ON a;',
    'UPDATE a SET c = NULL;',
    'INSERT INTO a SELECT * FROM b;',
    'WITH x AS (SELECT 1) SELECT * FROM x FOR UPDATE;',
    'MERGE INTO a USING b ON true WHEN MATCHED THEN UPDATE SET c = 1;',
    'GRANT DELETE, TRUNCATE ON a TO b;',
    'CREATE TRIGGER t AFTER DELETE ON a EXECUTE FUNCTION f();',
    'ALTER TABLE',
    'DROP TABLE',
    'DELETE FROM',
    'TRUNCATE',
  ])('finds nothing in %s', (text) => {
    expect(losses(text)).toEqual([]);
  });

  it('counts a table that is dropped once, without its columns and rows', () => {
    expect(
      losses(
        'DELETE FROM a; ALTER TABLE a DROP COLUMN c; DROP TABLE a; DROP TABLE IF EXISTS a; DELETE FROM b;',
      ),
    ).toEqual(['table a', 'rows b (DELETE)']);
  });

  it('takes a table in a schema for another one than the table without', () => {
    expect(losses('ALTER TABLE s.a DROP COLUMN c; DROP TABLE a;')).toEqual(['column s.a.c', 'table a']);
  });

  it('counts every column and every statement once', () => {
    expect(losses('DELETE FROM a WHERE x; DELETE FROM a WHERE y; TRUNCATE a;')).toEqual([
      'rows a (DELETE)',
      'rows a (TRUNCATE)',
    ]);
  });

  it('finds the losses of the bundled rollbacks', async () => {
    const { readFile } = await import('node:fs/promises');
    const text = await readFile('rollbacks/lms/20251103000018-alter-users-table.sql', 'utf8');
    expect(losses(text)).toEqual([
      'column users.metadata',
      'column users.last_activity_at',
      'column users.status',
      'column users.preferences',
      'column users.profile_data',
    ]);
  });
});
