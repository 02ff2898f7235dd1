import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InterruptedError } from '../../src/core/errors.ts';
import { parseChecks } from '../../src/core/check-file.ts';
import type { ProjectChecks } from '../../src/operations/context.ts';
import { migrateAndVerify } from '../../src/operations/verify-after.ts';
import { openServer } from '../../src/backends/server.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';
import type { RunOptions } from '../support/run.ts';
import { brokenNames, verified, verifyContext } from '../support/verify.ts';

let database: PrivateDatabase;
let project: TemporaryProject;

beforeEach(async () => {
  database = await privateDatabase();
  project = temporaryProject({ 'migrations/.keep': '' });
});
afterEach(async () => {
  project.dispose();
  await database.drop();
});

const context = (options: RunOptions & Partial<ProjectChecks> = {}) =>
  verifyContext(database, project.root, options);

describe('verify', () => {
  it('says of each check its file and line, what was expected, what came, and how long it took', async () => {
    await database.sql(`create table courses (id int primary key, title text, seen timestamp);
      insert into courses values (1, 'one', '2025-01-02 03:04:05.678901'), (2, 'two', null), (3, 'three', null)`);
    project.write(
      'checks/structure.sql',
      `-- about

-- @check courses
-- @expect >= 3
select count(*) from courses;

-- @check no course is seen
select id, seen from courses where seen is not null;

-- @check the row
-- @expect (3, 'one')
select count(*), min(title) from courses;
`,
    );
    const { verification, exitCode } = await verified(context());
    const [courses, seen, row] = verification.checks;
    expect(courses).toMatchObject({
      name: 'courses',
      passed: true,
      expected: '>= 3',
      got: '3',
      place: { file: 'checks/structure.sql', line: 3, column: 4 },
    });
    expect(seen).toMatchObject({ passed: false, got: '1', place: { line: 7 } });
    // As the server writes it: to the microsecond, and in no other time zone.
    expect(seen?.offenders).toEqual([{ id: 1, seen: '2025-01-02 03:04:05.678901' }]);
    expect(row).toMatchObject({ passed: true, got: '(3, one)' });
    expect(verification.checks.every(({ duration = 0 }) => duration > 0)).toBe(true);
    expect(exitCode).toBe(6);
  });

  it('keeps the first offenders and counts all of them', async () => {
    project.write('checks/many.sql', '-- @check none\nselect n from generate_series(1, 100000) as n;\n');
    const { verification } = await verified(context(), { offenders: 2 });
    expect(verification.checks[0]).toMatchObject({ got: '100000', offenders: [{ n: 1 }, { n: 2 }] });
  });

  it('lets no failing query spoil another, and shows each at its place', async () => {
    const text = `-- @check before
-- @expect 1
select 1;

-- @check misspelled
select id
  from coursse;

-- @check syntax
select from where;

-- @check divides
select 1 / (n - n) from generate_series(1, 3) as n;

-- @check writes
with gone as (delete from pg_class returning oid) select oid from gone;

-- @check two at once
select set_config('search_path', 'nowhere', false), set_config('statement_timeout', '50', false);

-- @check after
-- @expect (true, true)
select current_setting('search_path') <> 'nowhere', current_setting('statement_timeout') <> '50ms';
`;
    project.write('checks/mixed.sql', text);
    const { verification, exitCode } = await verified(context());
    const told = verification.checks.map(({ name, passed, failure }) => [
      name,
      passed,
      failure && `${failure.place?.line ?? 0}:${failure.place?.column ?? 0} ${failure.sqlstate ?? ''}`,
    ]);
    expect(told).toEqual([
      ['before', true, undefined],
      ['misspelled', false, '7:8 42P01'],
      ['syntax', false, '10:13 42601'],
      ['divides', false, '13:1 22012'],
      ['writes', false, '16:1 25006'],
      ['two at once', false, undefined],
      ['after', true, undefined],
    ]);
    expect(verification.checks[4]?.failure?.next).toBe('a check only reads: take out what writes');
    expect(exitCode).toBe(6);
  });

  it('takes no second statement for part of a check, whatever a file slips past the parser', async () => {
    const { checks } = parseChecks('checks/x.sql', '-- @check one\nselect 1;\n');
    const [check] = checks;
    if (check === undefined) throw new Error('no check');
    const sql = 'select 1; create table slipped (id int)';
    const files = [{ path: 'checks/x.sql', text: sql, checksum: '', checks: [{ ...check, sql }] }];
    const { verification } = await verified({ ...context(), checks: { files, historySchema: 'lms_db' } });
    expect(verification.checks[0]?.failure?.message).toBe(
      'cannot insert multiple commands into a prepared statement',
    );
    expect(await database.sql(`select to_regclass('slipped') as table`)).toEqual([{ table: null }]);
  });

  it('gives each check the time of the settings, and goes on with the next', async () => {
    project.write(
      'checks/slow.sql',
      `-- @check slow\nselect pg_sleep(20);\n\n-- @check quick\n-- @expect 1\nselect 1;\n`,
    );
    const { verification } = await verified(context({ settings: { statementTimeout: 200 } }));
    const [slow, quick] = verification.checks;
    expect(slow?.failure?.next).toBe('make the query cheaper, or give it more time with --statement-timeout');
    expect(quick?.passed).toBe(true);
  });

  it('sees one snapshot, whatever others commit meanwhile', async () => {
    await database.sql('create table rows (id int primary key)');
    const read = '-- @expect 0\nselect count(*) from rows where id + 0 * length(pg_sleep(0.3)::text) > 0;\n';
    project.write('checks/snapshot.sql', `-- @check one\n${read}\n-- @check two\n${read}`);
    const writer = await database.client();
    const running = verified(context(), { skipBuiltin: true });
    const inserts = (async () => {
      for (let id = 1; id <= 20; id += 1) {
        await writer.query('insert into rows values ($1)', [id]);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const [{ verification }] = await Promise.all([running, inserts]);
    expect(verification.checks[0]?.got).toBe(verification.checks[1]?.got);
  });

  it('holds a check only between its versions', async () => {
    project.migration('001-a', 'create table a (id int primary key);', 'drop table a;');
    project.migration('002-b', 'create table b (id int primary key);', 'drop table b;');
    project.write(
      'checks/stages.sql',
      `-- @check first
-- @expect 1
-- @until 001
select count(*) from pg_class where relname in ('a', 'b');

-- @check later
-- @since 002
-- @expect 0
select count(*) from b;

-- @check always
-- @expect true
select true;
`,
    );
    const skips = async () =>
      (await verified(context(), { skipBuiltin: true })).verification.checks.map(
        ({ name, skipped }) => `${name}${skipped === undefined ? '' : `: ${skipped}`}`,
      );
    // Nothing is applied: what holds until a version holds on an empty database too.
    expect(await skips()).toEqual(['first', 'later: since 002', 'always']);
    await migrateAndVerify(context(), { to: '001', checks: true });
    expect(await skips()).toEqual(['first', 'later: since 002', 'always']);
    await migrateAndVerify(context(), { checks: true });
    expect(await skips()).toEqual(['first: until 001', 'later', 'always']);
  });

  it('holds a check only where its extension is installed, and says so elsewhere', async () => {
    project.write(
      'checks/extensions.sql',
      `-- @check there
-- @extension PLpgSQL
-- @expect 1
select 1;

-- @check there, and wrong
-- @extension plpgsql
select 1;

-- @check in no database
-- @extension no-such-thing
select no_such_function();

-- @check later
-- @since 1
-- @extension no-such-thing
select 1;

-- @check everywhere
-- @expect 1
select 1;
`,
    );
    project.migration('1-a', 'select 1;', 'select 1;');
    const told = async () => {
      const { verification, exitCode } = await verified(context(), { skipBuiltin: true });
      const results = verification.checks.map(({ passed, skipped }) => skipped ?? passed);
      return [exitCode, ...results];
    };
    const missing = 'extension no-such-thing is not installed';
    expect(await told()).toEqual([6, true, false, missing, 'since 1', true]);
    await database.sql('drop extension plpgsql');
    const without = 'extension plpgsql is not installed';
    expect(await told()).toEqual([0, without, without, missing, 'since 1', true]);
  });

  it('never fails over a warning', async () => {
    project.write('checks/w.sql', '-- @check wrong\n-- @severity warning\nselect 1 as one;\n');
    const { verification, exitCode } = await verified(context());
    expect(brokenNames(verification)).toEqual(['wrong']);
    expect(exitCode).toBe(0);
  });

  it('runs only what is named: a check, a file, a built-in check', async () => {
    project.write(
      'checks/one.sql',
      '-- @check K-1 tables\nselect 1 where false;\n\n-- @check other\nselect 1;\n',
    );
    project.write('checks/two.sql', '-- @check second\nselect 1 where false;\n');
    const names = async (...only: string[]) => {
      const { verification } = await verified(context(), { only });
      return [...verification.checks.map(({ name }) => name), ...verification.builtin.map(({ id }) => id)];
    };
    expect(await names('K-1')).toEqual(['K-1 tables']);
    expect(await names('two', 'invalid-index')).toEqual(['second', 'invalid-index']);
    expect(await names('checks/one.sql')).toEqual(['K-1 tables', 'other']);
    await expect(names('secnd')).rejects.toThrow('there is no check "secnd"');
  });

  it('needs the right to read, and no other; what may not be read is not taken for right', async () => {
    const role = `reader_${database.parameters.database}`;
    await database.sql(`create table open (id int primary key); create table hidden (id serial primary key);
      insert into hidden values (7);
      create role ${role} login password 'x'; revoke create on schema public from public;
      grant usage on schema public to ${role}; grant select on open to ${role}`);
    project.write(
      'checks/rights.sql',
      '-- @check open\nselect id from open;\n\n-- @check hidden\nselect id from hidden where false;\n',
    );
    const reader = {
      ...database,
      database: openServer({ ...database.parameters, user: role, password: 'x' }),
    };
    try {
      const { verification } = await verified(verifyContext(reader, project.root));
      const [open, hidden] = verification.checks;
      expect(open?.passed).toBe(true);
      expect(hidden?.failure?.next).toBe('give the role that connects the right to read');
      const sequences = verification.builtin.find(({ id }) => id === 'sequence-behind');
      expect(sequences?.untried).toEqual([
        { object: 'public.hidden_id_seq', reason: 'this role may not read the table or the sequence' },
      ]);
    } finally {
      await database.sql(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it('does not pass a check that saw nothing because row level security hid the rows', async () => {
    const role = `tenant_${database.parameters.database}`;
    await database.sql(`create table rows (id int primary key); insert into rows values (1);
      alter table rows enable row level security; create policy none on rows using (false);
      create role ${role} login password 'x'; grant select on rows to ${role}`);
    project.write('checks/rows.sql', '-- @check no row\nselect id from rows;\n');
    const tenant = {
      ...database,
      database: openServer({ ...database.parameters, user: role, password: 'x' }),
    };
    try {
      const { verification } = await verified(verifyContext(tenant, project.root));
      expect(verification.checks[0]?.failure?.message).toContain('row-level security');
      expect(verification.checks[0]?.failure?.next).toContain('BYPASSRLS');
    } finally {
      await database.sql(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it('leaves nothing behind: no table, no setting, no lock, no transaction', async () => {
    project.write('checks/x.sql', '-- @check x\nselect pg_advisory_xact_lock(1) is null where false;\n');
    await verified(context());
    const [left] = await database.sql(
      `select (select count(*)::int from pg_class where relnamespace = 'public'::regnamespace) as tables,
        (select count(*)::int from pg_namespace where nspname = 'lms_db') as schemas,
        (select count(*)::int from pg_stat_activity where datname = current_database() and application_name like 'lms-db%') as sessions`,
    );
    expect(left).toEqual({ tables: 0, schemas: 0, sessions: 0 });
  });

  it('ends soon when it is interrupted', async () => {
    project.write(
      'checks/slow.sql',
      '-- @check slow\nselect pg_sleep(30);\n\n-- @check too\nselect pg_sleep(30);\n',
    );
    const controller = new AbortController();
    const running = verified(context({ signal: controller.signal }));
    setTimeout(() => controller.abort(new InterruptedError('SIGINT')), 300);
    const start = performance.now();
    await expect(running).rejects.toThrow('interrupted by SIGINT');
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it.each([
    ['two round trips after the history', '', 2],
    ['a third one where a check that is due names an extension', '-- @extension plpgsql\n', 3],
    ['two where such a check is not due', '-- @until 1\n-- @extension plpgsql\n', 2],
  ])('asks everything in %s', async (_, directives, roundTrips) => {
    project.migration('1-nothing', 'select 1;', 'select 1;');
    project.migration('2-t', 'create table t (id serial primary key);', 'drop table t;');
    await migrateAndVerify(context(), { checks: false });
    for (let file = 0; file < 5; file += 1) {
      const checks = Array.from(
        { length: 20 },
        (_, n) => `-- @check c${n} of ${file}\n${directives}select 1 / ${n % 3} where false;\n`,
      );
      project.write(`checks/f${file}.sql`, checks.join('\n'));
    }
    const { database: real } = database;
    let asked = 0;
    const counting = context();
    const tools = {
      ...counting.tools,
      withSnapshot: ((session, limits, use) =>
        counting.tools.withSnapshot(session, limits, (snapshot) =>
          use({
            ask: (inquiries) => {
              asked += 1;
              return snapshot.ask(inquiries);
            },
          }),
        )) satisfies typeof counting.tools.withSnapshot,
    };
    await database.sql('create view v as select * from t');
    const { verification } = await verified({ ...counting, database: real, tools });
    expect(verification.checks).toHaveLength(100);
    expect(asked).toBe(roundTrips);
  });
});

describe('up', () => {
  const bad = '-- @check no row\nselect id from courses;\n';

  it('runs the checks of the database after its last COMMIT, and keeps what was applied', async () => {
    project.migration(
      '001-courses',
      'create table courses (id int primary key); insert into courses values (1);',
      'drop table courses;',
    );
    project.write('checks/rows.sql', bad);
    const report = await migrateAndVerify(context(), { checks: true });
    expect(report.exitCode).toBe(6);
    expect(report.error?.message).toBe('the check "no row" fails; what was applied stays applied');
    expect(report.outcomes.map(({ status }) => status)).toEqual(['done']);
    expect(report.verification?.builtin).toEqual([]);
    expect(await database.sql('select version from lms_db.migrations')).toEqual([{ version: '001' }]);
    // Nothing was applied, so nothing is checked.
    expect(await migrateAndVerify(context(), { checks: true })).toMatchObject({ exitCode: 0, outcomes: [] });
  });

  it('leaves them out when it is told to, after a failure, and where there are none', async () => {
    project.migration(
      '001-courses',
      'create table courses (id int primary key); insert into courses values (1);',
      'drop table courses;',
    );
    expect((await migrateAndVerify(context(), { checks: true })).verification).toBeUndefined();
    project.write('checks/rows.sql', bad);
    project.migration('002-more', 'select 1;', 'select 1;');
    expect(await migrateAndVerify(context(), { checks: false })).toMatchObject({ exitCode: 0 });
    project.migration('003-wrong', 'select missing;', 'select 1;');
    const failed = await migrateAndVerify(context(), { checks: true });
    expect(failed.exitCode).toBe(5);
    expect(failed.verification).toBeUndefined();
  });
});
