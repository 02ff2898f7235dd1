import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envelopeOf, lmsDb } from '../support/cli.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

describe('the database of a command', () => {
  let database: PrivateDatabase;
  let other: PrivateDatabase;
  let project: TemporaryProject;
  beforeAll(async () => {
    [database, other] = await Promise.all([privateDatabase(), privateDatabase()]);
    project = temporaryProject({ 'lms-db.config.json': '{"name": "school"}' });
    project.migration('001-courses', 'create table courses (id int);', 'drop table courses;');
  });
  afterAll(async () => {
    project.dispose();
    await Promise.all([database.drop(), other.drop()]);
  });

  const variables = ({ parameters }: PrivateDatabase): Record<string, string> => ({
    PGHOST: parameters.host,
    PGPORT: String(parameters.port),
    PGUSER: parameters.user,
    PGPASSWORD: parameters.password ?? '',
    PGDATABASE: parameters.database,
    PGSSLMODE: 'disable',
  });

  it.concurrent.each([
    ['--url before everything', ['--url', 'database'], { LMS_DB_URL: 'other', DATABASE_URL: 'other' }],
    ['LMS_DB_URL before DATABASE_URL', [], { LMS_DB_URL: 'database', DATABASE_URL: 'other' }],
    ['DATABASE_URL before PG* variables', [], { DATABASE_URL: 'database', PG: 'other' }],
    ['PG* variables without a URL', [], { PG: 'database' }],
  ] as const)(
    'is found in order: %s',
    async (_, args, sources: Readonly<Record<string, 'database' | 'other'>>) => {
      const named = { database, other };
      const env = Object.fromEntries(
        Object.entries(sources).flatMap(([name, which]) =>
          name === 'PG' ? Object.entries(variables(named[which])) : [[name, named[which].url]],
        ),
      );
      const flags = args.map((word) => (word === 'database' ? database.url : word));
      const ran = await lmsDb(['status', ...flags, '--json'], { cwd: project.root, env });
      expect(ran.code).toBe(0);
      expect(envelopeOf(ran).targets[0]?.target.database).toMatch(
        new RegExp(`/${database.parameters.database}$`),
      );
    },
  );

  it('.env names it where the environment does not, and loses against it', async () => {
    const withFile = temporaryProject({ '.env': `DATABASE_URL="${database.url}"\n` });
    withFile.migration('001-courses', 'select 1;', 'select 1;');
    const fromFile = await lmsDb(['status'], { cwd: withFile.root });
    expect(fromFile.stdout).toContain(`/${database.parameters.database} (PostgreSQL`);
    const fromEnvironment = await lmsDb(['status'], { cwd: withFile.root, env: { DATABASE_URL: other.url } });
    expect(fromEnvironment.stdout).toContain(`/${other.parameters.database} (PostgreSQL`);
    withFile.dispose();
  });

  it.concurrent.each(['CI', 'NODE_ENV'])(
    'is not the embedded one by accident where %s says so',
    async (name) => {
      const ran = await lmsDb(['up'], {
        cwd: project.root,
        env: { [name]: name === 'CI' ? 'true' : 'production' },
      });
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain('error: no database is named');
      expect(ran.stderr).toContain('next: name it with --url, DATABASE_URL or the PG* variables; --embedded');
    },
  );

  it('is named in the first line, before anything else is said', async () => {
    const ran = await lmsDb(['status'], { cwd: project.root, env: { DATABASE_URL: database.url } });
    const [first] = ran.stdout.split('\n');
    expect(first).toMatch(/^school · \S+@\S+\/t_\w+ \(PostgreSQL \d+\.\d+\) · development$/);
    const failed = await lmsDb(['up'], {
      cwd: project.root,
      env: { DATABASE_URL: 'postgresql://app@127.0.0.1:1/lms' },
    });
    expect(failed.stdout.split('\n')[0]).toBe('school · app@127.0.0.1:1/lms · development');
  });

  it('that does not answer gets a place and a next step, and no password', async () => {
    const url = 'postgresql://app:hunter22secret@127.0.0.1:1/lms?password=hunter22secret';
    const ran = await lmsDb(['up', '--verbose'], { cwd: project.root, env: { DATABASE_URL: url } });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(
      'error: cannot connect to app@127.0.0.1:1/lms: connect ECONNREFUSED 127.0.0.1:1',
    );
    expect(ran.stderr).toContain('next: is the server running');
    expect(ran.stdout + ran.stderr).not.toContain('hunter22');
  });

  it('that does not exist says so', async () => {
    const url = database.url.replace(database.parameters.database, 'no_such_database');
    const ran = await lmsDb(['status'], { cwd: project.root, env: { DATABASE_URL: url } });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('database "no_such_database" does not exist');
    expect(ran.stderr).toContain('next: create the database first, or correct its name');
  });

  it('that refuses the password says so without it', async ({ skip }) => {
    const wrong = 'wr0ng/pass:word@x';
    const { user } = database.parameters;
    const url = database.url.replace(
      /^postgresql:\/\/[^@]*@/,
      `postgresql://${user}:${encodeURIComponent(wrong)}@`,
    );
    const ran = await lmsDb(['status', '--verbose'], { cwd: project.root, env: { DATABASE_URL: url } });
    if (ran.code === 0) skip('the server of this run trusts everybody');
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('password authentication failed');
    expect(ran.stderr).toContain('next: check the user, the password');
    expect(ran.stdout + ran.stderr).not.toContain('wr0ng');
  });

  it.concurrent.each([
    ['as the command', (url: string) => [url]],
    ['as an argument too many', (url: string) => ['up', url]],
    ['behind a misspelt flag', (url: string) => ['up', `--ulr=${url}`]],
    ['in a URL that cannot be parsed', (url: string) => ['up', '--url', url.replace('5432', '99999')]],
    ['as a version', (url: string) => ['up', '--to', url]],
    ['as a reporter', (url: string) => ['up', '--reporter', url]],
    ['as a project', (url: string) => ['up', '--project', url]],
    [
      'as a key=value string',
      () => ['up', '--url', "host=127.0.0.1 port=1 password='s3cr3t-pass' user=app sslmode=nonsense"],
    ],
  ])('keeps a password to itself that stands %s', async (_, args) => {
    const words = args('postgresql://app:s3cr3t-pass@127.0.0.1:5432/lms');
    const forms = [['--verbose'], ['--json']];
    for (const ran of await Promise.all(
      forms.map((form) => lmsDb([...words, ...form], { cwd: project.root })),
    )) {
      expect(ran.code).toBe(2);
      expect(ran.stdout + ran.stderr).not.toContain('s3cr3t');
    }
  });

  it('does not say its password when the server repeats it, nor records it', async () => {
    const own = await privateDatabase();
    const { password = '' } = own.parameters;
    const leaky = temporaryProject();
    leaky.migration(
      '001-leak',
      `do $$ begin raise exception 'the password is %', '${password}'; end $$;`,
      'select 1;',
    );
    const report = `${leaky.root}/report.json`;
    const run = { cwd: leaky.root, env: { DATABASE_URL: own.url } };
    const up = await lmsDb(['up', '--reporter', 'pretty', '--reporter', `json:${report}`], run);
    expect(up.code).toBe(5);
    expect(up.stdout).toContain('the password is ***');
    const { readFileSync } = await import('node:fs');
    const events = await own.sql<{ message: string }>(
      "select message from lms_db.events where kind = 'failed'",
    );
    expect(events[0]?.message).toContain('the password is ***');
    const texts = [up.stdout, up.stderr, readFileSync(report, 'utf8'), JSON.stringify(events)];
    if (password !== '') for (const text of texts) expect(text).not.toContain(password);
    leaky.dispose();
    await own.drop();
  });

  it('may be looked at by a role that can only read', async () => {
    const own = await privateDatabase();
    const role = `reader_${own.parameters.database}`;
    const run = { cwd: project.root, env: { DATABASE_URL: own.url } };
    expect(await lmsDb(['up'], run)).toMatchObject({ code: 0 });
    await own.sql(`create role ${role} login password 'reads only'`);
    await own.sql(
      `grant usage on schema lms_db to ${role}; grant select on all tables in schema lms_db to ${role}`,
    );
    const url = own.url.replace(/^postgresql:\/\/[^@]*@/, `postgresql://${role}:reads%20only@`);
    const reader = { cwd: project.root, env: { DATABASE_URL: url } };
    const looks = await Promise.all(['status', 'plan', 'history'].map((command) => lmsDb([command], reader)));
    expect(looks.map(({ code }) => code)).toEqual([0, 0, 0]);
    project.migration('002-more', 'create table more (id int);', 'drop table more;');
    const up = await lmsDb(['up'], reader);
    project.remove('migrations/002-more.sql');
    project.remove('rollbacks/002-more.sql');
    expect(up.code).not.toBe(0);
    expect(up.stdout + up.stderr).toMatch(/permission denied/);
    expect(up.stdout + up.stderr).not.toContain('mistake in lms-db');
    await own.sql(`drop owned by ${role}`);
    await own.sql(`drop role ${role}`);
    await own.drop();
  });
});
