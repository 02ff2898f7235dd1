import { describe, expect, it } from 'vitest';
import { NON_TRANSACTIONAL } from '../../../src/core/non-transactional.ts';
import { kindOf } from '../../../src/core/statement-kind.ts';
import type { StatementAction, StatementKind } from '../../../src/core/statement-kind.ts';
import { splitStatements } from '../../../src/core/statements.ts';

function kind(sql: string): StatementKind {
  const { statements } = splitStatements(sql);
  expect(statements).toHaveLength(1);
  return kindOf(sql, statements[0]!);
}

describe('transaction control', () => {
  it.each<[sql: string, statement: string]>([
    ['BEGIN', 'BEGIN'],
    ['/* x */ begin -- y\n isolation level serializable', 'BEGIN'],
    ['START /* x */ TRANSACTION READ ONLY', 'START TRANSACTION'],
    ['COMMIT', 'COMMIT'],
    ['commit and chain', 'COMMIT'],
    ['END WORK', 'END'],
    ['ROLLBACK', 'ROLLBACK'],
    ['ROLLBACK WORK', 'ROLLBACK'],
    ['ROLLBACK TO SAVEPOINT a', 'ROLLBACK TO SAVEPOINT'],
    ['ROLLBACK TRANSACTION TO a', 'ROLLBACK TO SAVEPOINT'],
    ['ABORT', 'ABORT'],
    ['SAVEPOINT a', 'SAVEPOINT'],
    ['RELEASE a', 'RELEASE SAVEPOINT'],
    ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'SET TRANSACTION'],
    ['SET LOCAL TRANSACTION READ ONLY', 'SET TRANSACTION'],
    ['SET SESSION TRANSACTION READ ONLY', 'SET TRANSACTION'],
  ])('is %j', (sql, statement) => {
    expect(kind(sql).action).toEqual({ kind: 'transaction-control', statement });
  });

  it.each([
    'SELECT 1 AS begin',
    'CREATE TABLE commit (a int)',
    '"begin"',
    'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY',
    'SET CONSTRAINTS ALL DEFERRED',
    'PREPARE a AS SELECT 1',
    'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END',
  ])('is not %j', (sql) => {
    expect(kind(sql).action).toEqual({ kind: 'other' });
  });

  it.each<[sql: string, action: StatementAction]>([
    ["PREPARE TRANSACTION 'x'", { kind: 'prepare-transaction' }],
    ["COMMIT PREPARED 'it''s'", { kind: 'prepared', outcome: 'commit', gid: "it's" }],
    ["rollback prepared 'x'", { kind: 'prepared', outcome: 'rollback', gid: 'x' }],
    ['DISCARD ALL', { kind: 'discard-all' }],
    ['COPY t FROM STDIN', { kind: 'copy-from-stdin' }],
    ['COPY (SELECT 1) TO STDOUT', { kind: 'copy-to-stdout' }],
    ["COPY t FROM '/tmp/t'", { kind: 'other' }],
    ['\\connect lms', { kind: 'meta-command' }],
  ])('has relatives: %j', (sql, action) => {
    expect(kind(sql).action).toEqual(action);
  });
});

describe('a statement that PostgreSQL refuses in a transaction block', () => {
  it.each<[sql: string, statement: string]>([
    ['CREATE DATABASE a', 'CREATE DATABASE'],
    ['DROP DATABASE IF EXISTS a WITH (FORCE)', 'DROP DATABASE'],
    ['ALTER DATABASE a SET TABLESPACE b', 'ALTER DATABASE … SET TABLESPACE'],
    ["CREATE TABLESPACE a LOCATION '/x'", 'CREATE TABLESPACE'],
    ['DROP TABLESPACE a', 'DROP TABLESPACE'],
    ["ALTER SYSTEM SET work_mem = '1GB'", 'ALTER SYSTEM'],
    ['VACUUM', 'VACUUM'],
    ['VACUUM (ANALYZE) a', 'VACUUM'],
    ['CLUSTER', 'CLUSTER without a table'],
    ['CLUSTER VERBOSE', 'CLUSTER without a table'],
    ['CLUSTER (VERBOSE)', 'CLUSTER without a table'],
    ['REINDEX SCHEMA a', 'REINDEX SCHEMA'],
    ['REINDEX (VERBOSE) DATABASE', 'REINDEX DATABASE'],
    ['REINDEX SYSTEM a', 'REINDEX SYSTEM'],
    ['REINDEX INDEX CONCURRENTLY a', 'REINDEX … CONCURRENTLY'],
    ['REINDEX SCHEMA CONCURRENTLY a', 'REINDEX … CONCURRENTLY'],
    ['REINDEX (CONCURRENTLY, VERBOSE) TABLE a', 'REINDEX … CONCURRENTLY'],
    ['REINDEX (VERBOSE, CONCURRENTLY on) TABLE a', 'REINDEX … CONCURRENTLY'],
    ['create unique index concurrently on a (b)', 'CREATE INDEX CONCURRENTLY'],
    ['DROP INDEX CONCURRENTLY a', 'DROP INDEX CONCURRENTLY'],
    ['ALTER TABLE a DETACH PARTITION b CONCURRENTLY', 'ALTER TABLE … DETACH PARTITION … CONCURRENTLY'],
    ["CREATE SUBSCRIPTION a CONNECTION 'x' PUBLICATION b", 'CREATE SUBSCRIPTION'],
    ["CREATE SUBSCRIPTION a CONNECTION 'x' PUBLICATION b WITH (create_slot)", 'CREATE SUBSCRIPTION'],
    ['DROP SUBSCRIPTION a', 'DROP SUBSCRIPTION'],
    ['ALTER SUBSCRIPTION a REFRESH PUBLICATION', 'ALTER SUBSCRIPTION … REFRESH PUBLICATION'],
    ['ALTER SUBSCRIPTION a SET PUBLICATION b', 'ALTER SUBSCRIPTION … SET PUBLICATION'],
    [
      'ALTER SUBSCRIPTION a ADD PUBLICATION b WITH (copy_data = false)',
      'ALTER SUBSCRIPTION … ADD PUBLICATION',
    ],
    ['ALTER SUBSCRIPTION a DROP PUBLICATION b', 'ALTER SUBSCRIPTION … DROP PUBLICATION'],
    ['ALTER SUBSCRIPTION a SET (failover = true)', 'ALTER SUBSCRIPTION … SET (failover)'],
    ['ALTER SUBSCRIPTION a SET (streaming = on, two_phase = off)', 'ALTER SUBSCRIPTION … SET (two_phase)'],
    ["COMMIT PREPARED 'a'", 'COMMIT PREPARED'],
    ["ROLLBACK PREPARED 'a'", 'ROLLBACK PREPARED'],
    ['DISCARD ALL', 'DISCARD ALL'],
  ])('is %j', (sql, statement) => {
    expect(kind(sql).nonTransactional).toMatchObject({ statement, sqlstate: '25001' });
  });

  it.each([
    'ANALYZE',
    'ANALYZE a',
    'CLUSTER a',
    'CLUSTER (VERBOSE) a USING b',
    'CLUSTER VERBOSE a',
    "ALTER TYPE a ADD VALUE 'b'",
    'ALTER DATABASE a SET work_mem TO 1',
    "ALTER DATABASE a SET tablespace TO 'b'",
    'REINDEX TABLE a',
    'REINDEX (CONCURRENTLY off) TABLE a',
    "REINDEX (CONCURRENTLY 'false') INDEX a",
    'CREATE INDEX a ON b (c)',
    'DROP INDEX a',
    'ALTER TABLE a DETACH PARTITION b',
    'ALTER TABLE a DETACH PARTITION b FINALIZE',
    "CREATE SUBSCRIPTION a CONNECTION 'x' PUBLICATION b WITH (create_slot = false)",
    "CREATE SUBSCRIPTION a CONNECTION 'x' PUBLICATION b WITH (enabled = false, connect = 'off')",
    'ALTER SUBSCRIPTION a SET PUBLICATION b WITH (refresh = false)',
    'ALTER SUBSCRIPTION a SET (streaming = on)',
    'ALTER SUBSCRIPTION a DISABLE',
    'DISCARD PLANS',
    'REFRESH MATERIALIZED VIEW CONCURRENTLY a',
    'TRUNCATE a',
    'COMMENT ON TABLE a IS $$VACUUM$$',
  ])('is not %j', (sql) => {
    expect(kind(sql).nonTransactional).toBeUndefined();
  });

  it('is listed once, with the version that brought it', () => {
    const names = NON_TRANSACTIONAL.map((entry) => entry.statement);
    expect(new Set(names).size).toBe(names.length);
    expect(
      NON_TRANSACTIONAL.filter((entry) => 'since' in entry).map((entry) => [entry.since, entry.statement]),
    ).toEqual([
      [12, 'REINDEX … CONCURRENTLY'],
      [14, 'ALTER TABLE … DETACH PARTITION … CONCURRENTLY'],
      [14, 'ALTER SUBSCRIPTION … ADD PUBLICATION'],
      [14, 'ALTER SUBSCRIPTION … DROP PUBLICATION'],
      [17, 'ALTER SUBSCRIPTION … SET (failover)'],
      [18, 'ALTER SUBSCRIPTION … SET (two_phase)'],
    ]);
  });
});

const index = {
  kind: 'create-index',
  concurrently: false,
  unique: false,
  ifNotExists: false,
  only: false,
} as const;

describe('work on indexes, partitions and databases', () => {
  it.each<[sql: string, action: object]>([
    [
      'CREATE INDEX Titles ON Lms.Courses (title)',
      { ...index, name: { name: 'titles' }, table: { schema: 'lms', name: 'courses' } },
    ],
    ['CREATE INDEX ON ONLY t (a)', { ...index, only: true, name: undefined, table: { name: 't' } }],
    [
      'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "A ""b""" ON "Lms" . "T" USING btree (a)',
      {
        ...index,
        concurrently: true,
        unique: true,
        ifNotExists: true,
        name: { name: 'A "b"' },
        table: { schema: 'Lms', name: 'T' },
      },
    ],
    [
      'CREATE INDEX CONCURRENTLY ON t (a)',
      { ...index, concurrently: true, name: undefined, table: { name: 't' } },
    ],
    ['CREATE INDEX if ON t (a)', { ...index, name: { name: 'if' }, table: { name: 't' } }],
    ['CREATE INDEX "on" ON t (a)', { ...index, name: { name: 'on' }, table: { name: 't' } }],
    ['CREATE INDEX i ON a.b.c (a)', { ...index, name: { name: 'i' }, table: { schema: 'b', name: 'c' } }],
    ['CREATE INDEX ÄB ON ЇЖ (a)', { ...index, name: { name: 'Äb' }, table: { name: 'ЇЖ' } }],
    [
      `CREATE INDEX U&"d\\0061t\\+01F600\\\\" ON u&"!0061!!" UESCAPE '!' (a)`,
      { ...index, name: { name: 'dat😀\\' }, table: { name: 'a!' } },
    ],
    [
      `CREATE INDEX ${'i'.repeat(70)} ON ${'ї'.repeat(40)} (a)`,
      { ...index, name: { name: 'i'.repeat(63) }, table: { name: 'ї'.repeat(31) } },
    ],
    ['CREATE INDEX i', { kind: 'other' }],
    ['DROP INDEX a', { kind: 'drop-index', concurrently: false, ifExists: false, names: [{ name: 'a' }] }],
    [
      'drop index concurrently if exists lms.a, "B" cascade',
      {
        kind: 'drop-index',
        concurrently: true,
        ifExists: true,
        names: [{ schema: 'lms', name: 'a' }, { name: 'B' }],
      },
    ],
    [
      'REINDEX INDEX a.b',
      { kind: 'reindex', concurrently: false, scope: 'index', name: { schema: 'a', name: 'b' } },
    ],
    [
      'REINDEX (CONCURRENTLY) TABLE a',
      { kind: 'reindex', concurrently: true, scope: 'table', name: { name: 'a' } },
    ],
    [
      'REINDEX SCHEMA CONCURRENTLY "A"',
      { kind: 'reindex', concurrently: true, scope: 'schema', name: { name: 'A' } },
    ],
    ['REINDEX DATABASE', { kind: 'reindex', concurrently: false, scope: 'database', name: undefined }],
    [
      'ALTER TABLE IF EXISTS ONLY lms.events * DETACH PARTITION lms.events_1 CONCURRENTLY',
      {
        kind: 'detach-partition',
        concurrently: true,
        finalize: false,
        table: { schema: 'lms', name: 'events' },
        partition: { schema: 'lms', name: 'events_1' },
      },
    ],
    [
      'ALTER TABLE a DETACH PARTITION b FINALIZE',
      {
        kind: 'detach-partition',
        concurrently: false,
        finalize: true,
        table: { name: 'a' },
        partition: { name: 'b' },
      },
    ],
    ['CREATE DATABASE "A"', { kind: 'create-database', name: 'A', ifExists: false }],
    ['DROP DATABASE IF EXISTS A', { kind: 'drop-database', name: 'a', ifExists: true }],
    ["CREATE TABLESPACE a LOCATION '/x'", { kind: 'create-tablespace', name: 'a', ifExists: false }],
    ['DROP TABLESPACE IF EXISTS a', { kind: 'drop-tablespace', name: 'a', ifExists: true }],
    [
      "CREATE SUBSCRIPTION a CONNECTION 'x' PUBLICATION b",
      { kind: 'create-subscription', name: 'a', ifExists: false },
    ],
    ['DROP SUBSCRIPTION a', { kind: 'drop-subscription', name: 'a', ifExists: false }],
  ])('reads %j', (sql, action) => {
    expect(kind(sql).action).toEqual(action);
  });
});

describe('what stays in the session', () => {
  it.each([
    'SET search_path = lms',
    'SET SESSION work_mem = 1',
    'SET ROLE lms',
    'SET SESSION AUTHORIZATION lms',
    "SET TIME ZONE 'UTC'",
    'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY',
    'RESET ALL',
    "SELECT set_config('a.b', 'c', true)",
    "SELECT pg_catalog . \"set_config\" /* x */ ('a.b', 'c', false)",
    "WITH a AS (SELECT SET_CONFIG('a.b', 'c', false)) SELECT 1 FROM a",
    'PREPARE a AS SELECT 1',
    'DEALLOCATE a',
    'LISTEN a',
    'UNLISTEN *',
    'DECLARE a SCROLL CURSOR WITH HOLD FOR SELECT 1',
    'CREATE TEMP TABLE a (b int)',
    'CREATE LOCAL TEMPORARY TABLE a (b int) ON COMMIT PRESERVE ROWS',
    'CREATE OR REPLACE TEMP VIEW a AS SELECT 1',
    'CREATE TABLE pg_temp.a (b int)',
    'SELECT 1 INTO TEMP a',
    "LOAD 'auto_explain'",
    'DISCARD PLANS',
    'SELECT pg_advisory_lock(1)',
    'SELECT pg_try_advisory_lock_shared(1)',
    'SELECT pg_advisory_unlock_all()',
  ])('something of %j', (sql) => {
    expect(kind(sql).sessionEffects).toBe(true);
  });

  it.each([
    'SET LOCAL search_path = lms',
    'SET CONSTRAINTS ALL DEFERRED',
    'SELECT pg_advisory_xact_lock(1)',
    "SELECT 'set_config(1)'",
    'SELECT set_config FROM t',
    'DECLARE a CURSOR FOR SELECT 1 FROM t WITH ORDINALITY',
    'DECLARE a CURSOR WITHOUT HOLD FOR SELECT 1',
    'CREATE TEMP TABLE a (b int) ON COMMIT DROP',
    'CREATE TABLE templates (a int)',
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = lms, pg_temp AS $$ SELECT 1 $$',
    "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT set_config('a', 'b', false) $$",
    'INSERT INTO a VALUES (1)',
    'NOTIFY a',
  ])('nothing of %j', (sql) => {
    expect(kind(sql).sessionEffects).toBe(false);
  });

  it.each(['CALL p()', 'DO $$ BEGIN COMMIT; END $$'])('is unknown of %j, which may commit', (sql) => {
    expect(kind(sql)).toMatchObject({
      sessionEffects: 'unknown',
      mayCommit: true,
      action: { kind: 'other' },
    });
    expect(kind('SELECT p()').mayCommit).toBe(false);
  });
});

it('names the verb of a statement', () => {
  expect(kind('/* x */ with a as (select 1) select 1').verb).toBe('WITH');
  expect(kind('(SELECT 1)').verb).toBe('');
  expect(kind('"select"').verb).toBe('');
  // Only A to Z fold: these are the dotless i and the Kelvin sign.
  expect(kind('commıt').verb).toBe('');
  expect(kind('roll\u212a').verb).toBe('');
});
