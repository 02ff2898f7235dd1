import { describe, expect, it } from 'vitest';
import { status } from '../../src/operations/status.ts';
import {
  backends,
  GATE_SQL,
  HISTORY_GATE_SQL,
  HISTORY_GATES,
  quiet,
  shut,
} from '../support/engine-server.ts';
import { stages } from '../support/engine-stage.ts';
import type { Stage } from '../support/engine-stage.ts';

const newStage = stages();

async function withItems(): Promise<Stage> {
  const stage = await newStage();
  await stage.database.sql('create table items (a int); create table effects (what text)');
  return stage;
}

const effects = async (stage: Stage): Promise<unknown[]> =>
  (await stage.database.sql<{ what: string }>('select what from effects order by what')).map(
    (row) => row.what,
  );

describe.concurrent('a file without a transaction', () => {
  it('keeps what ran before a failure, goes on at the failed statement, and lets it and the rest be corrected', async () => {
    const stage = await withItems();
    const text = (third: string): string => `-- @transaction off
insert into effects values ('first');
vacuum items;
${third};
insert into effects values ('fourth');`;
    stage.migration('1-off', text('insert into nowhere values (1)'), 'select 1;');
    const failed = await stage.up();
    expect(failed.exitCode).toBe(5);
    expect(failed.outcomes[0]?.failure).toMatchObject({
      sqlstate: '42P01',
      place: { file: 'migrations/app/1-off.sql', line: 4, column: 13 },
      remains: 'statements 1 to 2 of 4 are done and recorded; they do not run again.',
    });
    expect(failed.error?.message).toContain('failed at statement 3 of 4');
    expect((await status(stage.context(), { check: false, long: false })).migrations).toMatchObject([
      { version: '1', state: 'interrupted' },
    ]);
    stage.migration('1-off', text(`insert into effects values ('third')`), 'select 1;');
    const skipped: number[] = [];
    const report = await stage.up(
      {},
      {
        onEvent: (event) => {
          if (event.type === 'statement' && event.skipped) skipped.push(event.ordinal);
        },
      },
    );
    expect(report.error).toBeUndefined();
    expect(skipped).toEqual([1, 2]);
    expect(await effects(stage)).toEqual(['first', 'fourth', 'third']);
  });

  it('refuses an edit of a statement that already ran, and runs nothing', async () => {
    const stage = await withItems();
    stage.migration(
      '1-off',
      "-- @transaction off\ninsert into effects values ('one');\nselect 1 / 0;",
      'select 1;',
    );
    expect((await stage.up()).exitCode).toBe(5);
    stage.migration(
      '1-off',
      "-- @transaction off\ninsert into effects values ('uno');\nselect 1;",
      'select 1;',
    );
    const report = await stage.up();
    expect(report.exitCode).toBe(5);
    expect(report.outcomes[0]?.failure).toMatchObject({
      message: 'statement 1 of migrations/app/1-off.sql was changed after it ran',
      place: { line: 2 },
    });
    // A comment is no edit.
    stage.migration(
      '1-off',
      "-- @transaction off\n-- one\ninsert into effects\n  values ('one');\nselect 1;",
      'select 1;',
    );
    expect((await stage.up()).error).toBeUndefined();
    expect(await effects(stage)).toEqual(['one']);
  });

  it('sets again on resuming what the file had set, and forgets it afterwards', async () => {
    const stage = await withItems();
    const text = (last: string): string => `-- @transaction off
set lms_db_test.value = 'kept';
vacuum items;
${last};`;
    stage.migration('1-off', text('select 1 / 0'), 'select 1;');
    expect((await stage.up()).exitCode).toBe(5);
    stage.migration(
      '1-off',
      text(`insert into effects values (current_setting('lms_db_test.value'))`),
      'select 1;',
    );
    stage.migration(
      '2-next',
      `insert into effects values ('then ' || coalesce(nullif(current_setting('lms_db_test.value', true), ''), 'nothing'));`,
      'select 1;',
    );
    expect((await stage.up()).error).toBeUndefined();
    expect(await effects(stage)).toEqual(['kept', 'then nothing']);
  });

  it('may set a role: its statements run as that role, the history is written as the one that connected', async () => {
    const stage = await withItems();
    const role = `${stage.database.parameters.database}_role`;
    await stage.database.sql(
      `create role ${role}; grant all on effects to ${role}; grant create on schema public to ${role}; alter table items owner to ${role}`,
    );
    stage.migration(
      '1-off',
      `-- @transaction off
set role ${role};
insert into effects values (current_user::text);
create index concurrently items_a on items (a);
insert into effects values ('again ' || current_user);`,
      'select 1;',
    );
    const report = await stage.up();
    expect(report.error).toBeUndefined();
    expect(await effects(stage)).toEqual([`again ${role}`, role]);
    await stage.database.sql(`drop owned by ${role}; drop role ${role}`);
  });

  it('keeps its own SET lock_timeout', async () => {
    const stage = await withItems();
    stage.migration(
      '1-off',
      `-- @transaction off
set lock_timeout = '77s';
vacuum items;
insert into effects values (current_setting('lock_timeout') || ' ' || current_setting('statement_timeout'));`,
      'select 1;',
    );
    expect((await stage.up({}, { settings: { statementTimeout: 5_000 } })).error).toBeUndefined();
    expect(await effects(stage)).toEqual(['77s 5s']);
  });

  it('tries a statement that may run in a transaction again while a lock is not to be had', async () => {
    const stage = await withItems();
    stage.migration(
      '1-off',
      '-- @transaction off\nalter table items add column b int;\nvacuum items;',
      'select 1;',
    );
    const blocker = await stage.database.client();
    await blocker.query('begin; select from items');
    const retries: string[] = [];
    const report = await stage.up(
      {},
      {
        settings: { lockTimeout: 1_800 },
        onEvent: (event) => {
          if (event.type !== 'retrying') return;
          retries.push(event.blockers[0]?.application ?? 'nobody');
          void blocker.query('rollback');
        },
      },
    );
    expect(report.error).toBeUndefined();
    expect(retries[0]).toBe('test');
  });

  it('stops at a CALL that was interrupted, until it is said what became of it', async () => {
    for (const said of ['rerun', 'done'] as const) {
      const stage = await withItems();
      await stage.database.sql(GATE_SQL);
      await stage.database.sql(`create procedure work() language plpgsql as $body$
        begin
          insert into effects values ('half');
          commit;
          perform gate.pass(1);
          insert into effects values ('whole');
        end $body$`);
      stage.migration('1-off', '-- @transaction off\ncall work();', 'select 1;');
      const gate = await shut(stage.database, 1);
      const run = stage.start('up');
      await gate.reached();
      run.signal('SIGKILL');
      await run.ended;
      await quiet(stage.database);
      await gate.open();
      const refused = await stage.up();
      expect(refused.exitCode).toBe(5);
      expect(refused.outcomes[0]?.failure?.message).toBe(
        'a run was interrupted while this CALL was at work, and nothing can tell how far it came',
      );
      expect(refused.outcomes[0]?.failure?.next).toContain('lms-db up --interrupted rerun');
      expect(await effects(stage)).toEqual(['half']);
      expect((await stage.up({ interrupted: said })).error).toBeUndefined();
      expect(await effects(stage)).toEqual(said === 'done' ? ['half'] : ['half', 'half', 'whole']);
    }
  });

  it('that failed inside of a CALL is not run again in silence: it may have committed a part', async () => {
    const stage = await withItems();
    await stage.database.sql(`create procedure work() language plpgsql as $body$
      begin insert into effects values ('half'); commit; perform 1 / 0; end $body$`);
    stage.migration('1-off', '-- @transaction off\ncall work();', 'select 1;');
    expect((await stage.up()).outcomes[0]?.failure?.sqlstate).toBe('22012');
    expect((await stage.up()).outcomes[0]?.failure?.message).toContain('nothing can tell how far it came');
    expect(await effects(stage)).toEqual(['half']);
  });

  it('rolls back statement by statement, and resumes a rollback that was cut short', async () => {
    const stage = await withItems();
    stage.migration(
      '1-off',
      '-- @transaction off\ncreate index concurrently items_a on items (a);',
      `-- @transaction off
insert into effects values ('down');
drop index concurrently items_a;
insert into nowhere values (1);`,
    );
    await stage.up();
    expect((await stage.down()).exitCode).toBe(5);
    const up = await stage.up().catch((error: unknown) => error);
    expect(up).toMatchObject({ exitCode: 4, findings: [{ code: 'interrupted-rollback' }] });
    await stage.database.sql('create table nowhere (a int)');
    expect((await stage.down()).error).toBeUndefined();
    expect(await effects(stage)).toEqual(['down']);
    expect(await stage.database.sql('select from lms_db.migrations')).toEqual([]);
  });

  it('does not begin while the backend of a run that was killed is still at work', async () => {
    const stage = await withItems();
    await stage.database.sql(GATE_SQL);
    stage.migration('1-first', 'select 1;', 'select 1;');
    await stage.up();
    await stage.database.sql(HISTORY_GATE_SQL);
    stage.migration(
      '2-off',
      "-- @transaction off\ninsert into effects values ('once');\nvacuum items;",
      'select 1;',
    );
    const gate = await shut(stage.database, HISTORY_GATES.done(1));
    const run = stage.start('up', '--lock-timeout', '60s');
    const pid = await gate.reached();
    run.signal('SIGKILL');
    await run.ended;
    const blocked: number[] = [];
    const report = await stage.up(
      {},
      {
        onEvent: (event) => {
          if (event.type !== 'blocked') return;
          blocked.push(event.blockers[0]?.pid ?? 0);
          void gate.open();
        },
      },
    );
    expect(report.error).toBeUndefined();
    expect(blocked[0]).toBe(pid);
    expect(await effects(stage)).toEqual(['once']);
    expect(await backends(stage.database)).toEqual([]);
  });

  it('gives up when that backend does not end in --lock-wait, and names it', async () => {
    const stage = await withItems();
    stage.migration('1-off', '-- @transaction off\nvacuum items;', 'select 1;');
    const other = await stage.database.client();
    await other.query(`select pg_advisory_lock(hashtextextended('lms_db.claim:app', 0))`);
    const report = await stage.up({}, { settings: { lockWait: 200 } });
    expect(report.exitCode).toBe(7);
    expect(report.error?.message).toMatch(
      /^an earlier run is still at work on the server; held by pid \d+ · test/,
    );
  });
});
