import { describe } from 'vitest';
import { casesOf } from '../../support/rule.ts';

const MOOD = `CREATE TYPE mood AS ENUM ('calm');
CREATE TABLE people (id bigint PRIMARY KEY, mood mood, note text);
CREATE TABLE notes (id bigint PRIMARY KEY, text text);`;
const ADD = "ALTER TYPE mood ADD VALUE 'busy';\n";
const UNSAFE =
  "error: 'busy' is added to mood by this transaction, and cannot be used before it is committed (55P04)";

describe('rules about transactions', () => {
  casesOf('enum-value-used-same-tx', [
    { it: 'sees a cast', before: MOOD, up: `${ADD}SELECT 'busy'::mood;`, says: [UNSAFE] },
    {
      it: 'sees an INSERT into a table with a column of the enum',
      before: MOOD,
      up: `${ADD}INSERT INTO people VALUES (1, 'busy');`,
      says: [UNSAFE],
    },
    {
      it: 'sees a new default',
      before: MOOD,
      up: `${ADD}ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'busy';`,
      says: [UNSAFE],
    },
    {
      it: 'sees a new column of the enum',
      before: MOOD,
      up: `${ADD}ALTER TABLE notes ADD COLUMN mood mood DEFAULT 'busy';`,
      says: [UNSAFE],
    },
    {
      it: 'sees what stands in a DO block',
      before: MOOD,
      up: `${ADD}DO $$ BEGIN UPDATE people SET mood = 'busy' WHERE id = 1; END $$;`,
      says: [UNSAFE],
    },
    {
      it: 'lets the same text stand for something else',
      before: MOOD,
      up: `${ADD}INSERT INTO notes VALUES (1, 'busy');`,
      says: [],
    },
    {
      it: 'lets an older label be used',
      before: MOOD,
      up: `${ADD}UPDATE people SET mood = 'calm' WHERE id = 1;`,
      says: [],
    },
    {
      it: 'lets a comment speak of it',
      before: MOOD,
      up: `${ADD}COMMENT ON COLUMN people.mood IS 'busy';`,
      says: [],
    },
    {
      it: 'lets the body of a PL/pgSQL function speak of it, which runs later',
      before: MOOD,
      up: `${ADD}CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE people SET mood = 'busy' WHERE id = 1; END $$;`,
      says: [],
    },
    {
      it: 'knows that without a transaction each statement is committed',
      before: MOOD,
      up: `-- @transaction off\n${ADD}UPDATE people SET mood = 'busy' WHERE id = 1;`,
      says: [],
    },
    {
      it: 'reports an enum of the same file before PostgreSQL 17',
      up: `CREATE TYPE mood AS ENUM ('calm');\n${ADD}SELECT 'busy'::mood;`,
      says: [UNSAFE],
    },
    {
      it: 'knows that PostgreSQL 17 allows it for an enum of the same file',
      up: `CREATE TYPE mood AS ENUM ('calm');\n${ADD}SELECT 'busy'::mood;`,
      settings: { postgres: 17 },
      says: [],
    },
    {
      it: 'lets a renamed label be used',
      before: MOOD,
      up: "ALTER TYPE mood RENAME VALUE 'calm' TO 'busy';\nSELECT 'busy'::mood;",
      says: [],
    },
  ]);

  const COMMIT = 'error: COMMIT inside the transaction of the file fails (2D000)';
  casesOf('commit-in-procedure', [
    {
      it: 'sees it inside a loop',
      up: 'DO $$ BEGIN FOR i IN 1..2 LOOP COMMIT; END LOOP; END $$;',
      says: [COMMIT],
    },
    {
      it: 'sees it in a procedure of an earlier migration',
      before: 'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;',
      up: 'CALL p();',
      says: [COMMIT],
    },
    {
      it: 'lets a procedure be made',
      up: 'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;',
      says: [],
    },
    {
      it: 'reports a function that a query calls, without a transaction too',
      before: 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;',
      up: '-- @transaction off\nSELECT f();',
      says: ['error: COMMIT in a function that a query calls fails (2D000)'],
    },
  ]);

  casesOf('set-session-in-file', [
    {
      it: 'reports a role',
      up: 'SET ROLE app;',
      says: ['warning: SET role without LOCAL outlives the transaction of this file'],
    },
    { it: 'lets SET LOCAL pass', up: 'SET LOCAL lock_timeout = 0;', says: [] },
    {
      it: 'lets settings pass that matter to nobody else',
      up: "SET maintenance_work_mem = '1GB';",
      says: [],
    },
    { it: 'lets RESET pass', up: 'RESET search_path;', says: [] },
    {
      it: 'knows that a file without a transaction needs it',
      up: '-- @transaction off\nSET lock_timeout = 0;',
      says: [],
    },
    {
      it: 'lets the SET of a function pass',
      up: "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' AS 'SELECT 1';",
      says: [],
    },
  ]);

  casesOf('session-advisory-lock-in-file', [
    {
      it: 'sees a lock that is only tried, in a DO block',
      up: 'DO $$ BEGIN PERFORM pg_catalog.pg_try_advisory_lock(1); END $$;',
      says: ['warning: pg_try_advisory_lock is held until the session ends, after a ROLLBACK too'],
    },
    { it: 'lets a lock of the transaction pass', up: 'SELECT pg_try_advisory_xact_lock(1);', says: [] },
    {
      it: 'lets a function be made that takes one',
      up: "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT pg_advisory_lock(1)';",
      says: [],
    },
  ]);
});
