import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envelopeOf, lmsDb } from '../support/cli.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

/** What happened to the files since they were applied, and the finding that it is. */
interface Case {
  readonly what: string;
  readonly change: (project: TemporaryProject) => void;
  readonly code: string;
  readonly severity?: string;
  readonly exitCode?: number;
  /** The place that is named. */
  readonly place?: string;
}

const M2 = 'create table lessons (id int);';

const AGAINST_HISTORY: readonly Case[] = [
  {
    what: 'a tampered migration',
    change: ({ write }) => write('migrations/002-lessons.sql', 'create table lessons (id bigint);'),
    code: 'changed',
    place: 'migrations/002-lessons.sql:1:1',
  },
  {
    what: 'a tampered rollback',
    change: ({ write }) => write('rollbacks/002-lessons.sql', 'drop table if exists lessons;'),
    code: 'changed-rollback',
    place: 'rollbacks/002-lessons.sql:1:1',
  },
  {
    what: 'a tampered guard',
    change: ({ write }) => write('checks/002-lessons.sql', '-- @check none\nselect 1 where false and true;'),
    code: 'changed-guard',
    place: 'checks/002-lessons.sql:1:1',
  },
  {
    what: 'a cosmetic edit',
    change: ({ write }) => write('migrations/002-lessons.sql', `-- says more\n${M2}\n\n`),
    code: 'cosmetic-edit',
    severity: 'notice',
    exitCode: 0,
    place: 'migrations/002-lessons.sql:1:1',
  },
  {
    what: 'a missing file',
    change: ({ remove }) => {
      for (const folder of ['migrations', 'rollbacks', 'checks']) remove(`${folder}/002-lessons.sql`);
    },
    code: 'missing-file',
  },
  {
    what: 'a renamed file',
    change: ({ write, remove }) => {
      for (const folder of ['migrations', 'rollbacks', 'checks']) remove(`${folder}/002-lessons.sql`);
      write('migrations/002-all-lessons.sql', M2);
      write('rollbacks/002-all-lessons.sql', 'drop table lessons;');
      write('checks/002-all-lessons.sql', '-- @check none\nselect 1 where false;');
    },
    code: 'renamed',
    place: 'migrations/002-all-lessons.sql:1:1',
  },
  {
    what: 'a file out of order',
    change: ({ migration }) => migration('000-between', 'select 1;', 'select 1;'),
    code: 'out-of-order',
  },
];

const WITHOUT_DATABASE: readonly Case[] = [
  {
    what: 'a duplicate version',
    change: ({ migration }) => migration('002-again', 'select 1;', 'select 1;'),
    code: 'duplicate-version',
  },
  {
    what: 'a missing rollback',
    change: ({ migration }) => migration('003-no-way-back', 'select 1;'),
    code: 'missing-rollback',
  },
  {
    what: 'a migration with its own transaction',
    change: ({ migration }) => migration('003-own', 'begin;\nselect 1;\ncommit;', 'select 1;'),
    code: 'transaction-control',
  },
  {
    what: 'a psql meta-command',
    change: ({ migration }) => migration('003-psql', 'select 1;\n\\echo done\n', 'select 1;'),
    code: 'psql-meta-command',
  },
  {
    what: 'an unknown directive',
    change: ({ migration }) => migration('003-typo', '-- @lock-timeuot 2s\nselect 1;', 'select 1;'),
    code: 'directive',
  },
];

function project(): TemporaryProject {
  const made = temporaryProject();
  made.migration('001-courses', 'create table courses (id int);', 'drop table courses;');
  made.migration('002-lessons', M2, 'drop table lessons;', '-- @check none\nselect 1 where false;');
  return made;
}

describe('findings', () => {
  let database: PrivateDatabase;
  const projects: TemporaryProject[] = [];
  beforeAll(async () => {
    database = await privateDatabase();
    const applied = project();
    projects.push(applied);
    expect(await lmsDb(['up'], { cwd: applied.root, env: { DATABASE_URL: database.url } })).toMatchObject({
      code: 0,
    });
  });
  afterAll(async () => {
    for (const { dispose } of projects) dispose();
    await database.drop();
  });

  it.concurrent.each(AGAINST_HISTORY)(
    '$what is $code: up runs nothing, status shows it, --check counts it',
    async ({ change, code, severity = 'error', exitCode = 4, place }) => {
      const edited = project();
      projects.push(edited);
      change(edited);
      // What must not run because of the finding; a cosmetic edit stops nothing, so there it is left out.
      if (severity === 'error')
        edited.migration('009-later', `create table later_${code.replaceAll('-', '_')} ();`, 'select 1;');
      const run = { cwd: edited.root, env: { DATABASE_URL: database.url } };

      const up = await lmsDb(['up', '--json'], run);
      expect(up.code).toBe(exitCode);
      if (severity === 'error')
        expect(envelopeOf(up).error?.message).toMatch(/^files and history disagree; /);
      const [target] = envelopeOf(up).targets;
      expect(target?.findings).toContainEqual(expect.objectContaining({ code, severity }));
      expect(target?.outcomes).toEqual([]);
      expect(await database.sql("select from pg_class where relname like 'later_%'")).toEqual([]);

      const status = await lmsDb(['status'], run);
      expect(status.code).toBe(0);
      expect(status.stdout).toContain(`[${code}]`);
      if (place !== undefined) expect(status.stdout).toContain(place);
      const check = await lmsDb(['status', '--check', '--json'], run);
      expect(check.code).toBe(exitCode);
      expect(envelopeOf(check).targets[0]?.findings).toContainEqual(expect.objectContaining({ code }));
    },
  );

  it.concurrent.each(WITHOUT_DATABASE)(
    '$what is $code, and is found before anybody connects',
    async ({ change, code }) => {
      const edited = project();
      projects.push(edited);
      change(edited);
      const command = code === 'duplicate-version' ? 'status' : code === 'directive' ? 'plan' : 'up';
      const env = { DATABASE_URL: 'postgresql://app@127.0.0.1:1/lms' };
      const ran = await lmsDb([command, '--json'], { cwd: edited.root, env });
      expect(ran.code).toBe(2);
      const envelope = envelopeOf(ran);
      expect(envelope.error?.code).toBe('findings');
      expect(envelope.targets).toEqual([]);
      expect(envelope.findings).toContainEqual(expect.objectContaining({ code, severity: 'error' }));
      expect(ran.stderr).toMatch(/(migrations|rollbacks)\/\S+\.sql:\d+:\d+ /);
      expect(ran.stderr).toContain('next: ');
    },
  );

  it('a version that there is not is a mistake of the command line, no disagreement', async () => {
    const ran = await lmsDb(['up', '--to', '099'], {
      cwd: projects[0]!.root,
      env: { DATABASE_URL: database.url },
    });
    expect(ran.code).toBe(2);
    expect(ran.stdout + ran.stderr).toContain('there is no migration with version 099  [unknown-version]');
    expect(ran.stderr).toContain('error: cannot apply that; nothing was run\n');
  });

  it('all faults of the files are said at once, the ones of the database are not reached', async () => {
    const edited = project();
    projects.push(edited);
    for (const { change } of WITHOUT_DATABASE.slice(0, 2)) change(edited);
    edited.write('migrations/no-version.sql', 'select 1;');
    const ran = await lmsDb(['up'], {
      cwd: edited.root,
      env: { DATABASE_URL: 'postgresql://app@127.0.0.1:1/lms' },
    });
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain('[duplicate-version]');
    expect(ran.stderr).toContain('[missing-rollback]');
    expect(ran.stderr).toContain('no-version.sql');
    expect(ran.stderr).not.toContain('ECONNREFUSED');
  });

  it('down goes on where a file has a fault: what it runs is in the history', async () => {
    const own = await privateDatabase();
    const edited = project();
    projects.push(edited);
    const run = { cwd: edited.root, env: { DATABASE_URL: own.url } };
    expect(await lmsDb(['up'], run)).toMatchObject({ code: 0 });
    edited.migration('003-no-way-back', 'select 1;');
    const down = await lmsDb(['down'], run);
    expect(down.stdout).toContain('1 rolled back in ');
    expect(down.stdout).toContain('[missing-rollback]');
    expect(down.code).toBe(0);
    await own.drop();
  });
});
