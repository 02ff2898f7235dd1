import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from 'pg';
import { isHeavy } from '../../src/core/locks/effect.ts';
import { lintOf } from '../support/lint.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';

/** Tables with rows, for statements that the lock atlas does not hold. */
const SCHEMA = `
CREATE TABLE p (id int PRIMARY KEY, c varchar(50) UNIQUE);
INSERT INTO p SELECT g, 'x' || g FROM generate_series(1, 1000) AS g;
CREATE TABLE t (
  id int PRIMARY KEY, c varchar(50) CHECK (c <> ''), f varchar(50) REFERENCES p (c), u varchar(50), n int, tm time(3),
  ts timestamp(3), iv interval(3), vb bit varying(5), arr varchar(50)[], o int, x text, ci varchar(50),
  gen int GENERATED ALWAYS AS (n * 2) STORED, cy varchar(10) DEFAULT 'a', nn int NOT NULL DEFAULT 1
);
INSERT INTO t (id, c, f, u, n) SELECT g, 'x' || g, 'x' || g, 'u' || g, g FROM generate_series(1, 1000) AS g;
CREATE INDEX ON t (u) WHERE u <> 'a';
CREATE INDEX ON t (lower(ci));
CREATE INDEX t_o ON t (o);
CREATE INDEX t_cy ON t (cy);
CREATE TABLE new_parent (id int PRIMARY KEY);
CREATE FUNCTION stored() RETURNS int LANGUAGE plpgsql AS 'begin return 1; end';
`;

/** Statements beside those of the lock atlas: each is run, measured and compared. */
const STATEMENTS = [
  'ALTER TABLE t ALTER c TYPE varchar(60)',
  'ALTER TABLE t ALTER f TYPE varchar(60)',
  'ALTER TABLE t ALTER u TYPE varchar(60)',
  'ALTER TABLE t ALTER u TYPE text',
  'ALTER TABLE t ALTER tm TYPE time(6)',
  'ALTER TABLE t ALTER tm TYPE time(1)',
  'ALTER TABLE t ALTER ts TYPE timestamp(6)',
  'ALTER TABLE t ALTER ts TYPE timestamp',
  'ALTER TABLE t ALTER iv TYPE interval(6)',
  'ALTER TABLE t ALTER vb TYPE bit varying(9)',
  'ALTER TABLE t ALTER vb TYPE bit varying(3)',
  'ALTER TABLE t ALTER arr TYPE varchar(60)[]',
  'ALTER TABLE t ALTER arr TYPE text[]',
  'ALTER TABLE t ALTER o TYPE oid',
  'ALTER TABLE t ALTER ci TYPE text',
  'ALTER TABLE t ALTER x TYPE varchar',
  'ALTER TABLE t ALTER x TYPE json USING x::json',
  'ALTER TABLE t ALTER u TYPE text USING u::text',
  'ALTER TABLE t ALTER u TYPE text USING lower(u)',
  'ALTER TABLE t ALTER cy TYPE varchar(20)',
  'ALTER TABLE t ALTER cy TYPE text',
  'ALTER TABLE t ALTER nn TYPE smallint',
  'ALTER TABLE t ALTER x TYPE text COLLATE "C"',
  'ALTER TABLE t ALTER cy TYPE varchar(10) COLLATE "C"',
  'ALTER TABLE t ALTER gen DROP EXPRESSION',
  'ALTER TABLE t ADD COLUMN z int DEFAULT 1 NOT NULL CHECK (z > 0)',
  "ALTER TABLE t ADD COLUMN z varchar(10) DEFAULT 'a'::text",
  "ALTER TABLE t ADD COLUMN z timestamptz DEFAULT 'now'::timestamptz",
  'ALTER TABLE t ADD COLUMN z bigserial',
  'ALTER TABLE t ADD COLUMN z date DEFAULT current_date',
  'ALTER TABLE t ADD COLUMN z text DEFAULT current_user',
  'ALTER TABLE t ADD COLUMN z text DEFAULT gen_random_uuid()::text',
  "ALTER TABLE t ADD COLUMN z text DEFAULT to_char(now(), 'YYYY')",
  "ALTER TABLE t ADD COLUMN z text[] DEFAULT ARRAY['a']",
  'ALTER TABLE t ADD COLUMN z jsonb DEFAULT jsonb_build_object()',
  'ALTER TABLE t ADD COLUMN z int DEFAULT (random() * 0)::int',
  'ALTER TABLE t ADD COLUMN z int DEFAULT stored()',
  "ALTER TABLE t ADD COLUMN z int DEFAULT 1 + length(lower(upper('a')))",
  'ALTER TABLE t ADD COLUMN z int REFERENCES t',
  'ALTER TABLE t ADD COLUMN z int DEFAULT 1 REFERENCES t',
  'ALTER TABLE t ADD COLUMN z int REFERENCES p',
  'ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY',
  'ALTER TABLE t ADD CHECK (n > 0), ALTER n SET NOT NULL',
  'ALTER TABLE t ALTER nn SET NOT NULL',
  'ALTER TABLE t ALTER id SET NOT NULL',
  'ALTER TABLE t ALTER n SET DEFAULT random()',
  'ALTER TABLE t ADD UNIQUE (n)',
  'ALTER TABLE t ADD UNIQUE (n), ADD CHECK (n > 0) NOT VALID',
  'ALTER TABLE t ADD FOREIGN KEY (nn) REFERENCES p (id)',
  'ALTER TABLE t DROP COLUMN u',
  'ALTER TABLE t DROP CONSTRAINT t_pkey',
  'ALTER TABLE t CLUSTER ON t_pkey',
  'ALTER TABLE t REPLICA IDENTITY FULL',
  'CREATE UNIQUE INDEX ON t (n)',
  'CREATE INDEX ON t (n) WHERE n > 5',
  'CREATE MATERIALIZED VIEW m AS SELECT * FROM t',
  'CREATE TABLE copy AS SELECT * FROM t',
  'DO $$ BEGIN ALTER TABLE t ALTER n SET NOT NULL; END $$',
  "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN z int', 't'); END $$",
  'ANALYZE t',
  'ALTER TABLE t SET (fillfactor = 50)',
  'TRUNCATE t',
];

describe('what lint says of locks', () => {
  let database: PrivateDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await privateDatabase();
    client = await database.client();
    await client.query(SCHEMA);
  });
  afterAll(() => database.drop());

  /** Tables that a statement read or wrote as a whole while it held a lock that writers wait for. */
  async function measured(sql: string): Promise<readonly string[]> {
    const facts = `select c.relname as name, pg_relation_filenode(c.oid) as file,
        pg_stat_get_xact_tuples_returned(c.oid)::int as reads,
        coalesce((select max(l.mode) from pg_locks as l where l.pid = pg_backend_pid() and l.relation = c.oid
          and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')), '') as mode
      from pg_class as c where c.relname in ('t', 'p') and c.relkind = 'r' order by 1`;
    await client.query('begin');
    try {
      await client.query("set local timezone = 'UTC'");
      const before = await client.query<{ name: string; file: number; reads: number; mode: string }>(facts);
      await client.query(sql);
      const after = await client.query<{ name: string; file: number; reads: number; mode: string }>(facts);
      return after.rows.flatMap(({ name, file, reads, mode }, index) => {
        const was = before.rows[index];
        const worked = !sql.startsWith('TRUNCATE') && (file !== was?.file || reads > was.reads);
        return worked && mode !== '' ? [name] : [];
      });
    } finally {
      await client.query('rollback');
    }
  }

  function predicted(sql: string): readonly string[] {
    const { replayed } = lintOf([SCHEMA, sql], {}, []);
    const effects = replayed.at(-1)?.executed.flatMap((one) => one.effects) ?? [];
    return [...new Set(effects.filter(isHeavy).map(({ relation }) => relation.name))].sort();
  }

  it.each(STATEMENTS)('is what the server does: %s', async (sql) => {
    expect(predicted(sql)).toEqual(await measured(sql));
  });
});
