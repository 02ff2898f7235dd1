import { describe, expect, it } from 'vitest';
import { log } from '../../src/operations/log.ts';
import { status } from '../../src/operations/status.ts';
import { stages } from '../support/engine-stage.ts';
import type { Stage } from '../support/engine-stage.ts';

const newStage = stages();

async function applied(): Promise<Stage> {
  const stage = await newStage();
  stage.migration('1-first', 'create table first (a int);', 'drop table first;');
  expect((await stage.up()).error).toBeUndefined();
  return stage;
}

describe.concurrent('the history', () => {
  it('does not come into being by looking', async () => {
    const stage = await newStage();
    stage.migration('1-first', 'create table first (a int);', 'drop table first;');
    await status(stage.context(), { check: true, long: true });
    await log(stage.context(), { limit: 5 });
    await stage.up({ dryRun: true });
    expect(await stage.down()).toMatchObject({ exitCode: 0, outcomes: [] });
    expect(await stage.database.sql(`select from pg_namespace where nspname = 'lms_db'`)).toEqual([]);
  });

  it('says who applied what, when, how long it took, and keeps the texts', async () => {
    const stage = await applied();
    const [row] = await stage.database.sql(
      `select project, version, name, migration_text, rollback_text, applied_by, duration_ms > 0 as took,
         applied_at > now() - interval '1 minute' as recent, tool_version from lms_db.migrations`,
    );
    expect(row).toEqual({
      project: 'app',
      version: '1',
      name: 'first',
      migration_text: 'create table first (a int);',
      rollback_text: 'drop table first;',
      applied_by: `tester@test as ${stage.database.parameters.user}`,
      took: true,
      recent: true,
      tool_version: '0.0.0-test',
    });
  });

  it('has a log that takes no update, delete or truncate', async () => {
    const stage = await applied();
    for (const change of [
      'update lms_db.events set version = 2',
      'delete from lms_db.events',
      'truncate lms_db.events',
    ]) {
      await expect(stage.database.sql(change)).rejects.toMatchObject({
        code: '55000',
        message: 'the event log of lms-db is append-only',
      });
    }
  });

  it('of a newer version is refused, by what looks and by what writes', async () => {
    const stage = await applied();
    await stage.database.sql(`update lms_db.settings set value = '99' where name = 'version'`);
    const runs = [
      () => status(stage.context(), { check: false, long: false }),
      () => stage.up(),
      () => stage.down(),
    ];
    for (const run of runs) {
      await expect(run()).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringContaining('has format 99') as string,
        hint: 'use the lms-db version that wrote it, or a newer one',
      });
    }
  });

  it('that is somebody else’s schema is refused, not overwritten', async () => {
    const stage = await newStage();
    await stage.database.sql('create schema lms_db; create table lms_db.settings (colour text)');
    stage.migration('1-first', 'create table first (a int);', 'drop table first;');
    await expect(stage.up()).rejects.toMatchObject({
      code: 'refused',
      hint: 'give the history a schema of its own with --history-schema',
    });
  });

  it('that an administrator left empty is filled', async () => {
    const stage = await newStage();
    await stage.database.sql('create schema lms_db');
    stage.migration('1-first', 'create table first (a int);', 'drop table first;');
    expect((await stage.up()).error).toBeUndefined();
  });

  it('keeps what failed and what was done about it', async () => {
    const stage = await newStage();
    stage.migration(
      '1-first',
      'create table first (a int',
      'select 1;'.replace('select 1', 'drop table first'),
    );
    expect((await stage.up()).exitCode).toBe(5);
    stage.migration('1-first', 'create table first (a int);', 'drop table first;');
    await stage.up();
    await stage.down();
    const { events } = await log(stage.context(), { limit: 10 });
    expect(
      events?.map(({ kind, version, direction }) => `${kind} ${version ?? ''} ${direction ?? ''}`),
    ).toEqual(['rolled-back 1 down', 'applied 1 up', 'failed 1 up']);
    expect(new Set(events?.map((event) => event.run)).size).toBe(3);
  });
});
