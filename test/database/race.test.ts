import { describe, expect, it } from 'vitest';
import { migrate } from '../../src/operations/migrate.ts';
import { envelopeOf } from '../support/engine-process.ts';
import { appliedVersions, eventCounts, GATE_SQL, shut, until, waiter } from '../support/engine-server.ts';
import { stages } from '../support/engine-stage.ts';
import { contextFor } from '../support/run.ts';

const newStage = stages();

const MIGRATION = (n: number): string =>
  n === 1
    ? 'create table effects (n int);\ninsert into effects values (1);'
    : `insert into effects values (${n});`;

describe('a race', () => {
  it('of 20 processes on an empty database applies each migration once; losers wait or name the holder', async () => {
    const { database, migration, start } = await newStage();
    const versions = [1, 2, 3, 4, 5, 6];
    // Two of them in a batch, then one alone, then a file without a transaction.
    for (const n of versions) {
      migration(`${n}-m`, n === 3 ? `select 1;\n${MIGRATION(n)}` : MIGRATION(n), 'select 1;');
    }
    migration(
      '7-off',
      '-- @transaction off\ncreate index concurrently effects_n on effects (n);',
      'select 1;',
    );
    const runs = Array.from({ length: 20 }, (_, index) =>
      // Some are impatient.
      start('up', '--json', '--lock-wait', index % 5 === 0 ? '1ms' : '60s'),
    );
    const ended = await Promise.all(runs.map((run) => run.ended));
    let done = 0;
    for (const one of ended) {
      const envelope = envelopeOf(one);
      expect([0, 7]).toContain(one.code);
      done += envelope.targets[0]?.outcomes.filter(({ status }) => status === 'done').length ?? 0;
      if (one.code === 7) {
        expect(envelope.error?.code).toBe('lock-not-obtained');
        expect(envelope.error?.message).toMatch(
          /another run( holds|: pid \d+ · lms-db lock · .* since \d+ s)?/,
        );
      }
    }
    expect(done).toBe(7);
    expect(await appliedVersions(database)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(Object.values(await eventCounts(database))).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(await database.sql('select n from effects order by n')).toEqual(versions.map((n) => ({ n })));
  });

  it('of 20 sessions through the operations, whatever isolation level the database sets, is no different', async () => {
    const { database, migration, up } = await newStage();
    const [{ name } = { name: '' }] = await database.sql<{ name: string }>(
      'select current_database() as name',
    );
    await database.sql(`alter database ${name} set default_transaction_isolation = 'serializable'`);
    for (const n of [1, 2, 3]) migration(`${n}-m`, MIGRATION(n), 'select 1;');
    const reports = await Promise.all(Array.from({ length: 20 }, () => up()));
    expect(reports.map((report) => report.exitCode)).toEqual(reports.map(() => 0));
    expect(await database.sql('select n from effects order by n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('with a run that builds an index concurrently does not stall it, and killing the waiter does not either', async () => {
    const { database, migration, start, up } = await newStage();
    migration('1-first', 'create table items (a int);', 'drop table items;');
    migration('2-index', '-- @transaction off\ncreate index concurrently items_a on items (a);', 'select 1;');
    await up({ steps: 1 });
    const reader = await database.client();
    await reader.query('begin isolation level repeatable read; select count(*) from items');
    const first = up();
    const watcher = await database.client();
    await waiter(watcher, `locktype = 'virtualxid'`, 'the build waits for the old snapshot');
    const waiting = start('up');
    await until(() => waiting.said().includes('another run'), 'the second run waits for the run lock');
    const killed = start('up');
    await until(() => killed.said().includes('another run'), 'the third run waits for the run lock');
    killed.signal('SIGKILL');
    await killed.ended;
    // Only the reader stands in the way of the build: the waiters hold no snapshot.
    const { rows } = await watcher.query(
      `select distinct b.pid, b.application_name from pg_stat_activity as a, unnest(pg_blocking_pids(a.pid)) as p
       join pg_stat_activity as b on b.pid = p
       where a.datname = current_database() and a.application_name = 'lms-db work'`,
    );
    expect(rows).toMatchObject([{ application_name: 'test' }]);
    await reader.query('rollback');
    expect((await first).exitCode).toBe(0);
    expect((await waiting.ended).code).toBe(0);
    expect(await eventCounts(database)).toEqual({ 'applied 1': 1, 'applied 2': 1 });
    expect(await database.sql('select from pg_index where not indisvalid')).toEqual([]);
  });

  it('of two projects in one database lets both go on at once', async () => {
    const { database, project } = await newStage();
    await database.sql(GATE_SQL);
    for (const name of ['one', 'two']) {
      project.write(`migrations/${name}/1-first.sql`, `create table ${name} as select gate.pass(1) as a;`);
      project.write(`rollbacks/${name}/1-first.sql`, `drop table ${name};`);
    }
    const gate = await shut(database, 1);
    const both = ['one', 'two'].map((name) =>
      migrate(contextFor(database, project.root, { project: name, settings: { lockTimeout: 60_000 } }), {}),
    );
    await until(
      async () =>
        (
          await database.sql(
            `select from pg_locks where locktype = 'advisory' and not granted and classid = 4242`,
          )
        ).length === 2,
      'both projects are inside their migration',
    );
    await gate.open();
    expect((await Promise.all(both)).map((report) => report.exitCode)).toEqual([0, 0]);
    expect(await database.sql('select project, version from lms_db.migrations order by 1')).toEqual([
      { project: 'one', version: '1' },
      { project: 'two', version: '1' },
    ]);
  });

  it('that is lost in --lock-wait ends with 7 and names pid, application and since when; nothing was run', async () => {
    const { database, context, migration, start } = await newStage();
    migration('1-first', 'create table items (a int);', 'drop table items;');
    const holder = await database.database.connect('lock');
    const lock = context().tools.runLock(holder);
    expect(await lock.tryAcquire()).toBe(true);
    const ended = await start('up', '--json', '--lock-wait', '300ms').ended;
    expect(ended.code).toBe(7);
    const { error } = envelopeOf(ended);
    expect(error?.message).toMatch(
      new RegExp(
        `^another run holds the lock after 0\\.[3-9] s of waiting: pid ${holder.pid} · lms-db lock · .*since \\d+ s$`,
      ),
    );
    expect(error?.hint).toContain('--lock-wait');
    expect(await database.sql(`select from pg_namespace where nspname = 'lms_db'`)).toEqual([]);
    await holder.close();
  });

  it('is over when the holder ends: the waiter then finds nothing to do', async () => {
    const { database, migration, up } = await newStage();
    await database.sql(GATE_SQL);
    migration('1-first', 'create table items as select gate.pass(1) as a;', 'drop table items;');
    const gate = await shut(database, 1);
    const first = up({}, { settings: { lockTimeout: 60_000 } });
    await gate.reached();
    const waiting: string[] = [];
    const second = up(
      {},
      {
        onEvent: (event) => {
          if (event.type !== 'waiting-for-run') return;
          waiting.push(event.holder?.application ?? '');
          void gate.open();
        },
      },
    );
    expect((await first).outcomes).toMatchObject([{ version: '1', status: 'done' }]);
    expect(await second).toMatchObject({ exitCode: 0, outcomes: [] });
    expect(waiting).toEqual(['lms-db lock']);
  });
});
