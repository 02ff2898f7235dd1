import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Measurement } from '../../src/core/measurement.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { measuredFacts } from '../support/measured-atlas.ts';
import { atlasTemplate, meterStage } from '../support/meter.ts';
import type { MeterStage } from '../support/meter.ts';

let template: PrivateDatabase;
let stage: MeterStage;

beforeAll(async () => {
  template = await atlasTemplate();
});
afterAll(() => template.drop());
beforeEach(async () => {
  stage = await meterStage(template);
});
afterEach(() => stage.drop());

const EVERY_INDEX = ['t_a_idx', 't_b_uq', 't_c_idx', 't_ip_idx', 't_pkey', 't_ts_idx'];
const SHARE_UPDATE = 'ShareUpdateExclusiveLock';

async function without(sql: string): Promise<Omit<Measurement, 'duration'>> {
  const { duration, ...measured } = await stage.alone(sql);
  expect(duration).toBeGreaterThan(0);
  return measured;
}

async function facts(sql: string): Promise<ReturnType<typeof measuredFacts>> {
  return measuredFacts(await without(sql));
}

/** What runs again and again: each statement, and the one that takes it back. */
const REPEATED: readonly (readonly [sql: string, before: string])[] = [
  ['create index concurrently made on t (i2)', 'drop index if exists made'],
  ['create unique index concurrently made on mv (a, id)', 'drop index if exists made'],
  ['drop index concurrently t_a_idx', 'create index if not exists t_a_idx on t (a)'],
  ['reindex index concurrently t_a_idx', 'select 1'],
  ['reindex (concurrently) table t', 'select 1'],
  ['reindex table concurrently part', 'create index if not exists part_x on part (x)'],
  ['reindex index part_x', 'create index if not exists part_x on part (x)'],
  ['reindex schema s', 'select 1'],
  ['reindex schema concurrently s', 'select 1'],
  [
    'alter table part detach partition part_1 concurrently',
    `do $$ begin alter table part attach partition part_1 for values from (1) to (1001);
     exception when others then null; end $$`,
  ],
  ['vacuum (analyze) t, parent (id), mv', 'update parent set id = id where id = 1'],
  ['vacuum (full, analyze) parent', 'select 1'],
  ['cluster', 'cluster t using t_pkey; cluster parent using parent_pkey'],
];

describe('what cannot run in a transaction block', () => {
  it.each(REPEATED)(
    '%s: twenty times the same',
    async (sql, before) => {
      const all: Omit<Measurement, 'duration'>[] = [];
      for (let time = 0; time < 20; time += 1) {
        await stage.session.script(before);
        all.push(await without(sql));
      }
      expect(all[0]?.locks.length).toBeGreaterThan(0);
      for (const one of all) expect(one).toEqual(all[0]);
    },
    120_000,
  );

  it('CREATE INDEX CONCURRENTLY of a materialized view locks it against other schema changes', async () => {
    expect(await facts('create index concurrently on mv (a)')).toEqual({
      locks: [`mv ${SHARE_UPDATE}`],
      rewritten: [],
      rebuilt: [],
      scanned: ['mv'],
      written: [],
    });
  });

  it('REINDEX SCHEMA locks every table and index of it, one after the other', async () => {
    const { locks, rebuilt } = await facts('reindex schema s');
    const tables = ['child', 'dt', 'empty_t', 'mv', 'parent', 'part_1', 'part_new', 'same_schema', 't'];
    const indexes = ['child_pkey', 'mv_id', 'parent_pkey', ...EVERY_INDEX];
    expect(locks).toEqual(
      [
        ...tables.map((name) => `${name} ShareLock`),
        ...indexes.map((name) => `${name} AccessExclusiveLock`),
      ].toSorted(),
    );
    expect(rebuilt).toEqual(indexes.toSorted());
    const { locks: gently } = await facts('reindex schema concurrently s');
    expect(gently).toEqual(tables.map((name) => `${name} ${SHARE_UPDATE}`));
  });

  it('REINDEX DATABASE comes to the same tables', async () => {
    const { locks } = await facts('reindex schema s');
    const name = stage.database.parameters.database;
    expect((await facts(`reindex database ${name}`)).locks).toEqual(locks);
  });

  it('REINDEX of a partitioned table, which no text tells from another one', async () => {
    await stage.session.script(
      'create index part_x on part (x); alter table part attach partition part_new for values from (1001) to (3001)',
    );
    const { locks, rebuilt } = await facts('reindex table part');
    expect(locks).toEqual([
      'part ShareLock',
      'part_1 ShareLock',
      'part_1_x_idx AccessExclusiveLock',
      'part_new ShareLock',
      'part_new_x_idx AccessExclusiveLock',
    ]);
    expect(rebuilt).toEqual(['part_1_x_idx', 'part_new_x_idx']);
  });

  it('DETACH PARTITION CONCURRENTLY ends with the partition for itself', async () => {
    const { locks } = await facts('alter table part detach partition part_1 concurrently');
    expect(locks).toEqual([`part ${SHARE_UPDATE}`, 'part_1 AccessExclusiveLock']);
  });

  it('VACUUM of a list, of everything, and with FULL', async () => {
    const some = await facts('vacuum (analyze) t, child (id)');
    expect(some.locks).toEqual([`child ${SHARE_UPDATE}`, `t ${SHARE_UPDATE}`]);
    const all = await facts('vacuum');
    expect(all.locks).toEqual(
      ['child', 'dt', 'empty_t', 'mv', 'parent', 'part_1', 'part_new', 'same_schema', 't'].map(
        (name) => `${name} ${SHARE_UPDATE}`,
      ),
    );
    const full = await facts('vacuum full parent');
    expect(full).toMatchObject({
      locks: ['parent AccessExclusiveLock'],
      rewritten: ['parent'],
      rebuilt: ['parent_pkey'],
    });
  });

  it('CLUSTER without a table locks those that were clustered before', async () => {
    await stage.session.script('cluster t using t_pkey; cluster child using child_pkey');
    const { locks, rewritten } = await facts('cluster');
    expect(locks).toEqual(['child AccessExclusiveLock', 't AccessExclusiveLock']);
    expect(rewritten).toEqual(['child', 't']);
  });

  it('a procedure that commits is measured without its locks, and runs once', async () => {
    await stage.session.script(`create procedure backfill() language plpgsql as
      $$ begin update parent set id = id; commit; insert into empty_t values (1); commit; end $$`);
    const measured = await facts('call backfill()');
    expect(measured).toEqual({
      locks: [],
      rewritten: [],
      rebuilt: [],
      scanned: ['parent'],
      written: ['empty_t 1 0 0', 'parent 0 1000 0'],
    });
    expect(await stage.database.sql('select count(*)::int as count from s.empty_t')).toEqual([{ count: 1 }]);
  });

  it('what touches no relation has nothing to show', async () => {
    const { locks, scanned, written } = await facts('discard all');
    expect({ locks, scanned, written }).toEqual({ locks: [], scanned: [], written: [] });
  });

  it('counts only what the statement itself did, however much the session did just before', async () => {
    for (let time = 0; time < 10; time += 1) {
      await stage.session.script('drop index if exists made; select from t; update t set a = a');
      const { scanned, written } = await without('create index concurrently made on t (i2)');
      expect(scanned.map(({ relation }) => relation.name)).toEqual(['s.t']);
      expect(written).toEqual([]);
    }
  });
});

describe('a statement that fails', () => {
  it.each([
    ['create unique index concurrently made on t (cc)', '23505'],
    ['create index concurrently made on missing (id)', '42P01'],
    ['create index concurrently made on part (x)', '0A000'],
    ['drop index concurrently t_a_idx, t_c_idx', '0A000'],
    ['drop index concurrently missing', '42704'],
    ['reindex schema missing', '3F000'],
    ['vacuum t, missing', '42P01'],
    ['insert into parent values (1)', '23505'],
    ['alter table parent add constraint c check (id > 5)', '23514'],
    ['this is not sql', '42601'],
  ])('%s: is thrown as it is, and nothing stays locked', async (sql, sqlstate) => {
    await expect(stage.alone(sql)).rejects.toMatchObject({ facts: { sqlstate } });
    const left = await stage.database.sql(
      'select relation::regclass, mode from pg_locks where relation >= 16384 and pid = any ($1)',
      [stage.pids],
    );
    expect(left).toEqual([]);
    expect(await stage.session.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('shows where in its text', async () => {
    await expect(stage.alone('create index concurrently i on t (titel)')).rejects.toMatchObject({
      facts: { sqlstate: '42703' },
    });
    await expect(stage.alone('select titel from t')).rejects.toMatchObject({ facts: { offset: 7 } });
  });
});

describe('an ordinary statement in a file without a transaction', () => {
  it('is measured in one of its own, and committed', async () => {
    const measured = await facts(`alter table parent add column note text default 'x'`);
    expect(measured.locks).toEqual(['parent AccessExclusiveLock']);
    expect(await stage.database.sql(`select note from s.parent where id = 1`)).toEqual([{ note: 'x' }]);
    await facts(`alter type mood add value 'great'`);
    expect((await facts(`insert into t (e) values ('great')`)).written).toEqual(['t 1 0 0']);
  });

  it('that waits for nobody is not stopped', async () => {
    expect((await facts('drop index concurrently if exists missing')).locks).toEqual([]);
    expect((await facts('vacuum (skip_locked) t')).locks).toEqual([]);
  });
});
