import { describe, expect, it } from 'vitest';
import type { LmsDbError } from '../../src/core/errors.ts';
import { log } from '../../src/operations/log.ts';
import { preview } from '../../src/operations/preview.ts';
import { redo } from '../../src/operations/redo.ts';
import { reset } from '../../src/operations/reset.ts';
import { status } from '../../src/operations/status.ts';
import { recreateDatabase } from '../../src/backends/recreate.ts';
import { openServer } from '../../src/backends/server.ts';
import { appliedVersions } from '../support/engine-server.ts';
import { stages } from '../support/engine-stage.ts';
import type { Stage } from '../support/engine-stage.ts';

const newStage = stages();

/** The findings that a run was refused with. */
async function refusal(
  run: Promise<unknown>,
): Promise<Partial<LmsDbError> & { findings?: { code: string }[] }> {
  return run.then(
    () => ({ message: 'it was not refused' }),
    (error: unknown) => error as LmsDbError,
  );
}

/** Two applied migrations with rollback and guard. */
async function applied(): Promise<Stage> {
  const stage = await newStage();
  const guard = '-- @check one\nselect 1 where false;';
  stage.migration('10-first', 'create table first (a int);', 'drop table first;', guard);
  stage.migration('20-second', 'create table second (a int);', 'drop table second;', guard);
  expect((await stage.up()).error).toBeUndefined();
  return stage;
}

describe.concurrent('up', () => {
  it.each([
    [
      'a migration that was edited',
      'changed',
      [
        '10-first',
        'create table first (b int);',
        'drop table first;',
        '-- @check one\nselect 1 where false;',
      ],
    ],
    [
      'a rollback that was edited',
      'changed-rollback',
      [
        '10-first',
        'create table first (a int);',
        'drop table if exists first;',
        '-- @check one\nselect 1 where false;',
      ],
    ],
    [
      'a guard that was edited',
      'changed-guard',
      [
        '10-first',
        'create table first (a int);',
        'drop table first;',
        '-- @check one\nselect 2 where false;',
      ],
    ],
    [
      'a file older than the newest applied',
      'out-of-order',
      ['15-late', 'create table late (a int);', 'drop table late;'],
    ],
  ] as const)('refuses %s, and runs nothing', async (_, code, files) => {
    const stage = await applied();
    const [name, up, down, guard] = files;
    stage.migration(name, up, down, guard);
    stage.migration('30-third', 'create table third (a int);', 'drop table third;');
    const error = await refusal(stage.up());
    expect(error).toMatchObject({ exitCode: 4, findings: [{ code }] });
    expect(await appliedVersions(stage.database)).toEqual(['10', '20']);
    const { findings, exitCode } = await preview(stage.context(), {});
    expect([findings[0]?.code, exitCode]).toEqual([code, 4]);
    expect((await status(stage.context(), { check: true, long: false })).exitCode).toBe(4);
  });

  it('refuses a missing file and a renamed one', async () => {
    const stage = await applied();
    for (const folder of ['migrations', 'rollbacks', 'checks'])
      stage.project.remove(`${folder}/app/10-first.sql`);
    expect(await refusal(stage.up())).toMatchObject({
      exitCode: 4,
      findings: [{ code: 'missing-file', version: '10' }],
    });
    stage.migration(
      '11-first',
      'create table first (a int);',
      'drop table first;',
      '-- @check one\nselect 1 where false;',
    );
    const error = await refusal(stage.up());
    expect(error.findings?.map((finding) => finding.code)).toContain('renamed');
    expect(await appliedVersions(stage.database)).toEqual(['10', '20']);
  });

  it('notices an edit of comments and white space only, and goes on', async () => {
    const stage = await applied();
    stage.migration(
      '10-first',
      '-- why\ncreate table first\n  (a int);',
      'drop table first; -- gone',
      '-- @check one\nselect 1 where false;',
    );
    stage.migration('30-third', 'create table third (a int);', 'drop table third;');
    const report = await stage.up();
    expect(report.findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'cosmetic-edit notice',
      'cosmetic-edit notice',
    ]);
    expect(report.outcomes).toMatchObject([{ version: '30', status: 'done' }]);
  });

  it('runs a file out of order when that is allowed, and says so', async () => {
    const stage = await applied();
    stage.migration('15-late', 'create table late (a int);', 'drop table late;');
    const report = await stage.up({ allowOutOfOrder: true });
    expect(report.findings).toMatchObject([{ code: 'out-of-order', severity: 'warning' }]);
    expect(await appliedVersions(stage.database)).toEqual(['10', '20', '15']);
  });

  it('tells the place of an error in the file, whatever stands before it, and leaves the earlier files applied', async () => {
    const stage = await newStage();
    stage.migration('1-first', 'create table first (a int);', 'drop table first;');
    stage.migration(
      '2-wrong',
      "-- ünïcödé 🎓\r\nselect '🎓';\r\ninsert into first\r\n  values ('🎓', nowhere);",
      'select 1;',
    );
    stage.migration('3-third', 'create table third (a int);', 'drop table third;');
    const report = await stage.up();
    expect(report.exitCode).toBe(5);
    expect(report.outcomes).toMatchObject([
      { version: '1', status: 'done' },
      { version: '2', status: 'failed', failure: { sqlstate: '42703', place: { line: 4, column: 16 } } },
      { version: '3', status: 'not-run' },
    ]);
    expect((await log(stage.context(), { limit: 9 })).events).toMatchObject([
      { kind: 'failed', version: '2', sqlstate: '42703' },
      { kind: 'applied', version: '1' },
    ]);
  });

  it('lets a deferred constraint fail before COMMIT, with the place of the statement before it', async () => {
    const stage = await newStage();
    stage.migration(
      '1-first',
      `create table parents (id int primary key);
create table children (parent int references parents deferrable initially deferred);
insert into children values (1);`,
      'drop table children; drop table parents;',
    );
    const report = await stage.up();
    expect(report.outcomes).toMatchObject([
      {
        status: 'failed',
        failure: { sqlstate: '23503', remains: 'rolled back: nothing of this migration remains.' },
      },
    ]);
    expect(await stage.database.sql(`select to_regclass('parents') as parents`)).toEqual([{ parents: null }]);
  });

  it('lets a guard decide before COMMIT, and shows its offenders', async () => {
    const stage = await newStage();
    stage.migration(
      '1-first',
      'create table items (a int); insert into items values (1), (2);',
      'drop table items;',
      '-- @check no odd items\nselect a from items where a % 2 = 1;',
    );
    const report = await stage.up();
    expect(report.exitCode).toBe(6);
    expect(report.outcomes[0]?.checks).toMatchObject([
      { name: 'no odd items', passed: false, offenders: [{ a: 1 }] },
    ]);
    expect(await stage.database.sql(`select to_regclass('items') as items`)).toEqual([{ items: null }]);
  });

  it('skips a guard whose extension is not installed, and looks at the others', async () => {
    const stage = await newStage();
    const guard = (name: string, extension: string): string =>
      `-- @check ${name}\n-- @extension ${extension}\nselect a from items;\n`;
    const items = 'create table items (a int); insert into items values (1);';
    stage.migration('1-first', items, 'drop table items;', guard('no items', 'no-such-thing'));
    const first = await stage.up();
    expect(first.outcomes).toMatchObject([
      { status: 'done', checks: [{ passed: true, skipped: 'extension no-such-thing is not installed' }] },
    ]);
    const both = guard('no items', 'no-such-thing') + guard('still none', 'plpgsql');
    stage.migration('2-second', 'insert into items values (2);', 'delete from items where a = 2;', both);
    const second = await stage.up();
    expect(second.exitCode).toBe(6);
    expect(second.outcomes[0]?.failure?.message).toContain('guard "still none"');
    expect(await stage.database.sql('select a from items')).toEqual([{ a: 1 }]);
  });

  it('looks at guards with the eyes of who connected, whatever role the file has set', async () => {
    const stage = await newStage();
    const role = `${stage.database.parameters.database}_blind`;
    await stage.database.sql(`create role ${role}; grant all on schema public to ${role}`);
    stage.migration(
      '1-first',
      `create table items (a int); insert into items values (1);
alter table items enable row level security;
grant all on items to ${role};
set local role ${role};`,
      'drop table items;',
      '-- @check nothing is hidden\nselect a from items;',
    );
    expect((await stage.up()).exitCode).toBe(6);
    await stage.database.sql(`drop owned by ${role}; drop role ${role}`);
  });
});

describe.concurrent('a session', () => {
  it('forgets between two files all that the first one left in it', async () => {
    const stage = await newStage();
    const role = `${stage.database.parameters.database}_role`;
    await stage.database.sql(`create role ${role}; create schema other`);
    stage.migration(
      '1-leaves',
      `set search_path = other;
set standard_conforming_strings = on;
set lms_db_test.value = 'left';
create temporary table leftovers (a int);
listen something;
prepare statement as select 1;
select pg_advisory_lock(77);
declare held cursor with hold for select 1;
select set_config('lms_db_test.second', 'left', false);
set role ${role};`,
      'select 1;',
    );
    stage.migration(
      '2-finds',
      `create table public.found as select
  current_setting('search_path') as path,
  nullif(current_setting('lms_db_test.value', true), '') as value,
  nullif(current_setting('lms_db_test.second', true), '') as second,
  to_regclass('pg_temp.leftovers')::text as temporary,
  (select count(*)::int from pg_listening_channels()) as channels,
  (select count(*)::int from pg_prepared_statements) as statements,
  (select count(*)::int from pg_cursors where is_holdable) as cursors,
  (select count(*)::int from pg_locks where pid = pg_backend_pid() and locktype = 'advisory' and objid = 77) as locks,
  current_user::text = session_user::text as same;`,
      'drop table public.found;',
    );
    expect((await stage.up()).error).toBeUndefined();
    expect(await stage.database.sql('select * from public.found')).toEqual([
      {
        path: '"$user", public',
        value: null,
        second: null,
        temporary: null,
        channels: 0,
        statements: 0,
        cursors: 0,
        locks: 0,
        same: true,
      },
    ]);
    await stage.database.sql(`drop role ${role}`);
  });

  it('needs no search_path', async () => {
    const stage = await newStage();
    const name = stage.database.parameters.database;
    await stage.database.sql(`alter database ${name} set search_path = ''`);
    stage.migration('1-first', 'create table public.first (a int);', 'drop table public.first;');
    stage.migration(
      '2-off',
      '-- @transaction off\ncreate index concurrently first_a on public.first (a);',
      'drop index public.first_a;',
    );
    expect((await stage.up()).error).toBeUndefined();
    expect((await stage.down({ count: 'all' })).error).toBeUndefined();
  });

  it('works for an owner who may only CREATE in the database', async () => {
    const stage = await newStage();
    const { database } = stage;
    const { database: name } = database.parameters;
    const user = `${name}_owner`;
    await database.sql(
      `create role ${user} login password 'secret'; grant create on database ${name} to ${user}`,
    );
    stage.migration(
      '1-first',
      'create schema app; create table app.first (a int);',
      'drop schema app cascade;',
    );
    stage.migration(
      '2-off',
      '-- @transaction off\ncreate index concurrently first_a on app.first (a);',
      'drop index app.first_a;',
    );
    const as = {
      ...stage.context(),
      database: openServer({ ...database.parameters, user, password: 'secret' }),
    };
    const { migrate } = await import('../../src/operations/migrate.ts');
    expect((await migrate(as, {})).error).toBeUndefined();
    expect((await status(as, { check: true, long: true })).exitCode).toBe(0);
    await database.sql(`drop owned by ${user} cascade; drop role ${user}`);
  });

  it('works where an administrator made the history schema for a user who may create none', async () => {
    const stage = await newStage();
    const { database } = stage;
    const user = `${database.parameters.database}_poor`;
    await database.sql(
      `create role ${user} login password 'secret'; grant create on schema public to ${user}`,
    );
    stage.migration('1-first', 'create table first (a int);', 'drop table first;');
    const as = {
      ...stage.context(),
      database: openServer({ ...database.parameters, user, password: 'secret' }),
    };
    const { migrate } = await import('../../src/operations/migrate.ts');
    expect(await refusal(migrate(as, {}))).toMatchObject({
      code: 'refused',
      hint: 'as an administrator: create schema "lms_db" authorization <user>',
    });
    await database.sql(`create schema lms_db authorization ${user}`);
    expect((await migrate(as, {})).error).toBeUndefined();
    await database.sql(`drop owned by ${user} cascade; drop role ${user}`);
  });

  it('of a read-only role shows status, plan and history, or says what to grant', async () => {
    const stage = await applied();
    const { database } = stage;
    const user = `${database.parameters.database}_reader`;
    await database.sql(`create role ${user} login password 'secret'`);
    await database.sql(`alter role ${user} set default_transaction_read_only = on`);
    const as = {
      ...stage.context(),
      database: openServer({ ...database.parameters, user, password: 'secret' }),
    };
    expect(await refusal(status(as, { check: false, long: false }))).toMatchObject({
      exitCode: 1,
      hint: expect.stringContaining('grant select on all tables in schema "lms_db"') as string,
    });
    await database.sql(
      `grant usage on schema lms_db to ${user}; grant select on all tables in schema lms_db to ${user}`,
    );
    expect((await status(as, { check: true, long: true })).exitCode).toBe(0);
    expect((await preview(as, {})).exitCode).toBe(0);
    expect((await log(as, { limit: 2 })).events).toHaveLength(2);
    await database.sql(`drop owned by ${user}; drop role ${user}`);
  });

  it('writes where the role reads by default, and reads strings as the standard says where it does not', async () => {
    const stage = await newStage();
    const name = stage.database.parameters.database;
    await stage.database.sql(`alter database ${name} set default_transaction_read_only = on`);
    await stage.database.sql(
      `begin read write; alter database ${name} set standard_conforming_strings = off; commit`,
    );
    stage.migration('1-first', String.raw`create table first as select 'a\b' as text;`, 'drop table first;');
    stage.migration(
      '2-off',
      '-- @transaction off\nvacuum first;\ncreate index concurrently first_a on first (text);',
      'drop index first_a;',
    );
    expect((await stage.up()).error).toBeUndefined();
    expect(await stage.database.sql('select text from first')).toEqual([{ text: String.raw`a\b` }]);
    expect((await stage.down({ count: 'all' })).error).toBeUndefined();
  });

  it('that cannot be had a second time is an error with the reason, and nothing was run', async () => {
    const stage = await newStage();
    const { database } = stage;
    const user = `${database.parameters.database}_single`;
    await database.sql(`create role ${user} login password 'secret' connection limit 1`);
    stage.migration('1-first', 'create table first (a int);', 'drop table first;');
    const as = {
      ...stage.context(),
      database: openServer({ ...database.parameters, user, password: 'secret' }),
    };
    const { migrate } = await import('../../src/operations/migrate.ts');
    expect(await refusal(migrate(as, {}))).toMatchObject({
      code: 'connection',
      hint: 'the server has no connection left: lms-db needs two',
    });
    await database.sql(`drop role ${user}`);
  });
});

describe.concurrent('environments and servers', () => {
  it('a database remembers its environment, and refuses another one unless it is changed on purpose', async () => {
    const stage = await newStage();
    stage.migration('1-first', 'create table first (a int);', 'drop table first;');
    const production = { environment: { name: 'production', explicit: true } };
    await stage.up({}, production);
    expect((await stage.up()).target.environment).toBe('production');
    const staging = { name: 'staging', explicit: true };
    expect(await refusal(stage.up({}, { environment: staging }))).toMatchObject({
      code: 'refused',
      message: 'this database remembers that it is "production", not "staging"',
    });
    await stage.up({}, { environment: { ...staging, change: true } });
    expect((await stage.up()).target.environment).toBe('staging');
  });

  it('reset is refused on a protected one, and builds any other anew', async () => {
    const stage = await applied();
    const request = {
      recreate: () => recreateDatabase(stage.database.parameters),
      consent: () => Promise.resolve(),
    };
    await stage.up({}, { environment: { name: 'production', explicit: true, change: true } });
    expect(await refusal(reset(stage.context(), request))).toMatchObject({ code: 'refused' });
    await stage.up({}, { environment: { name: 'development', explicit: true, change: true } });
    await stage.database.sql('create table stray (a int)');
    expect((await reset(stage.context(), request)).error).toBeUndefined();
    expect(await stage.database.sql(`select to_regclass('stray') as stray`)).toEqual([{ stray: null }]);
    expect(await appliedVersions(stage.database)).toEqual(['10', '20']);
  });

  it('an older server than the project needs gets that answer before anything runs', async () => {
    const stage = await newStage();
    stage.migration('1-first', 'create table first (a int);', 'drop table first;');
    expect(await refusal(stage.up({}, { minimumServer: 99 }))).toMatchObject({
      code: 'refused',
      message: expect.stringMatching(
        /^project app needs PostgreSQL 99 or newer; this server is \d+\.\d+$/,
      ) as string,
    });
    expect(await stage.database.sql(`select from pg_namespace where nspname = 'lms_db'`)).toEqual([]);
  });

  it('redo takes the newest one back and applies it as it stands in the files', async () => {
    const stage = await applied();
    const report = await redo(stage.context(), { consent: () => Promise.resolve() });
    expect(report.outcomes.map(({ direction, version }) => `${direction} ${version}`)).toEqual([
      'down 20',
      'up 20',
    ]);
    stage.project.remove('migrations/app/20-second.sql');
    stage.project.remove('rollbacks/app/20-second.sql');
    stage.project.remove('checks/app/20-second.sql');
    expect(await refusal(redo(stage.context(), { consent: () => Promise.resolve() }))).toMatchObject({
      code: 'refused',
    });
    expect(await appliedVersions(stage.database)).toEqual(['10', '20']);
  });
});
