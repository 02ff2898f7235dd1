import { describe, expect, it } from 'vitest';
import { lintOf, shortly } from '../../support/lint.ts';

const T = 'CREATE TABLE t (id bigint PRIMARY KEY, a int);';
const INDEX = 'CREATE INDEX t_a ON t (a);';

const codes = (...args: Parameters<typeof lintOf>): readonly string[] =>
  lintOf(...args).findings.map(({ code }) => code);

describe('lint', () => {
  it('never reports a table that the same file made', () => {
    expect(codes([`${T} ${INDEX} UPDATE t SET a = 1; ALTER TABLE t ALTER COLUMN a SET NOT NULL;`])).toEqual(
      [],
    );
  });

  it('takes a table that no file made for one that is there', () => {
    expect(codes([INDEX])).toEqual(['index-create-blocking']);
  });

  it('takes what goes out together for new', () => {
    const pairs = [T, INDEX];
    expect(codes(pairs)).toEqual(['index-create-blocking']);
    expect(codes(pairs, {}, undefined, { fresh: new Set(['001', '002']) })).toEqual([]);
    expect(codes(pairs, {}, undefined, { fresh: new Set(['002']) })).toEqual(['index-create-blocking']);
  });

  it('looks at selected files alone, and replays the others', () => {
    const pairs = [T, INDEX, 'ALTER TABLE t ALTER COLUMN id TYPE bigint;'];
    expect(codes(pairs, {}, undefined, { selected: (path) => path.includes('003') })).toEqual([]);
  });

  it('looks at rollbacks with what is known after their migration', () => {
    const { findings } = lintOf([T, { up: 'DROP INDEX IF EXISTS gone;', down: INDEX }]);
    expect(shortly(findings)).toEqual(['error index-create-blocking rollbacks/002-file.sql:1:1']);
  });

  it('reports what a called function does at its own place, and of an earlier file at the call', () => {
    const make = `CREATE FUNCTION go() RETURNS void LANGUAGE plpgsql SET search_path = public AS $$\nBEGIN\n  ${INDEX}\nEND $$;`;
    expect(
      shortly(lintOf([T, `${make}\nSELECT go();`]).findings.filter(({ code }) => code.startsWith('index'))),
    ).toEqual(['error index-create-blocking migrations/002-file.sql:3:3']);
    expect(
      shortly(
        lintOf([T, make, 'SELECT 1;\nSELECT go();']).findings.filter(({ code }) => code.startsWith('index')),
      ),
    ).toEqual(['error index-create-blocking migrations/003-file.sql:2:1']);
    expect(lintOf([T, make]).findings.filter(({ code }) => code.startsWith('index'))).toEqual([]);
  });

  describe('@allow', () => {
    it('accepts a rule in its file', () => {
      expect(codes([T, `-- @allow index-create-blocking the table is small\n${INDEX}`])).toEqual([]);
    });

    it('holds for no other file', () => {
      const { findings } = lintOf([
        T,
        `-- @allow index-create-blocking small\n${INDEX}`,
        'CREATE INDEX t_b ON t (id, a);',
      ]);
      expect(shortly(findings)).toEqual(['error index-create-blocking migrations/003-file.sql:1:1']);
    });

    it('is reported when it accepts nothing', () => {
      const { findings } = lintOf([`-- a table\n-- @allow index-create-blocking small\n${T}`]);
      expect(shortly(findings)).toEqual(['notice unused-allow migrations/001-file.sql:2:4']);
    });

    it('is an error with a rule that does not exist, with the one that was meant', () => {
      const [finding] = lintOf([`-- @allow index-create-blockin small\n${T}`]).findings;
      expect(finding).toMatchObject({
        code: 'unknown-rule',
        severity: 'error',
        exitCode: 9,
        hint: 'did you mean index-create-blocking?',
      });
    });
  });

  it('follows locks through a transaction, and stops at the end of a statement without one', () => {
    const window = 'ALTER TABLE t ADD COLUMN b int;\nUPDATE t SET b = a WHERE b IS NULL;';
    expect(codes([T, window])).toEqual(['backfill-in-ddl-transaction']);
    expect(codes([T, `-- @transaction off\n${window}`])).toEqual([]);
  });

  it('lets one row be written behind DDL', () => {
    expect(codes([T, 'ALTER TABLE t ADD COLUMN b int;\nUPDATE t SET b = 1 WHERE id = 7;'])).toEqual([]);
    expect(codes([T, 'ALTER TABLE t ADD COLUMN b int;\nUPDATE t SET b = 1 WHERE a = 7;'])).toEqual([
      'backfill-in-ddl-transaction',
    ]);
  });

  it('survives what nobody would write', () => {
    const texts = [
      'ALTER TABLE nowhere.t ALTER COLUMN x TYPE int; DROP TABLE a, b.c, d; ALTER TABLE x RENAME TO y; DROP POLICY p ON t;',
      'CREATE FUNCTION r() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM r(); END $$; SELECT r();',
      'CREATE VIEW v AS SELECT 1; CREATE OR REPLACE VIEW v AS SELECT * FROM v; DROP VIEW v CASCADE;',
      'DO $$ this is no plpgsql $$; DO LANGUAGE plperl $$ 1 $$;',
      'ALTER TABLE t ADD CONSTRAINT c PRIMARY KEY USING INDEX nothing; ALTER TABLE t ATTACH PARTITION t DEFAULT;',
    ];
    expect(() => lintOf(texts)).not.toThrow();
  });
});
