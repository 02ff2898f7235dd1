import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envelopeOf, lmsDb } from '../support/cli.ts';
import { privateDatabase, serverParameters, urlOf } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

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
    const { code, stdout } = await drift(...on());
    expect(stdout).toContain('no drift');
    expect(code).toBe(0);
    const left = await database.sql(`select from pg_database where datname like 'lms_db_throwaway_%'`);
    expect(left).toEqual([]);
  });

  it('names every object that was changed by hand, with the statement that undoes it, and exits with 8', async () => {
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
