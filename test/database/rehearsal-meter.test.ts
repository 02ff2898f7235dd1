import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { meter } from '../../src/backends/rehearsal/meter.ts';
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

const NOTHING: Measurement = { locks: [], rewritten: [], rebuilt: [], scanned: [], written: [] };

/** `ACCESS EXCLUSIVE s.t`, without ACCESS SHARE. */
function locks(measured: Measurement | undefined): readonly string[] {
  const strong = (measured?.locks ?? []).filter(({ mode }) => mode !== 'ACCESS SHARE');
  return strong.map(({ mode, relation }) => `${mode} ${relation.name}`).toSorted();
}

describe('a statement in a transaction', () => {
  it('shows what it adds to the ones before it, and nothing of what they took', async () => {
    const [index, again, column, nothing] = await stage.measuredEach(
      'create index i on parent (id)',
      'update parent set id = id where id = 1',
      'alter table parent add column x integer default 1',
      'select 1',
    );
    expect(locks(index)).toEqual(['SHARE s.parent']);
    expect(index?.scanned.map(({ relation, rows }) => [relation.name, rows])).toEqual([['s.parent', 1000]]);
    expect(locks(again)).toEqual(['ROW EXCLUSIVE s.parent_pkey']);
    expect(again?.written).toEqual([
      { relation: { name: 's.parent', kind: 'table' }, inserted: 0, updated: 1, deleted: 0 },
    ]);
    expect(locks(column)).toEqual(['ACCESS EXCLUSIVE s.parent']);
    expect(nothing).toEqual(NOTHING);
  });

  it('that reads only is measured with its ACCESS SHARE locks', async () => {
    const { locks: taken } = await stage.measured('select from v');
    expect(taken.map(({ mode, relation }) => `${mode} ${relation.name} (${relation.kind})`)).toEqual(
      expect.arrayContaining(['ACCESS SHARE s.t (table)', 'ACCESS SHARE s.v (view)']),
    );
  });

  it('names a dropped table as it was called when the file began, whatever it was renamed to', async () => {
    const [, renamed, dropped, after] = await stage.measuredEach(
      'alter table empty_t set (fillfactor = 80)',
      'alter table empty_t rename to "Other"',
      'drop table "Other"',
      'select from parent where id = 1',
    );
    expect(locks(renamed)).toEqual(['ACCESS EXCLUSIVE s.empty_t']);
    expect(dropped).toEqual(NOTHING);
    expect(locks(after)).toEqual([]);
    expect(locks(await stage.measured('drop table child'))).toEqual([
      'ACCESS EXCLUSIVE s.child',
      'ACCESS EXCLUSIVE s.child_pkey',
      'ACCESS EXCLUSIVE s.parent',
    ]);
  });

  it('says nothing of a relation that the file itself made', async () => {
    const all = await stage.measuredEach(
      'create table made (id integer primary key)',
      'insert into made select generate_series(1, 10)',
      'create index on made (id)',
      'alter table made alter column id type bigint',
      'truncate made',
      'drop table made',
    );
    expect(all).toEqual(all.map(() => NOTHING));
  });

  it('follows an index that another one of its name replaces', async () => {
    const [type, drop, made, replaced] = await stage.measuredEach(
      'alter table t alter column c type varchar(40)',
      'drop index t_c_idx',
      'create index t_c_idx on t (c)',
      'do $$ begin drop index mv_id; create unique index mv_id on mv (id); end $$',
    );
    expect(type?.rebuilt.map(({ name }) => name)).toContain('s.t_c_idx');
    // It held ACCESS EXCLUSIVE on the index from the statement before.
    expect(drop).toEqual(NOTHING);
    expect(made?.rebuilt).toEqual([]);
    expect(made?.scanned.map(({ relation }) => relation.name)).toEqual(['s.t']);
    expect(replaced?.rebuilt.map(({ name }) => name)).toEqual(['s.mv_id']);
  });

  it('does not count a scan that stopped early, and counts one of an empty table', async () => {
    const [limited, some, whole, empty] = await stage.measuredEach(
      'select from t limit 1',
      'do $$ begin if exists (select from t where a = 3) then null; end if; end $$',
      'select count(b) from t',
      'select from empty_t',
    );
    expect(limited?.scanned).toEqual([]);
    expect(some?.scanned).toEqual([]);
    expect(whole?.scanned).toEqual([{ relation: { name: 's.t', kind: 'table' }, rows: 1000 }]);
    expect(empty?.scanned).toEqual([{ relation: { name: 's.empty_t', kind: 'table' }, rows: 0 }]);
  });

  it('counts the rows of triggers and cascades, and never fewer than none', async () => {
    await stage.session.script(`
      alter table child drop constraint child_parent_id_fkey,
        add foreign key (parent_id) references parent on delete cascade`);
    const [deleted, inserted, truncated] = await stage.measuredEach(
      'delete from parent where id <= 3',
      'insert into empty_t select g from generate_series(1, 7) as g',
      'truncate empty_t',
    );
    const rows = (measured: Measurement | undefined): unknown =>
      measured?.written.map(({ relation, inserted, deleted }) => [relation.name, inserted, deleted]);
    expect(rows(deleted)).toEqual([
      ['s.parent', 0, 3],
      ['s.child', 0, 3],
    ]);
    expect(rows(inserted)).toEqual([['s.empty_t', 7, 0]]);
    expect(rows(truncated)).toEqual([]);
    expect(truncated?.rewritten.map(({ name }) => name)).toEqual(['s.empty_t']);
  });

  it('is measured alike with an empty search_path, as another role, and after ANALYZE', async () => {
    const column = 'alter table s.t add column x integer default s.fvol()';
    const plain = await stage.measured(column);
    const [, emptied] = await stage.measuredEach(`set local search_path = ''`, column);
    const [, other] = await stage.measuredEach('set local role pg_monitor', 'select 1');
    expect(emptied).toEqual(plain);
    expect(other).toEqual(NOTHING);
  });

  it('leaves out the schemas it is told, temporary tables and what belongs to an extension', async () => {
    const { session } = stage;
    await session.script(`create schema "Other"; create table "Other"."T" (id integer);
      create temporary table own (id integer); create table plain (id integer);
      create schema lms_db; create table lms_db.migrations (id integer)`);
    const drop = 'truncate "Other"."T", own, plain, lms_db.migrations';
    expect(locks(await stage.measured(drop))).toEqual([
      'ACCESS EXCLUSIVE "Other"."T"',
      'ACCESS EXCLUSIVE s.plain',
    ]);
    await session.script('begin');
    const file = await meter.begin(session, ['Other', 's']);
    expect(locks(await stage.measuredIn(file, drop))).toEqual(['ACCESS EXCLUSIVE lms_db.migrations']);
    await session.script('rollback');
  });

  it('is refused by a server that does not count', async () => {
    await stage.session.script('begin; set local track_counts = off');
    await expect(meter.begin(stage.session)).rejects.toThrow(
      'the server does not count scans and rows: track_counts is off',
    );
  });
});

describe('begin() in the middle of a transaction', () => {
  it('does not see what was locked, read and written before it', async () => {
    const { session } = stage;
    await session.script(`begin; lock table child in share mode; update parent set id = id;
      alter table dt alter column v type bigint; select from t`);
    const file = await meter.begin(session);
    expect(await file.afterStatement()).toEqual(NOTHING);
    expect(locks(await stage.measuredIn(file, 'lock table child in share mode'))).toEqual([]);
    expect(locks(await stage.measuredIn(file, 'lock table child in exclusive mode'))).toEqual([
      'EXCLUSIVE s.child',
    ]);
    const { written, scanned } = await stage.measuredIn(file, 'update parent set id = id where id = 1');
    expect(written.map(({ updated }) => updated)).toEqual([1]);
    expect(scanned).toEqual([]);
    await session.script('rollback');
  });

  it('is not misled by a savepoint that was rolled back before it', async () => {
    const { session } = stage;
    await session.script(`begin; savepoint before; update t set a = a; truncate parent cascade;
      alter table dt alter column v type bigint; drop index t_c_idx; select from child;
      rollback to savepoint before`);
    const file = await meter.begin(session);
    expect(await file.afterStatement()).toEqual(NOTHING);
    const rewrite = await stage.measuredIn(file, 'alter table dt alter column v type bigint');
    expect(measuredFacts(rewrite)).toEqual({
      locks: ['dt AccessExclusiveLock'],
      rewritten: ['dt'],
      rebuilt: [],
      scanned: ['dt'],
      written: [],
    });
    const { written, scanned } = await stage.measuredIn(file, 'update t set a = a');
    expect(written.map(({ updated }) => updated)).toEqual([1000]);
    expect(scanned.map(({ rows }) => rows)).toEqual([1000]);
    await session.script('rollback');
  });

  it('measures each of several files on one session anew', async () => {
    const first = await stage.measured('update t set a = a');
    for (let time = 0; time < 5; time += 1) expect(await stage.measured('update t set a = a')).toEqual(first);
  });

  it('sees a lock again that an exception block inside a statement gave back', async () => {
    const [caught, kept] = await stage.measuredEach(
      `do $$ begin lock table child; perform from parent; raise 'no'; exception when others then null; end $$`,
      'lock table child',
    );
    expect(locks(caught)).toEqual([]);
    expect(caught?.scanned.map(({ relation }) => relation.name)).toEqual(['s.parent']);
    expect(locks(kept)).toEqual(['ACCESS EXCLUSIVE s.child']);
  });
});
