import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envelopeOf, lmsDb, outcomeOf, start } from '../support/cli.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

/** One row of the table: what has been done before, what is typed, and what comes out. */
interface Case {
  readonly code: number;
  readonly when: string;
  readonly args: readonly string[];
  /** Files beside 001, which makes a table with rows. */
  readonly files?: Readonly<Record<string, string>>;
  /** Runs first and must succeed. */
  readonly before?: readonly (readonly string[])[];
  /** Written after that. */
  readonly after?: Readonly<Record<string, string>>;
  readonly url?: string;
  /** A mistake that shows only in the database. */
  readonly online?: boolean;
  readonly error?: string;
}

const BROKEN = { 'migrations/002-broken.sql': 'select nowhere;', 'rollbacks/002-broken.sql': 'select 1;' };
const GOOD = { 'migrations/002-good.sql': 'select 1;', 'rollbacks/002-good.sql': 'select 1;' };
const CLOSED = 'postgresql://app:topsecret@127.0.0.1:1/lms?connect_timeout=2';

const CASES: readonly Case[] = [
  { code: 0, when: 'everything was applied', args: ['up'] },
  { code: 0, when: 'nothing is pending', args: ['status', '--check'], before: [['up']] },
  { code: 0, when: 'something is pending and nobody asked', args: ['status'] },
  { code: 1, when: 'the server does not answer', args: ['up'], url: CLOSED, error: 'connection' },
  {
    code: 1,
    when: 'the server does not answer in time',
    args: ['wait', '--timeout', '1ms'],
    url: CLOSED,
    error: 'connection',
  },
  { code: 2, when: 'a flag does not exist', args: ['up', '--nonsense'], error: 'usage' },
  { code: 2, when: 'a command does not exist', args: ['upp'], error: 'usage' },
  { code: 2, when: 'an argument is one too many', args: ['status', 'more'], error: 'usage' },
  { code: 2, when: 'a number is none', args: ['up', '--steps', 'many'], error: 'usage' },
  { code: 2, when: 'a version is none', args: ['up', '--to', 'latest'], error: 'usage' },
  { code: 2, when: 'a version does not exist', args: ['up', '--to', '999'], online: true, error: 'findings' },
  { code: 2, when: 'flags exclude each other', args: ['down', '2', '--all'], error: 'usage' },
  {
    code: 2,
    when: 'the configuration is wrong',
    args: ['up'],
    files: { 'lms-db.config.json': '{"lockTimeout": "soon"}' },
    error: 'configuration',
  },
  {
    code: 2,
    when: 'a file has a fault',
    args: ['up'],
    files: { 'migrations/002-no-pair.sql': 'select 1;' },
    error: 'findings',
  },
  { code: 2, when: 'the reporter does not exist', args: ['status', '--reporter', 'xml'], error: 'usage' },
  {
    code: 2,
    when: 'the report cannot be written',
    args: ['up', '--reporter', 'json:/nowhere/at/all.json'],
    error: 'usage',
  },
  { code: 2, when: 'serve is asked to open a server that is not ours', args: ['serve'], error: 'usage' },
  { code: 3, when: 'something is pending and --check asks', args: ['status', '--check'] },
  {
    code: 4,
    when: 'an applied file was edited',
    args: ['up'],
    before: [['up']],
    after: { 'migrations/001-courses.sql': 'select 2;' },
    error: 'findings',
  },
  {
    code: 4,
    when: 'an applied file was edited, says --check',
    args: ['status', '--check'],
    before: [['up']],
    after: { 'migrations/001-courses.sql': 'select 2;' },
  },
  { code: 5, when: 'a migration fails', args: ['up'], files: BROKEN, error: 'migration-failed' },
  {
    code: 5,
    when: 'a rollback fails',
    args: ['down'],
    files: { ...GOOD, 'rollbacks/002-good.sql': 'select nowhere;' },
    before: [['up']],
    error: 'rollback-failed',
  },
  {
    code: 6,
    when: 'a guard fails',
    args: ['up'],
    files: { ...GOOD, 'checks/002-good.sql': '-- @check none\nselect id from courses;' },
    error: 'guard-failed',
  },
  { code: 10, when: 'data would be lost', args: ['down'], before: [['up']], error: 'refused' },
  {
    code: 10,
    when: 'the environment is protected',
    args: ['reset', '--allow-data-loss'],
    before: [['up', '--env', 'production']],
    error: 'refused',
  },
  {
    code: 10,
    when: 'the environment is another one',
    args: ['up', '--env', 'staging'],
    before: [['up', '--env', 'production']],
    error: 'refused',
  },
];

describe('exit codes', () => {
  const databases: PrivateDatabase[] = [];
  const projects: TemporaryProject[] = [];

  function project(files: Readonly<Record<string, string>> = {}): TemporaryProject {
    const made = temporaryProject(files);
    made.migration(
      '001-courses',
      'create table courses (id int); insert into courses values (1), (2);',
      'drop table courses;',
    );
    projects.push(made);
    return made;
  }

  async function database(): Promise<PrivateDatabase> {
    const made = await privateDatabase();
    databases.push(made);
    return made;
  }

  afterAll(async () => {
    for (const { dispose } of projects) dispose();
    await Promise.all(databases.map(({ drop }) => drop()));
  });

  it.concurrent.each(CASES)(
    '$code when $when',
    async ({ code, args, files, before = [], after = {}, url, online, error }) => {
      const { root, write } = project(files);
      // A mistake of the command line, the configuration or the files is found without a database.
      const env = { DATABASE_URL: url ?? (code === 2 && online !== true ? CLOSED : (await database()).url) };
      for (const earlier of before) {
        expect(await lmsDb(earlier, { cwd: root, env })).toMatchObject({ code: 0 });
      }
      for (const [path, text] of Object.entries(after)) write(path, text);

      const plain = await lmsDb(args, { cwd: root, env });
      expect(plain.code, plain.stdout + plain.stderr).toBe(code);
      expect(plain.stdout + plain.stderr).not.toContain('topsecret');
      expect(plain.stdout + plain.stderr, 'a stack').not.toMatch(/^\s+at .*\.[jt]s:\d+/m);
      if (code !== 0) expect(plain.stderr).toContain(`exit ${String(code)} · `);

      // The same command again as JSON: what failed fails again, what is done is done.
      const json = await lmsDb([...args, '--json'], { cwd: root, env });
      const envelope = envelopeOf(json);
      expect(envelope).toMatchObject({ formatVersion: 1, ok: code === 0, exitCode: json.code });
      expect(json.code).toBe(code);
      expect(envelope.error?.code).toBe(error);
      expect(json.stdout + json.stderr).not.toContain('topsecret');
    },
  );

  describe('of runs that are at work', () => {
    let held: PrivateDatabase;
    let slow: TemporaryProject;
    beforeAll(async () => {
      held = await database();
      slow = project({
        'migrations/002-slow.sql': 'select pg_sleep(60);',
        'rollbacks/002-slow.sql': 'select 1;',
      });
    });

    it('7 when another run holds the lock, 130 and 143 when interrupted, and nothing is left on the server', async () => {
      const env = { DATABASE_URL: held.url };
      const first = start(['up'], { cwd: slow.root, env });
      const firstEnds = outcomeOf(first);
      await sleeping(held);
      const second = await lmsDb(['up', '--lock-wait', '1ms', '--json'], { cwd: slow.root, env });
      expect(second.code).toBe(7);
      expect(envelopeOf(second).error).toMatchObject({ code: 'lock-not-obtained' });
      expect(second.stderr).toMatch(/held by pid \d+ · lms-db lock|another run/);
      first.kill('SIGINT');
      const interrupted = await firstEnds;
      expect(interrupted.code).toBe(130);
      expect(interrupted.stdout).toContain('✗ 002 slow      interrupted: rolled back, nothing of it remains');
      expect(interrupted.stdout).toContain('1 applied, 1 interrupted in ');
      expect(interrupted.stderr).toContain('exit 130 · interrupted (SIGINT)');

      const third = start(['up', '--json'], { cwd: slow.root, env });
      const thirdEnds = outcomeOf(third);
      await sleeping(held);
      third.kill('SIGTERM');
      const ended = await thirdEnds;
      expect(ended.code).toBe(143);
      expect(envelopeOf(ended)).toMatchObject({ ok: false, exitCode: 143, error: { code: 'interrupted' } });
      expect(
        await held.sql(
          "select from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and pid <> pg_backend_pid() and datname = current_database()",
        ),
      ).toEqual([]);
    });

    it('7 when a reader holds a table, and the reader is named', async () => {
      const { url, client } = await database().then(async (made) => {
        await made.sql('create table courses (id int)');
        return made;
      });
      const { root } = project({
        'migrations/000-search.sql': 'alter table courses add column search text;',
        'rollbacks/000-search.sql': 'alter table courses drop column search;',
      });
      const reader = await client();
      await reader.query('begin; select * from courses');
      const args = ['up', '--to', '000', '--lock-timeout', '700ms', '--lock-attempts', '2'];
      const ran = await lmsDb(args, { cwd: root, env: { DATABASE_URL: url } });
      expect(ran.code).toBe(7);
      expect(ran.stderr).toMatch(
        /000 search {3}waiting for a lock on courses, attempt 2 of 2 · held by pid \d+ · test · /,
      );
      expect(ran.stdout).toMatch(/✗ 000 search {3}after 2 attempts/);
      expect(ran.stdout).toMatch(
        /held by pid \d+ · test · .* · AccessShareLock on courses · begin; select \* from courses/,
      );
      await reader.query('rollback');
    });
  });
});

/** Waits until the migration is in its long statement. */
async function sleeping({ client }: PrivateDatabase): Promise<void> {
  const watcher = await client();
  for (;;) {
    const { rows } = await watcher.query(
      "select from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active' and pid <> pg_backend_pid() and datname = current_database()",
    );
    if (rows.length > 0) break;
    await once(process.stdout, 'drain', { signal: AbortSignal.timeout(20) }).catch(() => undefined);
  }
}
