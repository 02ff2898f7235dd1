import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envelopeOf, lmsDb } from '../support/cli.ts';
import { privateDatabase, serverParameters, urlOf } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { serverVersion } from '../support/lms.ts';
import { ownUser } from '../support/throwaway.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

/** Before PostgreSQL 15 the schema public belongs to whoever made the cluster, which another user sees. */
const PUBLIC = (await serverVersion()) < 150_000 ? ['--ignore', 'schema public*'] : [];

describe('drift', () => {
  let database: PrivateDatabase;
  let project: TemporaryProject;
  const on = (): string[] => ['--on', urlOf(serverParameters())];
  const drift = (...args: string[]): ReturnType<typeof lmsDb> =>
    lmsDb(['drift', '--url', database.url, ...args], { cwd: project.root });

  beforeAll(async () => {
    database = await privateDatabase();
    project = temporaryProject();
    project.migration(
      '001-courses',
      `create type level as enum ('easy', 'hard');
       create table courses (id int primary key, title text not null, level level not null default 'easy');
       create index courses_title_idx on courses (title);`,
      'drop table courses; drop type level;',
    );
    project.migration(
      '002-notes',
      `comment on table courses is 'what is taught';`,
      'comment on table courses is null;',
    );
    const up = await lmsDb(['up', '--url', database.url], { cwd: project.root });
    expect(up.code).toBe(0);
  });
  afterAll(async () => {
    project.dispose();
    await database.drop();
  });

  it('finds nothing where nobody changed anything, and leaves no throwaway database behind', async () => {
    const user = await ownUser(database);
    const { code, stdout } = await drift('--on', user.url, ...PUBLIC);
    expect(stdout).toContain('no drift');
    expect(code).toBe(0);
    expect(await user.databases()).toEqual([]);
    await user.drop();
  });

  it('names every object that was changed by hand, with the statement that mends it, and exits with 8', async () => {
    await database.sql(`drop index courses_title_idx; create table extra (id int);
      alter table courses alter column level drop default; comment on table courses is null`);
    try {
      const ran = await drift('--json', ...on());
      expect(ran.code).toBe(8);
      const [target] = envelopeOf(ran).targets;
      const messages = target?.findings.map((finding) => finding.message);
      expect(messages).toEqual([
        'index courses_title_idx is missing',
        'table extra is not in the files',
        `column courses.level: default is none instead of 'easy'::public.level`,
        'table courses: comment is none instead of what is taught',
      ]);
      expect(ran.stdout).toContain('CREATE INDEX courses_title_idx ON public.courses USING btree (title);');
      expect(ran.stdout).toContain('DROP TABLE public.extra;');
    } finally {
      await database.sql(`drop table extra; create index courses_title_idx on courses (title);
        alter table courses alter column level set default 'easy'; comment on table courses is 'what is taught'`);
    }
  });

  it('leaves out what is to be ignored, and nothing else', async () => {
    await database.sql('create table tmp_one (id int); create table kept (id int)');
    try {
      const ran = await drift('--json', '--ignore', 'table tmp_*', ...on());
      expect(envelopeOf(ran).targets[0]?.findings.map((finding) => finding.message)).toEqual([
        'table kept is not in the files',
      ]);
      const all = await drift('--ignore', 'table tmp_*', '--ignore', 'table kept', ...on());
      expect(all.code).toBe(0);
    } finally {
      await database.sql('drop table tmp_one, kept');
    }
  });

  it('calls another column order a notice, not drift', async () => {
    const other = temporaryProject();
    const db = await privateDatabase();
    try {
      other.migration('001-t', 'create table t (a int, b int);', 'drop table t;');
      await lmsDb(['up', '--url', db.url], { cwd: other.root });
      await db.sql('alter table t drop column a; alter table t add column a int');
      const ran = await lmsDb(['drift', '--json', '--url', db.url, ...on()], { cwd: other.root });
      expect(ran.code).toBe(0);
      expect(envelopeOf(ran).targets[0]?.findings).toMatchObject([
        {
          code: 'column-order',
          severity: 'notice',
          message: 'columns of t stand in another order: b, a instead of a, b',
        },
      ]);
    } finally {
      other.dispose();
      await db.drop();
    }
  });

  it('compares two databases', async () => {
    const staging = await privateDatabase();
    try {
      await lmsDb(['up', '--url', staging.url], { cwd: project.root });
      const same = await drift('--against', staging.url);
      expect(same.code).toBe(0);
      await staging.sql('create view v as select id from courses');
      const ran = await drift('--json', '--against', staging.url);
      expect(ran.code).toBe(8);
      expect(envelopeOf(ran).targets[0]?.findings.map((finding) => finding.message)).toEqual([
        'view v is missing',
      ]);
    } finally {
      await staging.drop();
    }
  });

  it('groups what it found, each with its count and the statements that mend it', async () => {
    await database.sql(`drop index courses_title_idx; create table extra (id int);
      alter table courses alter column level drop default; comment on table courses is null`);
    try {
      const { code, stdout } = await drift(...on());
      expect(code).toBe(8);
      const body = stdout.slice(stdout.indexOf('\n') + 1, stdout.indexOf('\n4 differences'));
      expect(body.trim().split('\n')).toEqual([
        'missing · 1',
        '  ✗ index courses_title_idx',
        '      mend it with: CREATE INDEX courses_title_idx ON public.courses USING btree (title);',
        '',
        'not in the files · 1',
        '  ✗ table extra',
        '      mend it with: DROP TABLE public.extra;',
        '',
        'changed · 2',
        `  ✗ column courses.level: default is none instead of 'easy'::public.level`,
        `      mend it with: ALTER TABLE public.courses ALTER COLUMN level SET DEFAULT 'easy'::public.level;`,
        '  ✗ table courses: comment is none instead of what is taught',
        `      mend it with: COMMENT ON TABLE public.courses IS 'what is taught';`,
      ]);
      expect(stdout).toContain('4 differences that are drift');
    } finally {
      await database.sql(`drop table extra; create index courses_title_idx on courses (title);
        alter table courses alter column level set default 'easy'; comment on table courses is 'what is taught'`);
    }
  });

  it('compares several databases, and says once what some of them share', async () => {
    const others = [await privateDatabase(), await privateDatabase(), await privateDatabase()];
    const names = others.map(({ parameters }) => parameters.database);
    const against = others.flatMap(({ url }) => ['--against', url]);
    try {
      for (const { url } of others) await lmsDb(['up', '--url', url], { cwd: project.root });
      expect((await drift(...against)).code).toBe(0);
      await others[0]?.sql('create view v as select id from courses; drop index courses_title_idx');
      await others[1]?.sql('create view v as select id from courses');
      await others[2]?.sql('create view v as select title from courses');
      const ran = await drift('--json', ...against);
      expect(ran.code).toBe(8);
      const found = envelopeOf(ran).targets[0]?.findings as unknown as readonly {
        readonly message: string;
        readonly drift: { readonly kind: string; readonly databases: readonly string[] };
      }[];
      const seen = found.map(({ message, drift: { kind, databases } }) => ({
        message: message.replace(/ in .*/, ''),
        kind,
        databases: databases.map((label) => names.indexOf(label.slice(label.lastIndexOf('/') + 1))),
      }));
      expect(seen).toEqual([
        { message: 'view v is missing', kind: 'missing', databases: [0, 1, 2] },
        { message: 'index courses_title_idx is not', kind: 'extra', databases: [0] },
      ]);
      const { stdout } = await drift(...against);
      expect(stdout.match(/view v$/gm)).toHaveLength(1);
      expect(stdout).toContain('only here · 1\n  ✗ index courses_title_idx\n      against: ');
    } finally {
      for (const other of others) await other.drop();
    }
  });

  it('mends an owner with the name that the owner has in this database', async () => {
    const role = `owns_${database.parameters.database}`;
    await database.sql(`create role ${role}; alter table courses owner to ${role}`);
    try {
      const { stdout } = await drift(...on());
      expect(stdout).toContain(`✗ table courses: owner is ${role} instead of the main role`);
      expect(stdout).toContain(
        `mend it with: ALTER TABLE public.courses OWNER TO ${database.parameters.user};`,
      );
    } finally {
      await database.sql(`alter table courses owner to ${database.parameters.user}; drop role ${role}`);
    }
  });

  it('refuses --on where no files are applied', async () => {
    const { code, stderr } = await drift('--against', database.url, ...on());
    expect(code).toBe(2);
    expect(stderr).toContain('--against and --on exclude each other');
  });

  it('works with a role that may only read', async () => {
    const role = `only_reads_${database.parameters.database}`;
    await database.sql(`create role ${role} login password 'x'; grant pg_read_all_data to ${role}`);
    try {
      const url = urlOf({ ...database.parameters, user: role, password: 'x' });
      const ran = await lmsDb(['drift', '--url', url, ...on()], { cwd: project.root });
      expect(ran.stdout).toContain('no drift');
      expect(ran.code).toBe(0);
    } finally {
      await database.sql(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it('says which applied file is not here', async () => {
    const bare = temporaryProject();
    try {
      bare.migration(
        '002-notes',
        `comment on table courses is 'what is taught';`,
        'comment on table courses is null;',
      );
      const ran = await lmsDb(['drift', '--json', '--url', database.url, ...on()], { cwd: bare.root });
      expect(ran.code).toBe(4);
      expect(envelopeOf(ran).targets[0]?.findings).toMatchObject([
        { code: 'missing-file', message: '001-courses is applied, but its file is not here' },
      ]);
    } finally {
      bare.dispose();
    }
  });

  it('says so when --on may not make databases', async () => {
    const role = `makes_none_${database.parameters.database}`;
    await database.sql(`create role ${role} login password 'x'`);
    try {
      const url = urlOf({ ...serverParameters(), user: role, password: 'x' });
      const ran = await drift('--on', url);
      expect(ran.code).toBe(1);
      expect(ran.stdout).not.toContain('no drift');
      expect(ran.stderr).toContain('no throwaway database can be made on');
      expect(ran.stderr).toContain('use a role with CREATEDB');
    } finally {
      await database.sql(`drop role ${role}`);
    }
  });
});
