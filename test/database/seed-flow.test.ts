import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HISTORY_VERSION, historyUpgrades } from '../../src/backends/history-schema.ts';
import { InterruptedError } from '../../src/core/errors.ts';
import { seedTest } from '../support/seeds.ts';
import type { SeedTest } from '../support/seeds.ts';

let test: SeedTest;
beforeEach(async () => {
  test = await seedTest();
});
afterEach(() => test.dispose());

describe('seeds', () => {
  it('run in the order of their numbers, reference first, and are recorded each with its rows', async () => {
    await test.sql('create table log (id int generated always as identity primary key, what text unique)');
    test.write('seeds/development/1-log.csv', '# @key what\nwhat\nfourth\n');
    test.write('seeds/reference/10-c.sql', "INSERT INTO log (what) VALUES ('third');\n");
    test.write('seeds/reference/9-log.ndjson', '# @key what\n{"what": "second"}\n');
    test.write(
      'seeds/reference/002-first.ts',
      "export const seed = (db) => db.insertInto('log').values({ what: 'first' }).execute();\n",
    );
    test.write('seeds/staging/001-log.csv', 'nonsense\n');
    const report = await test.seed();
    expect(report.exitCode).toBe(0);
    expect(await test.sql('select what from log order by id')).toEqual(
      ['first', 'second', 'third', 'fourth'].map((what) => ({ what })),
    );
    expect(
      await test.sql(
        'select seed_set, file_name, rows_inserted::int as n, loaded_by from lms_db.seeds order by loaded_at',
      ),
    ).toEqual([
      { seed_set: 'reference', file_name: '002-first.ts', n: 1, loaded_by: 'tester@test as postgres' },
      { seed_set: 'reference', file_name: '9-log.ndjson', n: 1, loaded_by: 'tester@test as postgres' },
      { seed_set: 'reference', file_name: '10-c.sql', n: 1, loaded_by: 'tester@test as postgres' },
      { seed_set: 'development', file_name: '1-log.csv', n: 1, loaded_by: 'tester@test as postgres' },
    ]);
    const again = await test.seed();
    expect(again.seeds?.every(({ status }) => status === 'unchanged')).toBe(true);
    expect(again.emitted.find(({ type }) => type === 'seeds-planned')).toEqual({
      type: 'seeds-planned',
      load: 0,
      unchanged: 4,
    });
    expect(await test.sql(`select distinct kind from lms_db.events`)).toEqual([{ kind: 'seeded' }]);
  });

  it('run again after a rollback, which may have taken their rows with it', async () => {
    await test.sql('create table t (id int primary key)');
    test.write('seeds/reference/1-t.csv', 'id\n1\n');
    await test.loaded();
    await test.sql(
      `delete from t; insert into lms_db.events (run_id, project, kind, by, tool_version) values ('r', 'app', 'rolled-back', 'x', '0')`,
    );
    expect(await test.loaded()).toMatchObject({ reason: 'rolled-back', counts: { inserted: 1 } });
    expect(await test.loaded()).toMatchObject({ status: 'unchanged' });
  });

  it('are picked by --only, by any part of their name', async () => {
    await test.sql('create table t (id int primary key)');
    test.write('seeds/reference/1-t.csv', 'id\n1\n');
    test.write('seeds/reference/2-x.sql', 'INSERT INTO t VALUES (2);\n');
    expect((await test.seed({ only: ['x'] })).seeds).toMatchObject([
      { fileName: '2-x.sql', status: 'loaded' },
    ]);
    expect((await test.seed({ only: ['reference/1-t.csv', '2-x'] })).seeds).toMatchObject([
      { fileName: '1-t.csv', status: 'loaded' },
      { fileName: '2-x.sql', status: 'unchanged' },
    ]);
    await expect(test.seed({ only: ['refrence/1-t.csv'] })).rejects.toMatchObject({
      code: 'usage',
      message: 'there is no seed "refrence/1-t.csv"',
      hint: 'did you mean reference/1-t.csv?',
    });
  });

  it('whose file is gone are said to be so', async () => {
    await test.sql('create table t (id int primary key)');
    test.write('seeds/reference/1-t.csv', 'id\n1\n');
    test.write('seeds/reference/2-t.csv', 'id\n2\n');
    await test.seed();
    test.remove('seeds/reference/1-t.csv');
    expect((await test.seed()).findings).toMatchObject([{ code: 'seed-gone', severity: 'notice' }]);
  });

  it('of development are refused on a protected environment, before anything runs', async () => {
    await test.sql('create table t (id int primary key)');
    test.write('seeds/reference/1-t.csv', 'id\n1\n');
    test.write('seeds/development/1-t.csv', 'id\n2\n');
    const production = { environment: { name: 'production', explicit: true } };
    const report = await test.seed({}, production);
    expect(report.seeds).toMatchObject([{ set: 'reference', status: 'loaded' }]);
    await expect(test.seed({ only: ['development/1-t.csv'] }, production)).rejects.toMatchObject({
      exitCode: 10,
      code: 'refused',
    });
    // The database remembers: whoever says something else is stopped.
    await expect(
      test.seed({}, { environment: { name: 'development', explicit: true } }),
    ).rejects.toMatchObject({ exitCode: 10 });
    test.write('seeds/production/1-t.csv', 'id\n3\n');
    await expect(test.seed({ force: true }, production)).rejects.toMatchObject({
      exitCode: 10,
      message:
        'this database is "production", which is protected: production/1-t.csv would not be reference data',
    });
    expect(await test.sql('select id from t')).toEqual([{ id: 1 }]);
  });

  it('with faults in their files run none, and say them all', async () => {
    test.write('seeds/reference/1-a.sql', 'COMMIT;\n');
    test.write('seeds/reference/1-b.csv', '# @kez id\nid,id\n');
    test.write('seeds/reference/x.csv', 'id\n');
    test.write('seeds/reference/4-d.csv', 'a;b\n');
    await expect(test.seed()).rejects.toMatchObject({
      exitCode: 2,
      findings: [
        { code: 'transaction-control' },
        { code: 'duplicate-number' },
        { code: 'directive', message: 'unknown directive @kez', hint: 'did you mean @key?' },
        { code: 'header', message: 'the header names "id" twice' },
        { code: 'header', message: 'the header has one column, "a;b"' },
        { code: 'file-name' },
      ],
    });
  });

  it('that do not fit their table say what would', async () => {
    await test.sql(
      'create table people (id int primary key, mail text unique, big text generated always as (upper(mail)) stored)',
    );
    const file = 'seeds/reference/1-people.csv';
    for (const [text, message, hint] of [
      ['mial\na\n', 'table people has no column "mial"', 'did you mean mail?'],
      [
        'mail,big\na,A\n',
        'column "big" of people is generated',
        'remove it from the file: the server computes it',
      ],
      [
        'mail\na\n',
        'the file has no column "id" of the key of people',
        'name a key that the file has in its first line: # @key mail',
      ],
      [
        '# @key big\nid,mail\n1,a\n',
        '(big) is not unique in people',
        'name a key that the file has in its first line: # @key id or # @key mail',
      ],
      [
        '# @table peopel\nid\n1\n',
        'there is no table peopel',
        'did you mean people?; a line `# @table NAME` at the top names another one',
      ],
    ] as const) {
      test.write(file, text);
      const report = await test.seed();
      expect(report).toMatchObject({
        exitCode: 2,
        seeds: [{ status: 'failed', failure: { message, next: hint } }],
      });
    }
  });

  it('wait for a lock and try again, and say who holds it', async () => {
    await test.sql('create table t (id int primary key)');
    test.write('seeds/reference/1-t.csv', 'id\n1\n');
    const holder = await test.client();
    await holder.query('begin; lock table t in access exclusive mode');
    const report = await test.seed({}, { settings: { lockTimeout: 2_000, lockAttempts: 2 } });
    expect(report).toMatchObject({
      exitCode: 7,
      seeds: [{ status: 'failed', failure: { sqlstate: '55P03' } }],
    });
    expect(report.emitted.some(({ type }) => type === 'seed-blocked')).toBe(true);
    await holder.query('rollback');
    expect(await test.loaded()).toMatchObject({ status: 'loaded' });
  });

  it('go through row security as INSERT, which COPY cannot', async () => {
    await test.sql(`do 'begin if not exists (select from pg_roles where rolname = ''seeder'') then create role seeder login password ''s''; end if; end';
      create table t (id int primary key, owner text not null); alter table t enable row level security;
      create policy mine on t using (owner = current_user) with check (owner = current_user);
      grant all on t to seeder`);
    test.write('seeds/reference/1-t.csv', 'id,owner\n1,seeder\n');
    await test.seed();
    await test.sql('truncate t; alter table t owner to seeder; alter table t force row level security');
    const [{ current }] = (await test.sql<{ current: string }>('select current_database() as current')) as [
      { current: string },
    ];
    await test.sql(
      `grant create, temporary on database ${current} to seeder; grant usage on schema lms_db to seeder; grant all on all tables in schema lms_db to seeder`,
    );
    const { openServer } = await import('../../src/backends/server.ts');
    const asSeeder = openServer({ ...test.parameters, user: 'seeder', password: 's' });
    const context = await import('../support/run.ts');
    const { createSeedTools } = await import('../../src/backends/seed/tools.ts');
    const { createSeedReader } = await import('../../src/files/seed-reader.ts');
    const { readSeeds } = await import('../../src/files/read-seeds.ts');
    const { seed } = await import('../../src/operations/seed.ts');
    const report = await seed(
      context.contextFor({ ...test, database: asSeeder }, test.root),
      {
        only: [],
        force: true,
        maxErrors: 1,
        files: (environment) => readSeeds({ root: test.root, directory: 'seeds', environment }),
      },
      createSeedTools(
        { schema: 'lms_db', project: 'app', run: 'r', actor: 'a', toolVersion: '0' },
        createSeedReader(test.root),
      ),
    );
    expect(report.seeds).toMatchObject([{ status: 'loaded', counts: { inserted: 1 } }]);
  });
});

describe('a .sql seed', () => {
  it('that fails is shown with its place, and leaves nothing', async () => {
    await test.sql('create table t (id int primary key)');
    test.write('seeds/reference/1-t.sql', 'INSERT INTO t VALUES (1);\nINSERT INTO t\nVALUES (titel);\n');
    const { failure } = await test.failed();
    expect(failure).toMatchObject({
      sqlstate: '42703',
      place: { file: 'seeds/reference/1-t.sql', line: 3, column: 9 },
    });
    expect(await test.sql('select * from t')).toEqual([]);
  });

  it('has its deferred constraints checked before its record is written', async () => {
    await test.sql(
      'create table p (id int primary key); create table t (id int references p deferrable initially deferred)',
    );
    test.write('seeds/reference/1-t.sql', 'INSERT INTO t VALUES (1);\n');
    const { failure } = await test.failed();
    expect(failure).toMatchObject({ sqlstate: '23503', place: undefined });
    expect(await test.sql('select * from lms_db.seeds')).toEqual([]);
  });

  it('leaves no setting and no role behind', async () => {
    await test.sql(`create table t (v text primary key)`);
    test.write(
      'seeds/reference/1-a.sql',
      'SET search_path = pg_catalog;\nSET ROLE pg_monitor;\nCREATE TEMPORARY TABLE x (id int);\n',
    );
    test.write(
      'seeds/reference/2-t.sql',
      "INSERT INTO t VALUES (current_user), (current_setting('search_path'));\n",
    );
    await test.loaded();
    expect(await test.sql('select v from t order by v')).toEqual([
      { v: '"$user", public' },
      { v: 'postgres' },
    ]);
  });
});

describe('a .ts seed', () => {
  beforeEach(() => test.sql('create table t (id int primary key, name text)'));

  it('gets a Kysely, whose transactions are savepoints', async () => {
    test.write(
      'seeds/reference/1-t.ts',
      `import { sql } from 'kysely';
import type { Kysely } from 'kysely';
interface DB { t: { id: number; name: string | null } }
export default async function seed(db: Kysely<DB>): Promise<void> {
  await db.insertInto('t').values([{ id: 1, name: 'one' }, { id: 2, name: 'two' }]).execute();
  await db.transaction().execute(async (inner) => {
    await inner.insertInto('t').values({ id: 3, name: 'gone' }).execute();
    throw new Error('back');
  }).catch(() => undefined);
  await db.transaction().execute((inner) => inner.updateTable('t').set({ name: 'TWO' }).where('id', '=', 2).execute());
  await sql\`delete from t where id = \${1}\`.execute(db);
}
`,
    );
    test.write('node_modules/kysely/package.json', '{"type":"module","main":"index.js"}');
    test.write(
      'node_modules/kysely/index.js',
      `export * from ${JSON.stringify(new URL('../../node_modules/kysely/dist/esm/index.js', import.meta.url).pathname)};\n`,
    );
    expect(await test.loaded()).toMatchObject({ counts: { inserted: 3, updated: 1, deleted: 1 } });
    expect(await test.sql('select * from t')).toEqual([{ id: 2, name: 'TWO' }]);
  });

  it('that throws leaves nothing, and is shown with its line', async () => {
    test.write(
      'seeds/reference/1-t.ts',
      `export default async (db) => {\n  await db.insertInto('t').values({ id: 1 }).execute();\n  throw new Error('no more');\n};\n`,
    );
    const { failure } = await test.failed();
    expect(failure).toMatchObject({ message: 'no more', place: { file: 'seeds/reference/1-t.ts', line: 3 } });
    expect(await test.sql('select * from t')).toEqual([]);
  });

  it.each([
    [
      "await db.executeQuery({ sql: 'COMMIT', parameters: [], query: { kind: 'RawNode' }, queryId: { queryId: '1' } });",
      'a seed runs in one transaction with its record; it cannot begin or end one',
    ],
    ["await db.insertInto('nowhere').values({ id: 1 }).execute();", 'relation "nowhere" does not exist'],
    [
      "await db.insertInto('nowhere').values({ id: 1 }).execute().catch(() => undefined);",
      'current transaction is aborted, commands ignored until end of transaction block',
    ],
  ])('cannot get out of its transaction: %s', async (line, message) => {
    test.write(
      'seeds/reference/1-t.ts',
      `export default async (db) => {\n  await db.insertInto('t').values({ id: 1 }).execute();\n  ${line}\n};\n`,
    );
    expect((await test.failed()).failure?.message).toBe(message);
    expect(await test.sql('select * from t')).toEqual([]);
  });

  it('that does not await its queries writes nothing outside of its transaction', async () => {
    test.write(
      'seeds/reference/1-t.ts',
      `export default async (db) => {\n  setTimeout(() => void db.insertInto('t').values({ id: 9 }).execute().catch(() => undefined), 50);\n};\n`,
    );
    await test.loaded();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await test.sql('select * from t')).toEqual([]);
  });

  it('without a function is refused', async () => {
    test.write('seeds/reference/1-t.ts', 'export const rows = [];\n');
    expect(await test.seed()).toMatchObject({
      exitCode: 2,
      seeds: [{ failure: { message: 'seeds/reference/1-t.ts exports no function' } }],
    });
  });
});

describe('an interruption', () => {
  it.each(['csv', 'ndjson', 'sql', 'ts'])(
    'of a .%s leaves nothing, and the next run completes it',
    async (format) => {
      await test.sql('create table t (id int primary key, v text)');
      const ids = Array.from({ length: 300_000 }, (_, index) => index);
      const text = {
        csv: () => `id,v\n${ids.map((id) => `${id},some value\n`).join('')}`,
        ndjson: () => ids.map((id) => `{"id":${id},"v":"some value"}\n`).join(''),
        sql: () =>
          "INSERT INTO t SELECT i, 'some value' FROM generate_series(1, 300000) AS i;\nSELECT pg_sleep(0.5);\n",
        ts: () =>
          `export default async (db) => {\n  await db.insertInto('t').values({ id: 1, v: 'x' }).execute();\n  await new Promise((r) => setTimeout(r, 500));\n};\n`,
      }[format as 'csv'];
      test.write(`seeds/reference/1-t.${format}`, text());
      const controller = new AbortController();
      const report = await test.seed(
        {},
        {
          signal: controller.signal,
          onEvent: (event) => {
            if (event.type === 'seed-started')
              setTimeout(() => controller.abort(new InterruptedError('SIGTERM')), 60);
          },
        },
      );
      expect(report.exitCode).toBe(143);
      expect(report.seeds).toMatchObject([{ status: 'undone' }]);
      expect(await test.sql('select count(*)::int as n from t')).toEqual([{ n: 0 }]);
      expect(await test.sql(`select kind from lms_db.events`)).toEqual([{ kind: 'interrupted' }]);
      expect(await test.loaded()).toMatchObject({ status: 'loaded' });
    },
  );
});

describe('the history of version 1', () => {
  it('gets the table of seeds, and keeps what it has', async () => {
    const [first = ''] = historyUpgrades('lms_db');
    await test.sql(`create schema lms_db; ${first}; insert into lms_db.settings values ('version', '1'), ('environment', 'development');
      insert into lms_db.migrations (project, version, name, checksum, token_checksum, migration_text, duration_ms, applied_by, run_id, tool_version)
      values ('app', '1', 'nothing', 'c', 'c', 'SELECT 1;', 1, 'x', 'r', '0')`);
    await test.sql('create table t (id int primary key)');
    test.write('seeds/reference/1-t.csv', 'id\n1\n');
    expect(await test.loaded()).toMatchObject({ status: 'loaded' });
    expect(await test.sql(`select value from lms_db.settings where name = 'version'`)).toEqual([
      { value: String(HISTORY_VERSION) },
    ]);
    expect(await test.sql('select version from lms_db.migrations')).toEqual([{ version: '1' }]);
    expect(await test.sql('select file_name from lms_db.seeds')).toEqual([{ file_name: '1-t.csv' }]);
  });
});
