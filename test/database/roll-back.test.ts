import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../src/core/errors.ts';
import type { Consent } from '../../src/operations/roll-back.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { rollBack } from '../../src/operations/roll-back.ts';
import { temporaryProject } from '../support/project.ts';
import { appliedVersions } from '../support/engine-server.ts';
import { stages } from '../support/engine-stage.ts';
import type { Stage } from '../support/engine-stage.ts';
import { contextFor } from '../support/run.ts';

const newStage = stages();

/** Three applied migrations, each with a table. */
async function applied(): Promise<Stage> {
  const stage = await newStage();
  for (const n of [1, 2, 3]) {
    stage.migration(`${n}-t${n}`, `create table t${n} (a int);`, `drop table t${n};`);
  }
  expect((await stage.up()).error).toBeUndefined();
  return stage;
}

const rolledBack = (report: Awaited<ReturnType<Stage['down']>>): string[] =>
  report.outcomes.filter(({ status }) => status === 'done').map(({ version }) => version);

describe.concurrent('down', () => {
  it('takes back the newest, so many, to a version, or all, in reverse of the order in which they were applied', async () => {
    const stage = await applied();
    expect(rolledBack(await stage.down())).toEqual(['3']);
    expect(rolledBack(await stage.down({ to: '1' }))).toEqual(['2']);
    stage.migration('0-late', 'create table t0 (a int);', 'drop table t0;');
    await stage.up({ allowOutOfOrder: true, to: '1' });
    await stage.up({ steps: 1, allowOutOfOrder: true });
    expect(await appliedVersions(stage.database)).toEqual(['1', '0', '2']);
    expect(rolledBack(await stage.down({ count: 2 }))).toEqual(['2', '0']);
    expect(rolledBack(await stage.down({ count: 'all' }))).toEqual(['1']);
    expect(await stage.database.sql(`select from pg_tables where schemaname = 'public'`)).toEqual([]);
  });

  it('needs no files: from a folder that has none, and from one that is not there', async () => {
    const stage = await applied();
    for (const name of ['3-t3', '2-t2']) {
      stage.project.remove(`migrations/app/${name}.sql`);
      stage.project.remove(`rollbacks/app/${name}.sql`);
    }
    expect(rolledBack(await stage.down())).toEqual(['3']);
    const elsewhere = temporaryProject({ 'migrations/.keep': '' });
    const context = contextFor(stage.database, elsewhere.root);
    expect(rolledBack(await rollBack(context, { consent: () => Promise.resolve() }))).toEqual(['2']);
    elsewhere.dispose();
  });

  it('runs the rollback that was stored, says when the file differs, and takes the file when told to', async () => {
    const stage = await applied();
    const other = 'drop table t3;\ncreate table other (a int);';
    stage.migration('3-t3', 'create table t3 (a int);', other);
    const report = await stage.down();
    expect(report.findings).toMatchObject([{ code: 'rollback-differs', severity: 'warning' }]);
    expect(await stage.database.sql(`select to_regclass('other') as other`)).toEqual([{ other: null }]);
    stage.migration('3-t3', 'create table t3 (a int);', 'drop table t3;');
    await stage.up();
    stage.migration('3-t3', 'create table t3 (a int);', other);
    expect((await stage.down({ useFiles: true })).error).toBeUndefined();
    expect(await stage.database.sql(`select to_regclass('other')::text as other`)).toEqual([
      { other: 'other' },
    ]);
  });

  it('refuses before it touches anything where the way back is missing or irreversible', async () => {
    const stage = await newStage();
    stage.migration('1-first', '-- @irreversible the mail has gone out\ncreate table t1 (a int);');
    stage.migration('2-second', 'create table t2 (a int);', 'drop table t2;');
    await stage.up();
    await expect(stage.down({ count: 'all' })).rejects.toMatchObject({
      exitCode: 10,
      findings: [{ code: 'irreversible', message: '1 first is irreversible: the mail has gone out' }],
    });
    await stage.database.sql(`update lms_db.migrations set irreversible = null`);
    stage.project.remove('migrations/app/1-first.sql');
    await expect(stage.down({ count: 'all' })).rejects.toMatchObject({
      exitCode: 10,
      findings: [{ code: 'rollback-missing' }],
    });
    expect(await appliedVersions(stage.database)).toEqual(['1', '2']);
    expect(rolledBack(await stage.down())).toEqual(['2']);
  });

  it('refuses a version that is not applied', async () => {
    const stage = await applied();
    await expect(stage.down({ to: '7' })).rejects.toMatchObject({
      exitCode: 2,
      findings: [{ code: 'not-applied' }],
    });
  });

  it('that fails keeps the migration applied, and what was rolled back before it stays so', async () => {
    const stage = await applied();
    await stage.database.sql('create view v as select * from t2');
    const report = await stage.down({ count: 'all' });
    expect(report.exitCode).toBe(5);
    expect(report.outcomes).toMatchObject([
      { version: '3', status: 'done' },
      { version: '2', status: 'failed', failure: { sqlstate: '2BP01' } },
      { version: '1', status: 'not-run' },
    ]);
    expect(await appliedVersions(stage.database)).toEqual(['1', '2']);
  });

  it('rolls nothing back that another run applied after consent was given', async () => {
    const stage = await applied();
    stage.migration('4-t4', 'create table t4 (a int);', 'drop table t4;');
    await expect(
      stage.down({
        consent: async () => {
          await migrate(stage.context(), {});
        },
      }),
    ).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('4 t4') as string });
    expect(await appliedVersions(stage.database)).toEqual(['1', '2', '3', '4']);
  });
});

describe.concurrent('data that a rollback destroys', () => {
  async function asked(stage: Stage, count: number | 'all' = 1): Promise<Consent['losses']> {
    let losses: Consent['losses'] = [];
    await stage
      .down({
        count,
        consent: (question) => {
          losses = question.losses;
          throw new RefusedError('no');
        },
      })
      .catch(() => undefined);
    return losses;
  }

  it('is counted before anything runs, and what is empty is left out', async () => {
    const stage = await newStage();
    stage.migration(
      '1-tables',
      `create table full_one (a int, note text default 'none'); create table empty_one (a int);
insert into full_one (a, note) values (1, 'none'), (2, 'mine'), (3, null);`,
      'drop table full_one; drop table empty_one;',
    );
    stage.migration(
      '2-columns',
      'alter table full_one add column extra int;',
      'alter table full_one drop column extra, drop column note;',
    );
    await stage.up();
    expect(await asked(stage)).toEqual([
      { object: 'full_one.note', count: 2, what: 'values that are not the default', version: '2' },
    ]);
    expect(await asked(stage, 'all')).toEqual([{ object: 'full_one', count: 3, what: 'rows', version: '1' }]);
    expect(await appliedVersions(stage.database)).toEqual(['1', '2']);
  });

  it('asks nobody where nothing is lost', async () => {
    const stage = await applied();
    expect(await asked(stage, 'all')).toEqual([]);
  });

  it('is not what a migration wrote down for its rollback in the schema of the history', async () => {
    const stage = await newStage();
    stage.migration(
      '1-notes',
      'create table lms_db.app_1_notes as select 1 as a; create table public.app_1_notes as select 1 as a;',
      'delete from lms_db.app_1_notes; drop table lms_db.app_1_notes; drop table public.app_1_notes;',
    );
    stage.migration('2-history', 'select 1;', 'delete from lms_db.events where false;');
    await stage.up();
    expect(await asked(stage, 'all')).toEqual([
      {
        object: 'lms_db.events',
        count: expect.any(Number) as number,
        what: 'rows at most (DELETE)',
        version: '2',
      },
      { object: 'public.app_1_notes', count: 1, what: 'rows', version: '1' },
    ]);
  });

  it('is estimated, not waited for, where a table cannot be read', async () => {
    const stage = await newStage();
    stage.migration(
      '1-first',
      'create table items as select generate_series(1, 1000) as a;',
      'drop table items;',
    );
    await stage.up();
    await stage.database.sql('analyze items');
    const blocker = await stage.database.client();
    await blocker.query('begin; lock table items');
    const losses = await asked(stage);
    expect(losses).toMatchObject([{ object: 'items', count: 1000 }]);
    await blocker.query('rollback');
  });

  it('is counted by schema, too', async () => {
    const stage = await newStage();
    stage.migration(
      '1-schema',
      'create schema app; create table app.one as select 1 as a; create table app.two as select 2 as a;',
      'drop schema app cascade;',
    );
    await stage.up();
    expect(await asked(stage)).toMatchObject([{ object: 'schema app', count: 2 }]);
  });
});
