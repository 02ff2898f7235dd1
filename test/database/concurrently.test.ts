import { describe, expect, it } from 'vitest';
import { until, waiter } from '../support/engine-server.ts';
import { stages } from '../support/engine-stage.ts';
import type { Stage } from '../support/engine-stage.ts';

const newStage = stages();

/** A stage with a table, items, that holds these values of `a`. */
async function withItems(...values: number[]): Promise<Stage> {
  const stage = await newStage();
  await stage.database.sql('create table items (a int, b int)');
  for (const value of values) await stage.database.sql('insert into items (a) values ($1)', [value]);
  return stage;
}

const invalid = (stage: Stage): Promise<unknown[]> =>
  stage.database.sql(
    `select indexrelid::regclass::text as name from pg_index where not indisvalid order by 1`,
  );
const valid = (stage: Stage): Promise<unknown[]> =>
  stage.database.sql(
    `select indexrelid::regclass::text as name from pg_index where indisvalid and indrelid = 'items'::regclass order by 1`,
  );

/** What a build that fails on duplicates leaves behind. */
async function leaveInvalid(stage: Stage, name = 'items_a'): Promise<void> {
  await stage.database.sql(`create unique index concurrently ${name} on items (a)`).catch(() => undefined);
  expect(await invalid(stage)).toEqual([{ name }]);
}

describe.concurrent('a concurrent index build', () => {
  it('that fails on duplicates is exit 5, names what it leaves, and succeeds once they are gone', async () => {
    const stage = await withItems(1, 1);
    stage.migration(
      '1-index',
      '-- @transaction off\ncreate unique index concurrently items_a on items (a);',
      'drop index items_a;',
    );
    const failed = await stage.up();
    expect(failed.exitCode).toBe(5);
    const [outcome] = failed.outcomes;
    expect(outcome).toMatchObject({ status: 'failed', failure: { sqlstate: '23505' } });
    expect(outcome?.failure?.place).toMatchObject({ line: 2, column: 1 });
    expect(outcome?.failure?.remains).toBe(
      'nothing of this file is recorded as done. It left index items_a on items invalid: the next run drops it and builds it anew. Until then it may refuse duplicates already.',
    );
    expect(await invalid(stage)).toEqual([{ name: 'items_a' }]);
    await stage.database.sql('delete from items where ctid = (select min(ctid) from items)');
    const again = await stage.up();
    expect(again.error).toBeUndefined();
    expect(await invalid(stage)).toEqual([]);
    expect(await valid(stage)).toEqual([{ name: 'items_a' }]);
    expect(await stage.database.sql(`select from lms_db.events where kind = 'applied'`)).toHaveLength(1);
    expect(await stage.database.sql('select from lms_db.statements')).toEqual([]);
  });

  it('with IF NOT EXISTS is never a success over an invalid index', async () => {
    const stage = await withItems(1, 1);
    await leaveInvalid(stage);
    stage.migration(
      '1-index',
      '-- @transaction off\ncreate unique index concurrently if not exists items_a on items (a);',
      'drop index items_a;',
    );
    expect((await stage.up()).exitCode).toBe(5);
    await stage.database.sql('delete from items');
    const report = await stage.up();
    expect(report.error).toBeUndefined();
    expect(await valid(stage)).toEqual([{ name: 'items_a' }]);
  });

  it('that fails because a valid index has that name is no success the next time either', async () => {
    const stage = await withItems(1);
    await stage.database.sql('create index items_a on items (b)');
    stage.migration(
      '1-index',
      '-- @transaction off\ncreate index concurrently items_a on items (a);',
      'drop index items_a;',
    );
    for (const attempt of [1, 2]) {
      const report = await stage.up();
      expect([attempt, report.exitCode]).toEqual([attempt, 5]);
      expect(report.outcomes[0]?.failure?.sqlstate).toBe('42P07');
    }
    await stage.database.sql('drop index items_a');
    expect((await stage.up()).exitCode).toBe(0);
  });

  it('does not take an index of the same name in another schema for its own', async () => {
    const stage = await newStage();
    await stage.database
      .sql(`create schema other; create table other.things (a int); create index items_a on other.things (a);
      create table public.items (a int)`);
    stage.migration(
      '1-index',
      `-- @transaction off
set search_path = other, public;
create index concurrently items_a on items (a);`,
      'drop index items_a;',
    );
    expect((await stage.up()).error).toBeUndefined();
    expect(await stage.database.sql(`select to_regclass('public.items_a') is not null as made`)).toEqual([
      { made: true },
    ]);
  });

  it('needs a name for its index', async () => {
    const stage = await withItems(1);
    stage.migration('1-index', '-- @transaction off\ncreate index concurrently on items (a);', 'select 1;');
    const report = await stage.up();
    expect(report.exitCode).toBe(5);
    expect(report.outcomes[0]?.failure).toMatchObject({
      next: 'give the index a name: CREATE INDEX CONCURRENTLY name ON …',
    });
  });

  it('waits for an index that somebody else is building', async () => {
    const stage = await withItems(1);
    const reader = await stage.database.client();
    await reader.query('begin isolation level repeatable read; select count(*) from items');
    const other = await stage.database.client();
    const building = other.query('create index concurrently items_a on items (a)');
    await waiter(await stage.database.client(), `locktype = 'virtualxid'`, 'somebody builds the index');
    stage.migration(
      '1-index',
      '-- @transaction off\ncreate index concurrently if not exists items_a on items (a);',
      'drop index items_a;',
    );
    const notes: string[] = [];
    const going = stage.up(
      {},
      {
        onEvent: (event) => {
          if (event.type === 'note') notes.push(event.message);
        },
      },
    );
    await until(() => notes.length > 0, 'the run says that it waits');
    expect(notes[0]).toMatch(/^pid \d+ is building index items_a; waiting for it$/);
    await reader.query('rollback');
    await building;
    expect((await going).error).toBeUndefined();
    expect(await valid(stage)).toEqual([{ name: 'items_a' }]);
  });

  it('is not cut short by the lock_timeout of other statements, and names what it waits for', async () => {
    const stage = await withItems(1);
    const reader = await stage.database.client();
    await reader.query('begin isolation level repeatable read; select count(*) from items');
    stage.migration(
      '1-index',
      '-- @transaction off\ncreate index concurrently items_a on items (a);',
      'drop index items_a;',
    );
    const seen: string[] = [];
    const report = await stage.up(
      {},
      {
        settings: { lockTimeout: 60, statementTimeout: 60 },
        onEvent: (event) => {
          if (event.type !== 'blocked') return;
          seen.push(event.blockers[0]?.application ?? '');
          // By now it has waited longer than it would have been allowed to.
          if (event.waited > 300) void reader.query('rollback');
        },
      },
    );
    expect(report.error).toBeUndefined();
    expect(seen[0]).toBe('test');
  });
});

describe.concurrent('other statements outside a transaction', () => {
  it('REINDEX CONCURRENTLY sweeps away what a failed one left, and proves the index', async () => {
    const stage = await withItems(1, 2);
    await stage.database.sql('create unique index items_a on items (a)');
    await stage.database.sql('create unique index concurrently items_a_ccnew on items (b, a)');
    await stage.database.sql(
      `update pg_index set indisvalid = false where indexrelid = 'items_a_ccnew'::regclass`,
    );
    stage.migration('1-reindex', '-- @transaction off\nreindex index concurrently items_a;', 'select 1;');
    const report = await stage.up();
    expect(report.error).toBeUndefined();
    expect(await valid(stage)).toEqual([{ name: 'items_a' }]);
    expect(await invalid(stage)).toEqual([]);
  });

  it('REINDEX of one index does not stumble over another invalid one', async () => {
    const stage = await withItems(1, 1);
    await stage.database.sql('create index items_b on items (b)');
    await leaveInvalid(stage);
    stage.migration('1-reindex', '-- @transaction off\nreindex index concurrently items_b;', 'select 1;');
    expect((await stage.up()).error).toBeUndefined();
  });

  it('REINDEX TABLE CONCURRENTLY, which skips an invalid index, is no success', async () => {
    const stage = await withItems(1, 1);
    await leaveInvalid(stage);
    stage.migration('1-reindex', '-- @transaction off\nreindex table concurrently items;', 'select 1;');
    const report = await stage.up();
    expect(report.exitCode).toBe(5);
    expect(report.outcomes[0]?.failure?.message).toBe('index items_a on items is still not valid');
  });

  it('DROP INDEX CONCURRENTLY of an index that never was stays an error', async () => {
    const stage = await withItems();
    stage.migration('1-drop', '-- @transaction off\ndrop index concurrently nowhere;', 'select 1;');
    for (const attempt of [1, 2]) expect([attempt, (await stage.up()).exitCode]).toEqual([attempt, 5]);
  });

  it('DETACH PARTITION CONCURRENTLY that was cut short is completed with FINALIZE', async () => {
    const stage = await newStage();
    await stage.database.sql(`create table parted (a int) partition by list (a);
      create table parted_1 partition of parted for values in (1)`);
    const reader = await stage.database.client();
    await reader.query('begin isolation level repeatable read; select count(*) from parted');
    const detacher = await stage.database.client();
    const detaching = detacher
      .query('alter table parted detach partition parted_1 concurrently')
      .catch(() => undefined);
    const pid = await waiter(
      await stage.database.client(),
      `locktype = 'virtualxid'`,
      'the partition is half detached',
    );
    await stage.database.sql('select pg_cancel_backend($1)', [pid]);
    await detaching;
    await reader.query('rollback');
    expect(await stage.database.sql('select inhdetachpending from pg_inherits')).toEqual([
      { inhdetachpending: true },
    ]);
    stage.migration(
      '1-detach',
      '-- @transaction off\nalter table parted detach partition parted_1 concurrently;',
      'select 1;',
    );
    expect((await stage.up()).error).toBeUndefined();
    expect(await stage.database.sql('select from pg_inherits')).toEqual([]);
  });

  it('DETACH of what is no partition stays an error', async () => {
    const stage = await newStage();
    await stage.database.sql('create table parted (a int) partition by list (a); create table loose (a int)');
    stage.migration(
      '1-detach',
      '-- @transaction off\nalter table parted detach partition loose concurrently;',
      'select 1;',
    );
    for (const attempt of [1, 2]) expect([attempt, (await stage.up()).exitCode]).toEqual([attempt, 5]);
  });

  it('VACUUM, ALTER SYSTEM and CREATE DATABASE run, and again after they were interrupted', async () => {
    const stage = await withItems(1);
    const name = `${stage.database.parameters.database}_b`;
    stage.migration(
      '1-cluster',
      `-- @transaction off
vacuum items;
alter system set log_min_error_statement = 'error';
alter system reset log_min_error_statement;
create database ${name};`,
      `-- @transaction off\ndrop database ${name};`,
    );
    stage.migration('2-fails', 'select 1 / 0;', 'select 1;');
    // As a run that was killed inside of CREATE DATABASE would have left it.
    expect((await stage.up({ to: '1' })).error).toBeUndefined();
    await stage.database.sql(`delete from lms_db.migrations`);
    await stage.database.sql(
      `insert into lms_db.statements (project, version, direction, ordinal, checksum, state, run_id)
       values ('app', '1', 'up', 4, '-', 'started', '-')`,
    );
    expect((await stage.up({ to: '1' })).error).toBeUndefined();
    expect((await stage.down()).error).toBeUndefined();
    expect(await stage.database.sql('select from pg_database where datname = $1', [name])).toEqual([]);
  });

  it('CREATE DATABASE of one that exists stays an error', async () => {
    const stage = await newStage();
    stage.migration('1-create', '-- @transaction off\ncreate database postgres;', 'select 1;');
    for (const attempt of [1, 2]) expect([attempt, (await stage.up()).exitCode]).toEqual([attempt, 5]);
  });
});
