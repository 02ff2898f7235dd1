import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/finding.ts';
import { privateDatabase } from '../support/database.ts';
import { ownUser } from '../support/throwaway.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';
import { rehearsed } from '../support/rehearsal.ts';

const codes = (findings: readonly Finding[]): readonly string[] => findings.map(({ code }) => code);

describe('rehearse', () => {
  let project: TemporaryProject;
  beforeEach(() => {
    project = temporaryProject();
    project.migration(
      '001-users',
      `create table users (id integer primary key, name text not null, nick text default 'none');`,
      'drop table users;',
    );
  });
  afterEach(() => {
    project.dispose();
  });
  const only = (version: string, rows = 0): ReturnType<typeof rehearsed> =>
    rehearsed(project.root, { versions: [version], rows });

  it('proves a migration whose rollback gives back what was there', async () => {
    project.migration(
      '002-email',
      'alter table users add column email text; create index users_email_idx on users (email);',
      'alter table users drop column email;',
    );
    const { findings, exitCode, rehearsal } = await rehearsed(project.root, { rows: 3 });
    expect(findings).toEqual([]);
    expect(exitCode).toBe(0);
    expect(rehearsal.migrations).toMatchObject([
      { version: '001', verdict: 'proven', rows: true, apart: false },
      { version: '002', verdict: 'proven', rows: true, apart: false },
    ]);
    expect(rehearsal.unfilled).toEqual([]);
  });

  it('says where a migration fails, and does not rehearse what comes after it', async () => {
    project.migration('002-email', `select 1;\nalter table user add column email text;`, 'select 1;');
    project.migration('003-more', 'create table more (id integer primary key);', 'drop table more;');
    const { findings, rehearsal } = await rehearsed(project.root);
    expect(findings).toMatchObject([
      { code: 'migration-fails', version: '002', place: { file: 'migrations/002-email.sql', line: 2 } },
    ]);
    expect(rehearsal.migrations.map(({ verdict }) => verdict)).toEqual(['proven', 'failed', 'not-run']);
  });

  it('says where a rollback fails, and goes on with the next migration', async () => {
    project.migration(
      '002-email',
      'alter table users add column email text;',
      'alter table users\n  drop column mail;',
    );
    project.migration('003-more', 'create table more (id integer primary key);', 'drop table more;');
    const { findings, rehearsal } = await rehearsed(project.root);
    expect(findings).toMatchObject([
      {
        code: 'rollback-fails',
        version: '002',
        message: expect.stringContaining(
          'column "mail" of relation "users" does not exist (42703)',
        ) as string,
        place: { file: 'rollbacks/002-email.sql', line: 2 },
      },
    ]);
    expect(rehearsal.migrations.map(({ verdict }) => verdict)).toEqual(['proven', 'failed', 'proven']);
  });

  it('runs the guards', async () => {
    project.migration(
      '002-email',
      'alter table users add column email text;',
      'alter table users drop column email;',
      `-- @check there is somebody\n-- @expect rows\nselect from users;\n`,
    );
    const { findings } = await only('002');
    expect(findings).toMatchObject([
      {
        code: 'migration-fails',
        message: expect.stringContaining('guard "there is somebody"') as string,
        place: { file: 'checks/002-email.sql' },
      },
    ]);
    expect((await only('002', 2)).findings).toHaveLength(1);
  });

  it('runs the checks of the database: a failure is a finding; a warning is none, nor is a check that is skipped', async () => {
    const check = (name: string, directive: string): string =>
      `-- @check ${name}\n-- ${directive}\n-- @expect 0\nselect 1;\n`;
    project.write(
      'checks/all.sql',
      check('warned', '@severity warning') + check('elsewhere', '@extension no-such-thing'),
    );
    expect(await only('001')).toMatchObject({ findings: [], exitCode: 0 });
    project.write('checks/more.sql', check('wrong', '@since 001'));
    const { findings, exitCode } = await only('001');
    expect(exitCode).toBe(6);
    expect(findings).toMatchObject([
      {
        code: 'check-failed',
        severity: 'error',
        message: expect.stringContaining('the check "wrong" fails: expected 0, got 1') as string,
        place: { file: 'checks/more.sql', line: 1 },
      },
    ]);
  });

  it('passes a guard whose extension is not installed', async () => {
    project.migration(
      '002-email',
      'alter table users add column email text;',
      'alter table users drop column email;',
      `-- @check there is somebody\n-- @extension no-such-thing\n-- @expect rows\nselect from users;\n`,
    );
    expect(await only('002')).toMatchObject({ findings: [], exitCode: 0 });
  });

  it('names what the rollback leaves behind, with the statement that mends it and the place', async () => {
    project.migration(
      '002-status',
      `create type status as enum ('on', 'off');\nalter table users add column status status;`,
      '-- back\nalter table users drop column status;\n',
    );
    const { findings, exitCode } = await only('002');
    expect(exitCode).toBe(6);
    expect(findings).toMatchObject([
      {
        code: 'rollback-incomplete',
        message: 'after the rollback, type status is left behind',
        hint: expect.stringMatching(/^mend it with: drop type (public\.)?status;$/i) as string,
        place: { file: 'rollbacks/002-status.sql', line: 2 },
      },
    ]);
  });

  it('takes another order of the columns for a notice', async () => {
    project.migration(
      '002-drop',
      'alter table users drop column nick;',
      `alter table users add column nick text default 'none';\nalter table users drop column name;\nalter table users add column name text not null;`,
    );
    const { findings, rehearsal, exitCode } = await only('002');
    expect(codes(findings)).toEqual(['rollback-column-order']);
    expect(findings[0]?.severity).toBe('notice');
    expect(rehearsal.migrations).toMatchObject([{ verdict: 'proven', columnOrder: true }]);
    expect(exitCode).toBe(0);
  });

  it('finds a migration that does not go up a second time', async () => {
    project.migration('002-row', `insert into users (id, name) values (1, 'first');`, 'select 1;');
    const { findings } = await only('002');
    expect(findings).toMatchObject([
      {
        code: 'not-repeatable',
        message: expect.stringContaining('users_pkey') as string,
        place: { file: 'migrations/002-row.sql', line: 1 },
      },
    ]);
  });

  it('finds a migration, and a rollback, that works on empty tables only', async () => {
    project.migration(
      '002-email',
      'alter table users add column email text not null;',
      'alter table users drop column email;',
    );
    project.migration(
      '003-drop',
      'alter table users drop column nick;',
      'alter table users add column nick text not null;',
    );
    const { findings, rehearsal } = await rehearsed(project.root, { rows: 3, versions: ['002', '003'] });
    expect(rehearsal.migrations).toMatchObject([
      { version: '002', verdict: 'failed', onlyWithoutRows: true },
      { version: '003', verdict: 'failed' },
    ]);
    expect(findings.filter(({ version }) => version === '002')).toMatchObject([
      {
        code: 'migration-fails',
        message: expect.stringContaining('the migration fails with rows present: column "email"') as string,
      },
    ]);
    expect(
      (await rehearsed(project.root, { rows: 0, versions: ['002'] })).rehearsal.migrations,
    ).toMatchObject([{ verdict: 'proven', rows: false }]);
  });

  it('says what depends on the rows that are there, and goes on with the next migration', async () => {
    project.migration(
      '002-check',
      `alter table users add constraint users_nick_check check (nick in ('red', 'blue'));`,
      'alter table users drop constraint users_nick_check;',
    );
    project.migration(
      '003-null',
      'alter table users alter column nick set not null;',
      'alter table users alter column nick drop not null;',
    );
    project.migration('004-more', 'create table more (id integer primary key);', 'drop table more;');
    const { findings, rehearsal, exitCode } = await rehearsed(project.root, { rows: 3 });
    expect(exitCode).toBe(0);
    expect(findings).toMatchObject([
      { code: 'depends-on-rows', version: '002', severity: 'warning' },
      { code: 'depends-on-rows', version: '003', message: expect.stringContaining('"nick"') as string },
    ]);
    expect(rehearsal.migrations).toMatchObject([
      { verdict: 'proven', rows: true },
      { verdict: 'proven', rows: false },
      { verdict: 'proven', rows: false },
      { verdict: 'proven', rows: true },
    ]);
  });

  it('finds values that the rollback does not give back, unless that is accepted with a reason', async () => {
    const down = `alter table users add column nick text default 'none';`;
    project.migration('002-drop', 'alter table users drop column nick;', down);
    const { findings, rehearsal } = await only('002', 3);
    expect(codes(findings)).toEqual(['rows-not-restored']);
    expect(findings[0]?.message).toContain('users.nick');
    expect(rehearsal.migrations).toMatchObject([{ verdict: 'failed', onlyWithoutRows: true }]);
    project.migration(
      '002-drop',
      '-- @allow rows-not-restored nobody has used nicknames since 2019\nalter table users drop column nick;',
      down,
    );
    expect((await only('002', 3)).rehearsal.migrations).toMatchObject([{ verdict: 'proven' }]);
  });

  it('finds rows that the rollback changes', async () => {
    project.migration(
      '002-names',
      `update users set name = lower(name) || id;`,
      `update users set name = upper(name);`,
    );
    const { findings } = await only('002', 3);
    expect(codes(findings)).toEqual(['rows-not-restored']);
    expect(findings[0]?.message).toContain('users.name');
  });

  it('rehearses files without a transaction, on a copy of the database', async () => {
    project.migration(
      '002-index',
      '-- @transaction off\ncreate index concurrently users_name_idx on users (name);',
      '-- @transaction off\ndrop index concurrently users_name_idx;',
    );
    const { findings, rehearsal } = await only('002', 2);
    expect(findings).toEqual([]);
    expect(rehearsal.migrations).toMatchObject([{ verdict: 'proven', apart: true, rows: true }]);
    project.write('rollbacks/002-index.sql', '-- @transaction off\nselect 1;');
    expect((await only('002')).findings).toMatchObject([
      { code: 'rollback-incomplete', message: 'after the rollback, index users_name_idx is left behind' },
    ]);
  });

  it('judges in transactions of their own what one transaction for everything cannot do (55P04)', async () => {
    project.migration(
      '002-mood',
      `create type mood as enum ('calm'); create table moods (mood mood not null);`,
      'drop table moods; drop type mood;',
    );
    project.migration(
      '003-sad',
      `alter type mood add value 'sad';`,
      `update moods set mood = 'calm' where mood = 'sad';
       alter table moods alter column mood type text;
       drop type mood;
       create type mood as enum ('calm');
       alter table moods alter column mood type mood using mood::mood;`,
    );
    const { findings, rehearsal } = await only('003');
    expect(findings).toEqual([]);
    expect(rehearsal.migrations).toMatchObject([{ verdict: 'proven', apart: true }]);
  });

  it('takes a migration that says it is irreversible at its word', async () => {
    project.write(
      'migrations/002-drop.sql',
      '-- @irreversible the data is gone\nalter table users drop column nick;',
    );
    const { findings, rehearsal } = await only('002', 2);
    expect(findings).toEqual([]);
    expect(rehearsal.migrations).toMatchObject([{ verdict: 'irreversible' }]);
  });

  it('forgets between the files what a session keeps', async () => {
    project.migration(
      '002-session',
      `set search_path = pg_catalog; create temporary table kept (id integer); select pg_advisory_lock(1); prepare p as select 1; create table public.t (id integer primary key);`,
      `drop table t;`,
    );
    const { findings, rehearsal } = await only('002');
    expect(findings).toEqual([]);
    expect(rehearsal.migrations).toMatchObject([{ verdict: 'proven' }]);
  });

  it('leaves no database behind on the server, whatever happens', async () => {
    const database = await privateDatabase();
    const user = await ownUser(database);
    project.migration('002-broken', 'select 1/0;', 'select 1;');
    project.migration('003-more', 'select 1;', 'select 1;');
    await rehearsed(project.root, { rows: 2 }, {}, user.parameters);
    const broken = rehearsed(project.root, { versions: ['003'] }, {}, user.parameters);
    await expect(broken).rejects.toThrow('division by zero');
    expect(await user.databases()).toEqual([]);
    await user.drop();
    await database.drop();
  });
});
