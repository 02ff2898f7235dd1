import { describe, expect, it } from 'vitest';
import { lockTimeoutOfAttempt } from '../../src/core/settings.ts';
import type { Event } from '../../src/core/event.ts';
import { until } from '../support/engine-server.ts';
import { stages } from '../support/engine-stage.ts';
import type { Stage } from '../support/engine-stage.ts';

const newStage = stages();

/** A table that a pending migration wants for itself, and files for it. */
async function withItems(up = 'alter table items add column b int;'): Promise<Stage> {
  const stage = await newStage();
  await stage.database.sql('create table items (a int); create table others (a int)');
  stage.migration('1-wants', up, 'alter table items drop column if exists b;');
  return stage;
}

const ofType = <Type extends Event['type']>(
  events: readonly Event[],
  type: Type,
): readonly Extract<Event, { type: Type }>[] =>
  events.filter((event): event is Extract<Event, { type: Type }> => event.type === type);

describe.concurrent('a table that somebody else reads', () => {
  it('is asked for in rising attempts, then given up with 7, and the reader is named everywhere', async () => {
    const stage = await withItems();
    const reader = await stage.database.client();
    await reader.query('begin; select * from items /* a long report */');
    const events: Event[] = [];
    const settings = { lockTimeout: 1_500, lockAttempts: 5 };
    const report = await stage.up({}, { settings, onEvent: (event) => void events.push(event) });
    expect(report.exitCode).toBe(7);
    expect(report.outcomes).toMatchObject([{ status: 'failed', attempts: 5 }]);
    const retries = ofType(events, 'retrying');
    expect(retries.map((event) => event.attempt)).toEqual([2, 3, 4, 5]);
    const { pid } = (await reader.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!;
    const blocker = {
      pid,
      application: 'test',
      state: 'idle in transaction',
      query: 'begin; select * from items /* a long report */',
      holds: 'AccessShareLock on items',
    };
    for (const event of retries) expect(event.blockers).toMatchObject([blocker]);
    expect(ofType(events, 'blocked')[0]?.blockers).toMatchObject([blocker]);
    expect(report.outcomes[0]?.failure).toMatchObject({
      sqlstate: '55P03',
      blockers: [blocker],
      place: { line: 1 },
    });
    expect(report.error?.message).toMatch(
      new RegExp(
        `did not get its locks in 5 attempts: .*; held by pid ${pid} · test · .* · begin; select \\* from items`,
      ),
    );
    expect(
      await stage.database.sql(
        `select kind, sqlstate, message like '%held by pid ${pid}%' as named from lms_db.events`,
      ),
    ).toEqual([{ kind: 'failed', sqlstate: '55P03', named: true }]);
    expect(
      await stage.database.sql(`select from information_schema.columns where column_name = 'b'`),
    ).toEqual([]);
  });

  it('keeps another reader waiting for one lock timeout at most, and for nothing between two attempts', async () => {
    const stage = await withItems();
    const [reader, other] = [await stage.database.client(), await stage.database.client()];
    await reader.query('begin; select from items');
    const lockTimeout = 1_200;
    const events: Event[] = [];
    const going = stage.up(
      {},
      { settings: { lockTimeout, lockAttempts: 3 }, onEvent: (event) => void events.push(event) },
    );
    // Reads again and again while the migration tries; each read ends, though the first reader never leaves.
    let longest = 0;
    const state = { ended: false };
    const done = going.finally(() => (state.ended = true));
    await until(() => ofType(events, 'step-started').length > 0, 'the migration has started');
    while (!state.ended) {
      const start = performance.now();
      await other.query('select count(*) from items');
      longest = Math.max(longest, performance.now() - start);
    }
    expect((await done).exitCode).toBe(7);
    expect(
      ofType(events, 'step-started').map((event) => lockTimeoutOfAttempt(lockTimeout, event.attempt, 3)),
    ).toEqual([200, 600, 1_200]);
    // Generous: what counts is that it is one timeout, and not their sum, nor without end.
    expect(longest).toBeLessThan(lockTimeout + 700);
    await reader.query('rollback');
  });

  it('is had when the reader leaves between two attempts', async () => {
    const stage = await withItems();
    const reader = await stage.database.client();
    await reader.query('begin; select from items');
    const report = await stage.up(
      {},
      {
        settings: { lockTimeout: 300 },
        onEvent: (event) => {
          if (event.type === 'retrying') void reader.query('rollback');
        },
      },
    );
    expect(report).toMatchObject({ exitCode: 0, outcomes: [{ status: 'done' }] });
    expect(report.outcomes[0]?.attempts).toBeGreaterThan(1);
    // Only what failed in the end is an event.
    expect(await stage.database.sql('select kind from lms_db.events')).toEqual([{ kind: 'applied' }]);
  });

  it('in the way of a batch lets the files before it stay applied', async () => {
    const stage = await withItems();
    stage.migration('0-before', 'create table before (a int);', 'drop table before;');
    const reader = await stage.database.client();
    await reader.query('begin; select from items');
    const report = await stage.up({}, { settings: { lockTimeout: 60, lockAttempts: 2 } });
    expect(report.exitCode).toBe(7);
    expect(report.outcomes).toMatchObject([
      { version: '0', status: 'done' },
      { version: '1', status: 'failed' },
    ]);
    await reader.query('rollback');
  });

  it('in the way of a rollback is named, too', async () => {
    const stage = await withItems();
    await stage.up();
    const reader = await stage.database.client();
    await reader.query('begin; select from items');
    const report = await stage.down({}, { settings: { lockTimeout: 600, lockAttempts: 1 } });
    expect(report.exitCode).toBe(7);
    expect(report.error?.message).toMatch(
      /^rollback 1 wants did not get its locks in 1 attempt: .*held by pid \d+ · test/,
    );
  });
});

describe.concurrent('timeouts', () => {
  it('@lock-timeout and @statement-timeout of the file count more than the settings', async () => {
    const stage = await newStage();
    stage.migration(
      '1-timeouts',
      `-- @lock-timeout 42s
-- @statement-timeout 7min
create table seen as select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement;`,
      'drop table seen;',
    );
    expect((await stage.up({}, { settings: { lockTimeout: 10, lockAttempts: 1 } })).error).toBeUndefined();
    expect(await stage.database.sql('select * from seen')).toEqual([{ lock: '42s', statement: '7min' }]);
  });

  it('a statement that takes too long is not tried again, and the directive that allows it is said', async () => {
    const stage = await newStage();
    stage.migration('1-slow', 'create table slow (a int);\nselect pg_sleep(30);', 'drop table slow;');
    const report = await stage.up({}, { settings: { statementTimeout: 100 } });
    expect(report.exitCode).toBe(5);
    expect(report.outcomes).toMatchObject([
      { status: 'failed', attempts: 1, failure: { sqlstate: '57014', place: { line: 2 } } },
    ]);
    expect(report.outcomes[0]?.failure?.next).toContain('-- @statement-timeout');
    expect(await stage.database.sql(`select to_regclass('slow') as slow`)).toEqual([{ slow: null }]);
  });

  it('a statement that somebody cancelled is not blamed on a timeout', async () => {
    const stage = await newStage();
    stage.migration('1-slow', 'select pg_sleep(30);', 'select 1;');
    const going = stage.up();
    await until(
      async () =>
        (
          await stage.database.sql(
            `select pg_cancel_backend(pid) from pg_stat_activity
             where datname = current_database() and wait_event = 'PgSleep'`,
          )
        ).length > 0,
      'the statement is cancelled',
    );
    expect((await going).outcomes[0]?.failure?.next).toBe(
      'somebody cancelled it with pg_cancel_backend; run `lms-db up` again',
    );
  });

  it('of idle_session_timeout, set for the role or database, do not end the wait for another run', async () => {
    const stage = await withItems();
    const name = stage.database.parameters.database;
    await stage.database.sql(`alter database ${name} set idle_session_timeout = '500ms'`);
    const holder = await stage.database.database.connect('lock');
    await holder.prepare();
    const lock = stage.context().tools.runLock(holder);
    await lock.tryAcquire();
    const start = performance.now();
    const going = stage.up();
    // Looking at the server keeps this test's own sessions short; the holder is idle meanwhile.
    await until(() => performance.now() - start > 1_200, 'the timeout would have struck');
    await holder.close();
    expect((await going).exitCode).toBe(0);
  });
});

describe.concurrent('a deadlock', () => {
  it('with the application is tried again', async () => {
    const stage = await newStage();
    await stage.database.sql(
      `create table items (a int); create table others (a int); insert into items values (1); insert into others values (1)`,
    );
    stage.migration(
      '1-both',
      '-- @lock-timeout 20s\nlock table others in exclusive mode;\nlock table items in exclusive mode;\ncreate table made (a int);',
      'drop table made;',
    );
    const application = await stage.database.client();
    await application.query('begin; update items set a = 2');
    const events: Event[] = [];
    const going = stage.up(
      {},
      { settings: { lockAttempts: 2 }, onEvent: (event) => void events.push(event) },
    );
    await until(() => ofType(events, 'blocked').length > 0, 'the migration waits for the application');
    // One of the two is the victim: the one whose deadlock_timeout ends first, the migration.
    const theirs = application.query('update others set a = 2').then(
      () => application.query('commit'),
      () => application.query('rollback'),
    );
    const report = await going;
    await theirs;
    expect(report.error).toBeUndefined();
    expect(await stage.database.sql(`select to_regclass('made') is not null as made`)).toEqual([
      { made: true },
    ]);
  });
});
