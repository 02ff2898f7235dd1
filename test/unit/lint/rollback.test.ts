import { describe } from 'vitest';
import { casesOf } from '../../support/rule.ts';

const T = 'CREATE TABLE t (id int PRIMARY KEY, a text, b varchar(50));';
const F = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';";
const F2 = "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2';";
const incomplete = (...messages: string[]): readonly string[] =>
  messages.map((message) => `error: the rollback ${message}`);

describe('rules about rollbacks', () => {
  casesOf('rollback-empty', [
    {
      it: 'sees a DO block that only says something',
      up: T,
      down: "DO $$ BEGIN RAISE NOTICE 'nothing'; NULL; END $$;",
      says: ['error: this rollback does nothing, and its migration does something'],
    },
    {
      it: 'lets a rollback refuse by an error',
      up: T,
      down: "DO $$ BEGIN RAISE EXCEPTION 'no way back'; END $$;",
      says: [],
    },
    { it: 'lets a call be made', up: T, down: "SELECT setval('s', 1);", says: [] },
    {
      it: 'lets a migration that does nothing be taken back by nothing',
      up: 'SELECT 1;',
      down: 'SELECT 1;',
      says: [],
    },
    {
      it: 'says nothing about a migration without a rollback',
      up: `-- @irreversible it is so\n${T}`,
      says: [],
    },
  ]);

  casesOf('rollback-incomplete-static', [
    {
      it: 'names each kind',
      before: T,
      up: 'CREATE INDEX i ON t (a);\nALTER TABLE t ADD COLUMN c int, ADD CONSTRAINT k CHECK (id > 0);\nCREATE POLICY p ON t USING (id = 1);\nCREATE SEQUENCE s;\nCREATE DOMAIN d AS int;\nCREATE SCHEMA app;\nCREATE VIEW v AS SELECT id FROM t;',
      down: 'UPDATE t SET a = b WHERE id = 1;',
      says: incomplete(
        'leaves the column t.c behind',
        'leaves the check k on t behind',
        'leaves the policy p on t behind',
        'leaves the view v behind',
        'leaves the index i behind',
        'leaves the domain d behind',
        'leaves the sequence s behind',
        'leaves the schema app behind',
      ),
    },
    {
      it: 'names a table once, not its parts',
      up: `${T}\nCREATE INDEX i ON t (a);`,
      down: 'SELECT now();',
      says: incomplete('leaves the table t behind'),
    },
    {
      it: 'knows that indexes and constraints go with their column',
      before: T,
      up: 'ALTER TABLE t ADD COLUMN c int CONSTRAINT k CHECK (c > 0);\nCREATE INDEX i ON t (c);',
      down: 'ALTER TABLE t DROP COLUMN c;',
      says: [],
    },
    {
      it: 'misses an index that went with its column',
      before: `${T}\nCREATE INDEX i ON t (a);`,
      up: 'ALTER TABLE t DROP COLUMN a;',
      down: 'ALTER TABLE t ADD COLUMN a text;',
      says: incomplete('does not bring back the index i'),
    },
    {
      it: 'sees what is changed and not changed back',
      before: `${T}\n${F}`,
      up: `ALTER TABLE t ALTER COLUMN a SET NOT NULL, ALTER COLUMN b TYPE text, ALTER COLUMN b SET DEFAULT 'x';\nALTER TABLE t ENABLE ROW LEVEL SECURITY;\n${F2}`,
      down: 'ALTER TABLE t ALTER COLUMN b DROP DEFAULT;',
      says: incomplete(
        'leaves the table t as the migration changed it: row level security',
        'leaves the column t.a as the migration changed it: NOT NULL',
        'leaves the column t.b as the migration changed it: type',
        'leaves the function f as the migration changed it: body',
      ),
    },
    {
      it: 'sees a constraint that stays NOT VALID',
      before: `${T}\nALTER TABLE t ADD CONSTRAINT k CHECK (id > 0);`,
      up: 'ALTER TABLE t DROP CONSTRAINT k, ADD CONSTRAINT k CHECK (id > 0) NOT VALID;',
      down: 'UPDATE t SET a = b WHERE id = 1;',
      says: incomplete('leaves the check k on t as the migration changed it: validity'),
    },
    {
      it: 'follows a rename and back',
      before: T,
      up: 'ALTER TABLE t RENAME TO u;\nALTER TABLE u RENAME COLUMN a TO x;',
      down: 'ALTER TABLE u RENAME COLUMN x TO a;\nALTER TABLE u RENAME TO t;',
      says: [],
    },
    {
      it: 'says nothing where EXECUTE does the work',
      up: T,
      down: "DO $$ DECLARE x text; BEGIN FOR x IN SELECT 't' LOOP EXECUTE format('DROP TABLE %I', x); END LOOP; END $$;",
      says: [],
    },
    {
      it: 'is not put off by an EXECUTE that grants',
      up: T,
      down: "DO $$ DECLARE x text; BEGIN FOR x IN SELECT 't' LOOP EXECUTE format('GRANT SELECT ON %I TO app', x); END LOOP; END $$;",
      says: incomplete('leaves the table t behind'),
    },
    { it: 'reads a constant EXECUTE', up: T, down: "DO $$ BEGIN EXECUTE 'DROP TABLE t'; END $$;", says: [] },
    {
      it: 'knows that a function can be named with other words for its types',
      up: "CREATE TYPE m AS ENUM ('a');\nCREATE FUNCTION f(x public.m, y character varying) RETURNS int LANGUAGE sql AS 'SELECT 1';",
      down: 'DROP FUNCTION f(m, varchar);\nDROP TYPE m;',
      says: [],
    },
    {
      it: 'says nothing about names that PostgreSQL cuts off',
      before: `CREATE TABLE a_table_with_a_name_that_is_rather_long_already (another_long_column int);`,
      up: 'ALTER TABLE a_table_with_a_name_that_is_rather_long_already ADD UNIQUE (another_long_column);',
      down: 'ALTER TABLE a_table_with_a_name_that_is_rather_long_already DROP CONSTRAINT a_table_with_a_name_that_is_rather_lo_another_long_column_key;',
      says: [],
    },
    {
      it: 'knows what CASCADE can take along',
      up: `${T}\nCREATE VIEW v AS SELECT id FROM t;\nCREATE TYPE m AS ENUM ('a');`,
      down: 'DROP TABLE t CASCADE;',
      says: incomplete('leaves the enum m behind'),
    },
    {
      it: 'lets temporary tables and partitions be',
      up: 'CREATE TEMPORARY TABLE x (id int);\nCREATE TABLE e (id int) PARTITION BY RANGE (id);\nCREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (2);',
      down: 'DROP TABLE e;',
      says: [],
    },
    {
      it: 'says nothing of what a table that no file made had before',
      up: 'ALTER TABLE legacy ADD COLUMN c int;',
      down: 'ALTER TABLE legacy DROP COLUMN c;',
      says: [],
    },
  ]);

  casesOf('rollback-drops-other', [
    {
      it: 'names who made it',
      before: `${T}\nCREATE INDEX i ON t (a);`,
      up: 'ALTER TABLE t ADD COLUMN c int;',
      down: 'ALTER TABLE t DROP COLUMN c, DROP COLUMN b;\nDROP INDEX i;',
      says: [
        'error: the rollback drops the column t.b, which migration 001 made, and not this one',
        'error: the rollback drops the index i, which migration 001 made, and not this one',
      ],
    },
    {
      it: 'reports a table that no file made',
      up: T,
      down: 'DROP TABLE t;\nDROP TABLE legacy;',
      says: ['error: the rollback drops the table legacy, which no migration makes'],
    },
    {
      it: 'lets a table be dropped that the rollback itself makes',
      up: T,
      down: 'CREATE TABLE keep AS SELECT * FROM t;\nDROP TABLE keep;\nDROP TABLE t;',
      says: [],
    },
    {
      it: 'lets a view be made anew in its older form',
      before: `${T}\nCREATE VIEW v AS SELECT id FROM t;`,
      up: 'CREATE OR REPLACE VIEW v AS SELECT id, a FROM t;',
      down: 'DROP VIEW v;\nCREATE VIEW v AS SELECT id FROM t;',
      says: [],
    },
  ]);

  casesOf('rollback-cannot-restore-data', [
    {
      it: 'reports a table',
      before: T,
      up: 'DROP TABLE t;',
      down: T,
      says: ['warning: the rollback brings back the table t without its rows'],
    },
    {
      it: 'accepts a rollback that fills it again',
      before: T,
      up: 'CREATE TABLE kept AS SELECT * FROM t;\nDROP TABLE t;',
      down: `${T}\nINSERT INTO t SELECT * FROM kept;\nDROP TABLE kept;`,
      says: [],
    },
    {
      it: 'says nothing of a generated column',
      before: 'CREATE TABLE t (id int, d int GENERATED ALWAYS AS (id * 2) STORED);',
      up: 'ALTER TABLE t DROP COLUMN d;',
      down: 'ALTER TABLE t ADD COLUMN d int GENERATED ALWAYS AS (id * 2) STORED;',
      says: [],
    },
  ]);

  casesOf('rollback-dependency-order', [
    {
      it: 'sees a foreign key and a view',
      up: `${T}\nCREATE TABLE u (t int CONSTRAINT u_t REFERENCES t);\nCREATE VIEW v AS SELECT id FROM t;`,
      down: 'DROP TABLE t;\nDROP TABLE u;\nDROP VIEW v;',
      says: ['error: t cannot be dropped yet (2BP01): it is needed by view v and foreign key u_t of u'],
    },
    {
      it: 'lets two tables go together',
      up: `${T}\nCREATE TABLE u (t int REFERENCES t);`,
      down: 'DROP TABLE t, u;',
      says: [],
    },
    {
      it: 'sees a trigger',
      up: `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';\n${T}\nCREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();`,
      down: 'DROP FUNCTION touch();\nDROP TABLE t;',
      says: ['error: touch cannot be dropped yet (2BP01): it is needed by trigger g on t'],
    },
    {
      it: 'sees a schema that is not empty',
      up: "CREATE SCHEMA app;\nCREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
      down: 'DROP SCHEMA app;\nSELECT now();',
      says: ['error: app cannot be dropped yet (2BP01): it is needed by app.f'],
    },
    {
      it: 'says nothing where EXECUTE may have dropped it',
      up: `${T}\nCREATE TABLE u (t int REFERENCES t);`,
      down: "DO $$ DECLARE x text; BEGIN FOR x IN SELECT 'u' LOOP EXECUTE format('DROP TABLE %I', x); END LOOP; END $$;\nDROP TABLE t;",
      says: [],
    },
    {
      it: 'lets a table refer to itself',
      up: 'CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t);',
      down: 'DROP TABLE t;',
      says: [],
    },
  ]);

  casesOf('rollback-enum-value', [
    {
      it: 'says nothing where the type is made anew',
      before: "CREATE TYPE m AS ENUM ('a');",
      up: "ALTER TYPE m ADD VALUE 'b';",
      down: "DROP TYPE m;\nCREATE TYPE m AS ENUM ('a');",
      says: [],
    },
    {
      it: 'says nothing where the type is new',
      up: "CREATE TYPE m AS ENUM ('a');\nALTER TYPE m ADD VALUE 'b';",
      down: 'DROP TYPE m;',
      says: [],
    },
  ]);

  casesOf('rollback-if-exists', [
    {
      it: 'weighs what is there less',
      up: T,
      down: 'DROP TABLE IF EXISTS t;',
      says: ['notice: IF EXISTS turns a name that is wrong into a NOTICE'],
    },
    {
      it: 'accepts it where statements may run again',
      up: T,
      down: '-- @transaction off\nDROP TABLE IF EXISTS t;',
      says: [],
    },
  ]);
});
