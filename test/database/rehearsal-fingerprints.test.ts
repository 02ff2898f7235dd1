import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFingerprints } from '../../src/backends/rehearsal/fingerprints.ts';
import { lostData } from '../../src/core/fingerprint-difference.ts';
import type { Session } from '../../src/core/ports.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';

const SCHEMA = `
CREATE SCHEMA "Odd ""place";
CREATE TABLE users (id integer PRIMARY KEY, name text, nick varchar(20), "Has,Comma" text, score integer,
  born date, seen timestamptz, pause interval, ratio double precision, bytes bytea, price money, preferences jsonb, kind regclass);
INSERT INTO users VALUES
  (1, 'Zoë', '', 'a,b', 1, '2001-02-03', '2001-02-03 04:05:06+00', '1 day 02:03:04', 0.1, '\\xff00', 12.5, '{"a": 1}', 'users'),
  (2, 'Ann', NULL, '', 2, NULL, NULL, NULL, 1e300, NULL, NULL, NULL, NULL),
  (3, 'Ann', NULL, NULL, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE "Odd ""place"."A table" (n integer);
INSERT INTO "Odd ""place"."A table" SELECT generate_series(1, 5);
CREATE TABLE empty (n integer);
CREATE TABLE no_columns ();
INSERT INTO no_columns DEFAULT VALUES;
CREATE TABLE parts (at date, what text) PARTITION BY RANGE (at);
CREATE TABLE parts_2025 PARTITION OF parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
INSERT INTO parts VALUES ('2025-05-05', 'x');
CREATE TABLE ancestors (id integer);
CREATE TABLE heirs () INHERITS (ancestors);
INSERT INTO ancestors VALUES (1);
INSERT INTO heirs VALUES (2), (3);
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM users;
CREATE MATERIALIZED VIEW unread AS SELECT count(*) AS n FROM users WITH NO DATA;
CREATE VIEW seen AS SELECT id FROM users;
CREATE SCHEMA lms_db;
CREATE TABLE lms_db.migrations (version text);
`;

/** What is done, and what is said of it. */
const CHANGES: readonly (readonly [what: string, sql: string, said: readonly string[]])[] = [
  ['nothing', 'SELECT 1', []],
  ['a row is gone', 'DELETE FROM users WHERE id = 3', ['users has 1 row fewer: 2 instead of 3']],
  [
    'rows came',
    `INSERT INTO "Odd ""place"."A table" VALUES (6), (7)`,
    ['"Odd ""place"."A table" has 2 rows more: 7 instead of 5'],
  ],
  [
    'a value changed',
    `UPDATE users SET preferences = '{}' WHERE id = 1`,
    ['users.preferences: values changed'],
  ],
  ['NULL became the empty string', `UPDATE users SET nick = '' WHERE id = 2`, ['users.nick: values changed']],
  [
    'the empty string became NULL',
    `UPDATE users SET "Has,Comma" = NULL WHERE id = 2`,
    ['users."Has,Comma": values changed'],
  ],
  ['the case changed', `UPDATE users SET name = upper(name) WHERE id = 1`, ['users.name: values changed']],
  [
    'a value is there twice that was not',
    'UPDATE users SET score = 1 WHERE id = 2',
    ['users.score: values changed'],
  ],
  [
    'values moved to another row',
    'UPDATE users SET name = CASE id WHEN 1 THEN $$Ann$$ WHEN 2 THEN $$Zoë$$ ELSE name END',
    ['users: values moved to other rows'],
  ],
  [
    'a comma moved to the next column',
    `UPDATE users SET nick = 'x,y', "Has,Comma" = 'b' WHERE id = 1`,
    ['users."Has,Comma": values changed', 'users.nick: values changed'],
  ],
  [
    'a column is gone',
    'ALTER TABLE users DROP COLUMN preferences',
    ['users.preferences is gone with its values'],
  ],
  [
    'a column came back empty',
    'ALTER TABLE users DROP COLUMN score; ALTER TABLE users ADD COLUMN score integer',
    ['users.score: values changed'],
  ],
  ['a column is new', `ALTER TABLE users ADD COLUMN extra text DEFAULT 'x'`, []],
  [
    'a column came back at the end, with its values',
    'ALTER TABLE users ADD COLUMN other text; UPDATE users SET other = name; ALTER TABLE users DROP COLUMN name; ALTER TABLE users RENAME COLUMN other TO name',
    [],
  ],
  ['the same rows lie in another order', 'UPDATE users SET score = score WHERE id = 1', []],
  [
    'a type changed and the text did not',
    'ALTER TABLE users ALTER COLUMN score TYPE bigint, ALTER COLUMN nick TYPE text',
    [],
  ],
  [
    'the precision changed',
    'ALTER TABLE users ALTER COLUMN ratio TYPE real USING least(ratio, 3)::real',
    ['users.ratio: values changed'],
  ],
  [
    'a table is gone',
    'DROP TABLE users CASCADE',
    ['counted is gone with its 1 row', 'users is gone with its 3 rows'],
  ],
  ['an empty table is gone, and a new one came', 'DROP TABLE empty; CREATE TABLE fresh AS SELECT 1 AS n', []],
  [
    'a partition was detached',
    'ALTER TABLE parts DETACH PARTITION parts_2025',
    ['parts has 1 row fewer: 0 instead of 1'],
  ],
  [
    'rows moved to another partition',
    `ALTER TABLE parts DETACH PARTITION parts_2025; CREATE TABLE parts_rest PARTITION OF parts DEFAULT;
     INSERT INTO parts SELECT * FROM parts_2025; DROP TABLE parts_2025`,
    [],
  ],
  [
    'a row of a table moved to one that inherits from it',
    'DELETE FROM ancestors WHERE id = 1; INSERT INTO heirs VALUES (1)',
    ['ancestors has 1 row fewer: 0 instead of 1', 'heirs has 1 row more: 3 instead of 2'],
  ],
  [
    'a materialized view was emptied',
    'REFRESH MATERIALIZED VIEW counted WITH NO DATA',
    ['counted is gone with its 1 row'],
  ],
];

describe('fingerprints', () => {
  let database: PrivateDatabase;
  let session: Session;

  beforeAll(async () => {
    database = await privateDatabase();
    await database.sql(SCHEMA);
    session = await database.database.connect('work');
  });
  afterAll(async () => {
    await session.close();
    await database.drop();
  });

  const read = () => readFingerprints(session, ['lms_db']);

  it.each(CHANGES)('tell when %s', async (_what, sql, said) => {
    const before = await read();
    await session.script('begin');
    try {
      await session.script(sql);
      expect(lostData(before, await read()).map(({ what }) => what)).toEqual(said);
    } finally {
      await session.script('rollback');
    }
    expect(lostData(before, await read())).toEqual([]);
  });

  it('are of tables, roots of partitions and materialized views with rows, and of nothing else', async () => {
    const prints = await read();
    expect([...prints].map(([table, { rows }]) => [table, rows])).toEqual([
      ['"Odd ""place"."A table"', 5],
      ['public.ancestors', 1],
      ['public.counted', 1],
      ['public.empty', 0],
      ['public.heirs', 2],
      ['public.no_columns', 1],
      ['public.parts', 1],
      ['public.users', 3],
    ]);
    expect(prints.get('public.empty')?.columns).toEqual(new Map([['n', '']]));
  });

  it('do not depend on settings, and leave them as they are', async () => {
    const before = await read();
    const settings = `set datestyle = 'SQL, DMY'; set intervalstyle = 'iso_8601'; set timezone = 'Asia/Tokyo';
      set extra_float_digits = -5; set bytea_output = 'escape'; set search_path = 'pg_temp'; set row_security = on`;
    await session.script(settings);
    try {
      expect(await read()).toEqual(before);
      const shown = `select current_setting('datestyle') as dates, current_setting('timezone') as zone,
        current_setting('search_path') as path, current_setting('extra_float_digits') as digits`;
      const kept = { dates: 'SQL, DMY', zone: 'Asia/Tokyo', path: 'pg_temp', digits: '-5' };
      expect(await session.query(shown)).toEqual([kept]);
      await session.script(`begin; set local timezone = 'Europe/Oslo'`);
      expect(await read()).toEqual(before);
      expect(await session.query(shown)).toEqual([{ ...kept, zone: 'Europe/Oslo' }]);
      await session.script('commit');
      expect(await session.query(shown)).toEqual([kept]);
    } finally {
      await session.script('rollback');
      await session.reset();
    }
  });

  it('leave nothing open where nothing was', async () => {
    await read();
    const [row] = await session.query(
      `select pg_current_xact_id_if_assigned() as id, now() = statement_timestamp() as alone`,
    );
    expect(row).toEqual({ id: null, alone: true });
  });

  it('see a change of case under a collation that does not', async () => {
    await session.script(
      `begin; create collation caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
       create table folded (word text collate caseless); insert into folded values ('straße')`,
    );
    try {
      const before = await read();
      await session.script(`update folded set word = upper(word)`);
      await session.script(`update folded set word = 'STRASSE'`);
      expect(lostData(before, await read()).map(({ what }) => what)).toEqual(['folded.word: values changed']);
    } finally {
      await session.script('rollback');
    }
  });

  it('see rows that a policy hides', async () => {
    await session.script(
      `begin; create table hidden (n int); insert into hidden values (1); alter table hidden enable row level security;
       alter table hidden force row level security`,
    );
    try {
      expect((await read()).get('public.hidden')?.rows).toBe(1);
    } finally {
      await session.script('rollback');
    }
  });

  it('are of an empty database too', async () => {
    const other = await privateDatabase();
    const look = await other.database.connect('look');
    try {
      expect(await readFingerprints(look, [])).toEqual(new Map());
    } finally {
      await look.close();
      await other.drop();
    }
  });
});
