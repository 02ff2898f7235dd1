import { describe, expect, it } from 'vitest';
import {
  appliedVersions,
  backends,
  eventCounts,
  GATE_SQL,
  HISTORY_GATE_SQL,
  HISTORY_GATES,
  quiet,
  shut,
  until,
  waiter,
} from '../support/engine-server.ts';
import type { Gate } from '../support/engine-server.ts';
import { stages } from '../support/engine-stage.ts';
import type { Stage } from '../support/engine-stage.ts';

const newStage = stages();

/** Each migration leaves one row: twice would show, and half would show. */
const FIRST = 'create table effects (what text); create table items (a int, b int);';
const PLAIN = (n: number): string =>
  `create table t${n} (a int);\ninsert into effects values ('one ${n}');\ninsert into effects values ('two ${n}' || left(gate.pass(${n})::text, 0));\ncreate table u${n} (a int);`;
const PLAIN_DOWN = (n: number): string =>
  `drop table u${n};\ndelete from effects where what = 'one ${n}' and gate.pass(${n}) > 0;\ndelete from effects where what = 'two ${n}';\ndrop table t${n};`;
/** SELECT may set something, so a file with one travels alone. */
const ALONE = (n: number): string => `select 1;\n${PLAIN(n)}`;
const GUARD =
  '-- @check everything is there\nselect 1 where (select count(*) from effects) < 2 or gate.pass(20) = 0;';
const OFF = `-- @transaction off
insert into effects values ('one 3');
create index concurrently items_a on items (a);
insert into effects values ('two 3' || left(gate.pass(3)::text, 0));
create unique index concurrently items_b on items (b);`;
const OFF_DOWN = `-- @transaction off
drop index concurrently items_b;
delete from effects where what = 'two 3' and gate.pass(3) > 0;
drop index concurrently items_a;
delete from effects where what = 'one 3';`;

/** A database with its first migration applied and gates in its history, and a project with two more files. */
async function prepared(files: (stage: Stage) => void, applied: 1 | 'all'): Promise<Stage> {
  const stage = await newStage();
  await stage.database.sql(GATE_SQL);
  stage.migration('1-first', FIRST, 'drop table effects; drop table items;');
  files(stage);
  const report = await stage.up(applied === 1 ? { steps: 1 } : {});
  expect(report.error).toBeUndefined();
  await stage.database.sql(HISTORY_GATE_SQL);
  return stage;
}

const FILES = {
  'a batch': (stage: Stage) => {
    stage.migration('2-second', PLAIN(2), PLAIN_DOWN(2));
    stage.migration('3-third', PLAIN(3), PLAIN_DOWN(3));
  },
  'a migration alone': (stage: Stage) => {
    stage.migration('2-second', ALONE(2), PLAIN_DOWN(2));
    stage.migration('3-third', ALONE(3), PLAIN_DOWN(3));
  },
  'a migration with a guard': (stage: Stage) => {
    stage.migration('2-second', PLAIN(2), PLAIN_DOWN(2), GUARD);
    stage.migration('3-third', PLAIN(3), PLAIN_DOWN(3), GUARD);
  },
  'a file without a transaction': (stage: Stage) => {
    stage.migration('2-second', PLAIN(2), PLAIN_DOWN(2));
    stage.migration('3-third', OFF, OFF_DOWN);
  },
} as const;

/** Where a run is held up, and how to let it go on. */
type Hold = (stage: Stage) => Promise<Gate>;

const at =
  (key: number): Hold =>
  ({ database }) =>
    shut(database, key);

/** Holds the run up where it claims the version: after BEGIN, before the file. */
const atClaim: Hold = async ({ database }) => {
  const client = await database.client();
  const key = `hashtextextended('lms_db.claim:app', 0)`;
  await client.query(`select pg_advisory_lock(${key})`);
  return {
    reached: () => waiter(client, `locktype = 'advisory' and objsubid = 1`, 'a run reaches its claim'),
    open: async () => {
      await client.query(`select pg_advisory_unlock(${key})`);
    },
  };
};

/** An old snapshot, which every CONCURRENTLY has to wait for; and a lock on the table, for DROP INDEX. */
const atConcurrently: Hold = async ({ database }) => {
  const client = await database.client();
  await client.query('begin isolation level repeatable read; select count(*) from items');
  const watcher = await database.client();
  return {
    reached: () =>
      waiter(watcher, `locktype in ('virtualxid', 'relation')`, 'a run waits inside of CONCURRENTLY'),
    open: async () => {
      await client.query('rollback');
    },
  };
};

/** Another run has the run lock. */
const atRunLock: Hold = async ({ database, context }) => {
  const holder = await database.database.connect('lock');
  const { tools } = context();
  const lock = tools.runLock(holder);
  expect(await lock.tryAcquire()).toBe(true);
  return {
    reached: async () => {
      await until(async () => {
        return (await backends(database, 'lms-db lock')).length === 2;
      }, 'a second run asks for the run lock');
      return 0;
    },
    open: () => holder.close(),
  };
};

const TRANSACTION = {
  'while it waits for the run lock': atRunLock,
  'at its claim': atClaim,
  'at a statement of the first file': at(2),
  'at a statement of the second file': at(3),
  'at the history row': at(HISTORY_GATES.row),
  'at the event': at(HISTORY_GATES.event),
  'at COMMIT': at(HISTORY_GATES.commit),
} satisfies Record<string, Hold>;

const WITHOUT_TRANSACTION = {
  'at a statement that runs with its record': at(3),
  'before a statement is recorded as started': at(HISTORY_GATES.started(2)),
  'inside of CONCURRENTLY': atConcurrently,
  'before it is recorded as done': at(HISTORY_GATES.done(2)),
  'before the next statement has its record': at(HISTORY_GATES.done(3)),
  'before the last statement is recorded': at(HISTORY_GATES.done(4)),
  'before the history row': at(HISTORY_GATES.row),
  'at COMMIT of the history row': at(HISTORY_GATES.commit),
} satisfies Record<string, Hold>;

const UP: Record<keyof typeof FILES, Record<string, Hold>> = {
  'a batch': TRANSACTION,
  'a migration alone': TRANSACTION,
  'a migration with a guard': { 'at its guard': at(20), 'at the history row': at(30), 'at COMMIT': at(32) },
  'a file without a transaction': WITHOUT_TRANSACTION,
};

const DOWN: Record<string, Record<string, Hold>> = {
  'a migration alone': TRANSACTION,
  'a file without a transaction': {
    ...WITHOUT_TRANSACTION,
    'inside of CONCURRENTLY': atConcurrently,
    'before a statement is recorded as started': at(HISTORY_GATES.started(3)),
    'before it is recorded as done': at(HISTORY_GATES.done(1)),
    'before the next statement has its record': at(HISTORY_GATES.done(2)),
  },
};

/** What becomes of the killed run's backend: the server cancels it, or it still commits while the next run waits for it. */
const AFTERWARDS = ['the server cancels what it left', 'what it left still runs to its end'] as const;

/** Points where what a killed run left can still change the outcome when it runs to its end. */
const LATE = /second file|COMMIT|CONCURRENTLY|with its record|as started|guard/;

function cases(matrix: Record<string, Record<string, Hold>>): [string, string, string, Hold][] {
  return Object.entries(matrix).flatMap(([files, points]) =>
    Object.entries(points).flatMap(([point, hold]) =>
      AFTERWARDS.filter((after) => after === AFTERWARDS[0] || LATE.test(point)).map(
        (after): [string, string, string, Hold] => [files, point, after, hold],
      ),
    ),
  );
}

async function killAt(
  stage: Stage,
  command: readonly string[],
  hold: Hold,
  after: string,
  next: () => Promise<{ readonly exitCode: number; readonly error?: unknown }>,
): Promise<void> {
  const { database, start } = stage;
  const gate = await hold(stage);
  const run = start(...command, '--lock-timeout', '60s', '--quiet');
  const first = await Promise.race([gate.reached(), run.ended]);
  if (typeof first === 'object') throw new Error(`the run ended by itself: ${first.stdout}${first.stderr}`);
  run.signal('SIGKILL');
  await run.ended;
  let ended = false;
  const going = next().finally(() => (ended = true));
  const gone = async (): Promise<boolean> =>
    (await database.sql('select from pg_stat_activity where pid = $1', [first])).length === 0;
  // Either the server has noticed the end by itself, or the next run stands in line behind what is left.
  const inLine = async (): Promise<boolean> =>
    (
      await database.sql(
        `select from pg_stat_activity
         where pid <> $1 and application_name = 'lms-db work' and datname = current_database()
           and (wait_event_type = 'Lock' or query like '%pg_try_advisory_lock%' or query like '%pg_locks as l%')`,
        [first],
      )
    ).length > 0;
  const waits = after === 'what it left still runs to its end';
  await until(
    async () => ended || (await gone()) || (waits && (await inLine())),
    'the next run gets somewhere',
  );
  await gate.open();
  const report = await going;
  expect(report.error).toBeUndefined();
  expect(report.exitCode).toBe(0);
  await quiet(database);
}

describe.concurrent('up, killed', () => {
  it.each(cases(UP))('in %s, %s, and %s: the next one converges', async (files, point, after, hold) => {
    const stage = await prepared(FILES[files as keyof typeof FILES], 1);
    const { database } = stage;
    await killAt(stage, ['up'], hold, after, () => stage.up());
    expect(await appliedVersions(database)).toEqual(['1', '2', '3']);
    expect(await eventCounts(database)).toEqual({ 'applied 1': 1, 'applied 2': 1, 'applied 3': 1 });
    const effects = await database.sql<{ what: string }>('select what from effects order by what');
    expect(effects.map((row) => row.what)).toEqual(['one 2', 'one 3', 'two 2', 'two 3']);
    expect(await database.sql('select from lms_db.statements')).toEqual([]);
    expect(await database.sql('select from pg_index where not indisvalid')).toEqual([]);
    const [made] = await database.sql(
      `select to_regclass('u2') is not null as two,
              coalesce(to_regclass('u3'), to_regclass('items_b')) is not null as three`,
    );
    expect(made).toEqual({ two: true, three: true });
    expect(point).not.toBe('');
  });
});

describe.concurrent('down, killed', () => {
  it.each(cases(DOWN))('in %s, %s, and %s: the next one converges', async (files, point, after, hold) => {
    const stage = await prepared(FILES[files as keyof typeof FILES], 'all');
    const { database } = stage;
    await killAt(stage, ['down', '2', '--allow-data-loss'], hold, after, () => stage.down({ to: '1' }));
    expect(await appliedVersions(database)).toEqual(['1']);
    expect(await eventCounts(database)).toMatchObject({ 'rolled-back 2': 1, 'rolled-back 3': 1 });
    expect(await database.sql('select from effects')).toEqual([]);
    expect(await database.sql('select from lms_db.statements')).toEqual([]);
    const [left] = await database.sql(
      `select coalesce(to_regclass('u2'), to_regclass('t3'), to_regclass('items_a'), to_regclass('items_b')) is null as gone`,
    );
    expect(left).toEqual({ gone: true });
    expect(point).not.toBe('');
  });
});
