import { describe, expect, it } from 'vitest';
import { envelopeOf } from '../support/engine-process.ts';
import type { Running } from '../support/engine-process.ts';
import {
  appliedVersions,
  backends,
  GATE_SQL,
  HISTORY_GATE_SQL,
  HISTORY_GATES,
  quiet,
  shut,
  until,
  waiter,
} from '../support/engine-server.ts';
import { stages } from '../support/engine-stage.ts';
import type { Stage } from '../support/engine-stage.ts';

const newStage = stages();

const BATCH = (n: number): string =>
  `insert into effects values ('one ${n}');\ninsert into effects values ('two ${n}' || left(gate.pass(${n})::text, 0));`;

/** The first migration is applied, the history has gates, and these files are pending. */
async function prepared(files: Readonly<Record<string, readonly [string, string?]>>): Promise<Stage> {
  const stage = await newStage();
  await stage.database.sql(GATE_SQL);
  stage.migration('1-first', 'create table effects (what text); create table items (a int);', 'select 1;');
  expect((await stage.up()).error).toBeUndefined();
  await stage.database.sql(HISTORY_GATE_SQL);
  for (const [name, [up, down = 'delete from effects;']] of Object.entries(files)) {
    stage.migration(name, up, down);
  }
  return stage;
}

/** Waits until the run is where it should be, or says why it ended before. */
async function reached(run: Running, arrival: Promise<number>): Promise<number> {
  const first = await Promise.race([arrival, run.ended]);
  if (typeof first === 'object') throw new Error(`the run ended by itself: ${first.stdout}${first.stderr}`);
  return first;
}

const OFF = `-- @transaction off
insert into effects values ('one 3');
create index concurrently items_a on items (a);`;

describe.concurrent('a signal', () => {
  it.each([
    ['at a statement of a batch', 'SIGTERM', 143, BATCH, 2],
    ['at a statement of the second file of a batch', 'SIGINT', 130, BATCH, 3],
    ['at a statement of a file alone', 'SIGTERM', 143, (n: number) => `select 1;\n${BATCH(n)}`, 2],
    ['at the history row', 'SIGTERM', 143, BATCH, HISTORY_GATES.row],
    ['at the event', 'SIGINT', 130, BATCH, HISTORY_GATES.event],
    ['at COMMIT', 'SIGTERM', 143, BATCH, HISTORY_GATES.commit],
  ] as const)('%s, %s, undoes that file and leaves nothing behind', async (_, signal, code, text, key) => {
    const { database, start, up } = await prepared({ '2-second': [text(2)], '3-third': [text(3)] });
    const gate = await shut(database, key);
    const run = start('up', '--json', '--lock-timeout', '60s');
    await reached(run, gate.reached());
    run.signal(signal);
    const ended = await run.ended;
    expect(ended.code).toBe(code);
    // Nothing is left at work on the server once the process has ended, not only some time later.
    expect(await backends(database, 'lms-db work')).toEqual([]);
    const [target] = envelopeOf(ended).targets;
    const done = key === 3 ? ['2'] : [];
    expect(target?.outcomes.map(({ version, status }) => `${version} ${status}`)).toEqual(
      key === 3 ? ['2 done', '3 undone'] : ['2 undone', '3 not-run'],
    );
    expect(target?.error?.code).toBe('interrupted');
    expect(await appliedVersions(database)).toEqual(['1', ...done]);
    expect(await database.sql('select from effects')).toHaveLength(2 * done.length);
    await gate.open();
    // A log that cannot be written to must not hold up the end.
    const recorded = key === HISTORY_GATES.event ? [] : [{ version: key === 3 ? '3' : '2' }];
    expect(await database.sql(`select version from lms_db.events where kind = 'interrupted'`)).toEqual(
      recorded,
    );
    expect((await up()).exitCode).toBe(0);
    expect(await database.sql('select from effects')).toHaveLength(4);
  });

  it.each([
    ['before a statement is recorded as started', HISTORY_GATES.started(2)],
    ['before it is recorded as done', HISTORY_GATES.done(2)],
    ['before the history row', HISTORY_GATES.row],
  ] as const)(
    'in a file without a transaction, %s, leaves what the next run goes on from',
    async (_, key) => {
      const { database, start, up } = await prepared({ '3-third': [OFF] });
      const gate = await shut(database, key);
      const run = start('up', '--json');
      await reached(run, gate.reached());
      run.signal('SIGTERM');
      const ended = await run.ended;
      expect(ended.code).toBe(143);
      expect(await backends(database, 'lms-db work')).toEqual([]);
      expect(envelopeOf(ended).targets[0]?.outcomes).toMatchObject([{ version: '3', status: 'undone' }]);
      await gate.open();
      expect((await up()).error).toBeUndefined();
      expect(await database.sql('select what from effects')).toEqual([{ what: 'one 3' }]);
      expect(await database.sql('select from pg_index where not indisvalid')).toEqual([]);
    },
  );

  it('during a concurrent index build cancels the build, and the next run builds a valid index', async () => {
    const { database, start, up } = await prepared({ '3-third': [OFF] });
    const reader = await database.client();
    await reader.query('begin isolation level repeatable read; select count(*) from items');
    const run = start('up', '--json');
    const watcher = await database.client();
    await reached(run, waiter(watcher, `locktype = 'virtualxid'`, 'the build waits for the old snapshot'));
    run.signal('SIGINT');
    const ended = await run.ended;
    expect(ended.code).toBe(130);
    expect(envelopeOf(ended).targets[0]?.outcomes).toMatchObject([{ version: '3', status: 'undone' }]);
    expect(await backends(database, 'lms-db work')).toEqual([]);
    expect(await database.sql('select from pg_index where not indisvalid')).toHaveLength(1);
    await reader.query('rollback');
    expect((await up()).error).toBeUndefined();
    expect(await database.sql('select from pg_index where not indisvalid')).toEqual([]);
    expect(await database.sql(`select what from effects`)).toEqual([{ what: 'one 3' }]);
  });

  it('during the wait for the run lock ends the wait; nothing was run', async () => {
    const { database, context, start } = await prepared({ '2-second': [BATCH(2)] });
    const holder = await database.database.connect('lock');
    const lock = context().tools.runLock(holder);
    expect(await lock.tryAcquire()).toBe(true);
    const run = start('up', '--json');
    await until(() => run.said().includes('another run'), 'the run says that it waits');
    run.signal('SIGTERM');
    const ended = await run.ended;
    expect(ended.code).toBe(143);
    expect(envelopeOf(ended).error?.code).toBe('interrupted');
    expect(await appliedVersions(database)).toEqual(['1']);
    await holder.close();
  });

  it('during the pause before another attempt ends the pause, holding nothing', async () => {
    const { database, up } = await prepared({ '2-second': ['alter table items add column c int;'] });
    const blocker = await database.client();
    await blocker.query('begin; lock table items');
    const controller = new AbortController();
    const { InterruptedError } = await import('../../src/core/errors.ts');
    const report = await up(
      {},
      {
        settings: { lockTimeout: 300 },
        signal: controller.signal,
        onEvent: (event) => {
          if (event.type === 'retrying') controller.abort(new InterruptedError('SIGTERM'));
        },
      },
    );
    expect(report.exitCode).toBe(143);
    expect(report.outcomes).toMatchObject([{ version: '2', status: 'undone', attempts: 1 }]);
    expect(await backends(database)).toEqual([]);
    await blocker.query('rollback');
  });

  it('a second time ends the process at once, and the server cancels what is left', async () => {
    // This statement takes no cancel for an answer, once.
    const stubborn = `do $do$ begin
      perform gate.pass(2);
    exception when query_canceled then
      perform pg_sleep(60);
    end $do$;`;
    const { database, start } = await prepared({ '2-second': [stubborn] });
    const gate = await shut(database, 2);
    const run = start('up', '--json', '--lock-timeout', '60s');
    const pid = await reached(run, gate.reached());
    run.signal('SIGTERM');
    run.signal('SIGTERM');
    const ended = await run.ended;
    expect(ended.code).toBe(143);
    await quiet(database);
    expect(await database.sql('select from pg_stat_activity where pid = $1', [pid])).toEqual([]);
    expect(await appliedVersions(database)).toEqual(['1']);
  });

  it('during down undoes the rollback that is under way', async () => {
    const { database, start, up } = await prepared({
      '2-second': [BATCH(2), 'delete from effects where gate.pass(40) > 0;'],
    });
    await up();
    const gate = await shut(database, 40);
    const run = start('down', '--allow-data-loss', '--json', '--lock-timeout', '60s');
    await reached(run, gate.reached());
    run.signal('SIGTERM');
    const ended = await run.ended;
    expect(ended.code).toBe(143);
    expect(envelopeOf(ended).targets[0]?.outcomes).toMatchObject([{ version: '2', status: 'undone' }]);
    expect(await appliedVersions(database)).toEqual(['1', '2']);
    expect(await database.sql('select from effects')).toHaveLength(2);
    await gate.open();
  });
});

describe.concurrent('a lost connection', () => {
  it('of the work is said with what really happened to the file, and recorded', async () => {
    const { database, up } = await prepared({ '2-second': [BATCH(2)], '3-third': [BATCH(3)] });
    const gate = await shut(database, 3);
    const going = up();
    const pid = await gate.reached();
    await database.sql('select pg_terminate_backend($1)', [pid]);
    const report = await going;
    await gate.open();
    expect(report.outcomes.map(({ version, status }) => `${version} ${status}`)).toEqual([
      '2 done',
      '3 failed',
    ]);
    expect(report.outcomes[1]?.failure?.remains).toBe('the server rolled 3 back: nothing of it remains.');
    expect(report.exitCode).toBe(1);
    expect(await database.sql('select kind, version from lms_db.events order by id desc limit 1')).toEqual([
      { kind: 'failed', version: '3' },
    ]);
    expect((await up()).exitCode).toBe(0);
  });

  it('of the run lock lets the file that runs end, and nothing new begin', async () => {
    const { database, up } = await prepared({
      '2-second': [`select 1;\n${BATCH(2)}`],
      '3-third': [`select 1;\n${BATCH(3)}`],
    });
    const gate = await shut(database, 2);
    const going = up({}, { settings: { lockTimeout: 60_000 } });
    await gate.reached();
    await database.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'lms-db lock' and datname = current_database()`,
    );
    await gate.open();
    const report = await going;
    expect(report.outcomes.map(({ version, status }) => `${version} ${status}`)).toEqual([
      '2 done',
      '3 not-run',
    ]);
    expect(report.error?.message).toBe(
      'the connection that holds the run lock was lost, so another run may have started; nothing new was begun',
    );
    expect(report.exitCode).toBe(1);
  });

  it('of the run lock, and then a signal: the statement is given up with its connection', async () => {
    const { database, up } = await prepared({ '2-second': [BATCH(2)] });
    const gate = await shut(database, 2);
    const { InterruptedError } = await import('../../src/core/errors.ts');
    const controller = new AbortController();
    const going = up({}, { signal: controller.signal, settings: { lockTimeout: 60_000 } });
    const pid = await gate.reached();
    await database.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'lms-db lock' and datname = current_database()`,
    );
    controller.abort(new InterruptedError('SIGTERM'));
    const report = await going;
    expect(report.exitCode).toBe(143);
    expect(report.outcomes).toMatchObject([{ version: '2', status: 'undone' }]);
    await until(
      async () => (await database.sql('select from pg_stat_activity where pid = $1', [pid])).length === 0,
      'the server has cancelled what was left',
    );
    await gate.open();
    expect(await appliedVersions(database)).toEqual(['1']);
  });
});
