import { chmodSync, mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeText } from '../../../src/core/place.ts';
import { directoriesOf } from '../../../src/core/project-files.ts';
import type { ProjectFiles } from '../../../src/core/project-files.ts';
import { readProject } from '../../../src/files/read-project.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lms-db-files-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function pair(name: string): Record<string, string> {
  return { [`migrations/${name}.sql`]: 'CREATE TABLE t ();\n', [`rollbacks/${name}.sql`]: 'DROP TABLE t;\n' };
}

function read(): ProjectFiles {
  return readProject({ project: 'shop', root, directories: directoriesOf(undefined) });
}

function faults(): string[] {
  return read().faults.map(
    ({ code, place, message }) => `${code} ${place === undefined ? '-' : placeText(place)} ${message}`,
  );
}

describe('readProject', () => {
  it('reads migrations with their rollbacks and guards, oldest first', () => {
    write({
      ...pair('0002-b'),
      ...pair('0001-a'),
      'migrations/0003-c.sql': '-- @irreversible the rows are gone\nDROP TABLE t;\n',
      'checks/0002-b.sql': '-- @check t is empty\nSELECT * FROM t;\n',
      'checks/structure.sql': '-- @check one\n-- @expect 1\n-- @since 0002\nSELECT 1;\n',
      'migrations/README.md': 'about',
      'migrations/.gitkeep': '',
      'migrations/0001-a.sql~': '',
      'migrations/0001-a.sql.orig': '',
    });
    const files = read();
    expect(files.faults).toEqual([]);
    expect(files.migrations.map(({ fileName, name, version }) => [version, name, fileName])).toEqual([
      ['0001', 'a', '0001-a.sql'],
      ['0002', 'b', '0002-b.sql'],
      ['0003', 'c', '0003-c.sql'],
    ]);
    const [first, second, third] = files.migrations;
    expect(first?.script).toMatchObject({ path: 'migrations/0001-a.sql', text: 'CREATE TABLE t ();\n' });
    expect(first?.rollback?.script.path).toBe('rollbacks/0001-a.sql');
    expect(first?.guard).toBeUndefined();
    expect(second?.guard).toMatchObject({ path: 'checks/0002-b.sql', checks: [{ name: 't is empty' }] });
    expect(third?.rollback).toBeUndefined();
    expect(third?.directives.irreversible).toBe('the rows are gone');
    expect(files.checks).toMatchObject([{ path: 'checks/structure.sql', checks: [{ name: 'one' }] }]);
  });

  it('reads a project in folders of its own', () => {
    write({ 'migrations/lms/1-a.sql': 'SELECT 1;', 'rollbacks/lms/1-a.sql': 'SELECT 1;' });
    const files = readProject({ project: 'lms', root, directories: directoriesOf('lms') });
    expect(files.migrations[0]?.script.path).toBe('migrations/lms/1-a.sql');
    expect(files.faults).toEqual([]);
  });

  it('takes off a byte order mark and keeps CRLF as it is, with the checksum of LF', () => {
    write({ ...pair('1-a'), ...pair('2-b') });
    write({ 'migrations/1-a.sql': '\uFEFFCREATE TABLE t ();\r\n' });
    const [crlf, lf] = read().migrations;
    expect(crlf?.script.text).toBe('CREATE TABLE t ();\r\n');
    expect(crlf?.script.checksum).toBe(lf?.script.checksum);
    expect(crlf?.script.checksum).toMatch(/^[0-9a-f]{64}$/);
  });

  it('accepts a replacement character that really stands in the file', () => {
    write({ ...pair('1-a'), 'migrations/1-a.sql': "SELECT '\uFFFD';\n" });
    expect(faults()).toEqual([]);
    expect(read().migrations[0]?.script.text).toBe("SELECT '\uFFFD';\n");
  });

  it('says that there are no migrations', () => {
    expect(faults()).toEqual([`no-migrations - there is no folder migrations in ${root}`]);
  });

  it('finds nothing wrong with an empty project', () => {
    mkdirSync(join(root, 'migrations'));
    expect(read()).toEqual({ project: 'shop', migrations: [], checks: [], faults: [] });
  });

  it.each<[string, Record<string, string | Buffer>, string[]]>([
    [
      'names',
      { ...pair('0001-a'), 'migrations/courses.sql': 'SELECT 1;', 'rollbacks/courses.sql': 'SELECT 1;' },
      [
        'file-name migrations/courses.sql:1:1 migrations/courses.sql has no version in front',
        'file-name rollbacks/courses.sql:1:1 rollbacks/courses.sql has no version in front',
      ],
    ],
    [
      'two files of one version',
      { ...pair('0001-a'), ...pair('0001-b') },
      [
        'duplicate-version migrations/0001-b.sql:1:1 migrations/0001-b.sql and migrations/0001-a.sql have one version, 0001',
      ],
    ],
    [
      'versions of two widths',
      { ...pair('0001-a'), ...pair('0002-b'), ...pair('3-c') },
      [
        'mixed-width migrations/3-c.sql:1:1 migrations/3-c.sql has a version of 1 digit, migrations/0001-a.sql one of 4 digits',
      ],
    ],
    [
      'a missing rollback',
      { ...pair('1-a'), 'migrations/2-b.sql': 'SELECT 1;' },
      ['missing-rollback migrations/2-b.sql:1:1 migrations/2-b.sql has no rollback'],
    ],
    [
      'a folder of rollbacks that is missing as a whole',
      { 'migrations/1-a.sql': 'SELECT 1;', 'migrations/2-b.sql': 'SELECT 1;' },
      ['missing-rollback - there is no folder rollbacks: 2 migrations have no rollback'],
    ],
    [
      'an irreversible migration with a rollback',
      { ...pair('1-a'), 'migrations/1-a.sql': '-- x\n-- @irreversible gone\nSELECT 1;' },
      [
        'irreversible-with-rollback migrations/1-a.sql:2:4 migrations/1-a.sql says @irreversible and yet has a rollback, rollbacks/1-a.sql',
      ],
    ],
    [
      'a rollback without its migration',
      { ...pair('1-a'), 'rollbacks/2-b.sql': 'SELECT 1;' },
      ['orphan-rollback rollbacks/2-b.sql:1:1 rollbacks/2-b.sql rolls back a migration that does not exist'],
    ],
    [
      'a pair whose names differ',
      { 'migrations/1-create-users.sql': 'SELECT 1;', 'rollbacks/1-create-user.sql': 'SELECT 1;' },
      [
        'unpaired-name rollbacks/1-create-user.sql:1:1 rollbacks/1-create-user.sql has the version of migrations/1-create-users.sql, but not its name',
      ],
    ],
    [
      'a guard without its migration',
      { ...pair('1-a'), 'checks/2-b.sql': '-- @check c\nSELECT 1;' },
      ['orphan-guard checks/2-b.sql:1:1 checks/2-b.sql bears the version of a migration that does not exist'],
    ],
    [
      'requirements that cannot be met',
      {
        ...pair('01-a'),
        ...pair('02-b'),
        'migrations/01-a.sql': '-- @requires 01\n-- @requires 02 03 2\nSELECT 1;',
      },
      [
        'requires migrations/01-a.sql:1:4 @requires 01 is the migration itself',
        'requires migrations/01-a.sql:2:4 @requires 02 comes later, as migrations/02-b.sql',
        'requires migrations/01-a.sql:2:4 @requires 03: there is no such migration',
        'requires migrations/01-a.sql:2:4 @requires 2: there is no such migration',
      ],
    ],
    [
      'a range of a check that names no migration',
      { ...pair('1-a'), 'checks/c.sql': '-- @check c\n-- @since 7\nSELECT 1;' },
      ['check checks/c.sql:1:4 check "c": @since 7 is the version of no migration'],
    ],
    [
      'files without a statement',
      { ...pair('1-a'), 'migrations/1-a.sql': '-- later\n', 'rollbacks/1-a.sql': '' },
      [
        'empty-file migrations/1-a.sql:1:1 migrations/1-a.sql has no statement',
        'empty-file rollbacks/1-a.sql:1:1 rollbacks/1-a.sql has no statement',
      ],
    ],
    [
      'names that look like SQL and are not read',
      {
        ...pair('1-a'),
        'migrations/2-b.SQL': 'x',
        'migrations/3-c.sql.txt': 'x',
        'migrations/old/9-z.sql': 'x',
      },
      [
        'ignored-file migrations/2-b.SQL:1:1 migrations/2-b.SQL is not read: its name does not end in .sql',
        'ignored-file migrations/3-c.sql.txt:1:1 migrations/3-c.sql.txt is not read: its name does not end in .sql',
        'ignored-folder migrations/old:1:1 migrations/old is a folder: the files in it are not read',
      ],
    ],
    [
      'bytes that are no text',
      { ...pair('1-a'), 'migrations/1-a.sql': Buffer.from("SELECT 'caf\xe9';\n", 'latin1') },
      ['not-utf8 migrations/1-a.sql:1:12 byte 0xE9 on line 1, column 12 is not UTF-8'],
    ],
    [
      'a NUL byte',
      { ...pair('1-a'), 'migrations/1-a.sql': 'SELECT 1;\n\0' },
      ['nul-byte migrations/1-a.sql:2:1 the file holds a NUL byte: PostgreSQL would read nothing after it'],
    ],
  ])('finds %s', (_, files, expected) => {
    write(files);
    expect(faults()).toEqual(expected);
  });

  it('finds the faults of all files at once, by file and line', () => {
    write({
      'migrations/1-a.sql': "-- @rsik low x\nSELECT 'open;\n",
      'rollbacks/1-a.sql': '-- @irreversible x\nCOMMIT;\n',
      'checks/1-a.sql': '-- nothing\n',
    });
    const found = read().faults;
    expect(found.map(({ code, place }) => [code, place?.file, place?.line])).toEqual([
      ['check', 'checks/1-a.sql', 1],
      ['directive', 'migrations/1-a.sql', 1],
      ['unterminated', 'migrations/1-a.sql', 2],
      ['directive', 'rollbacks/1-a.sql', 1],
      ['transaction-control', 'rollbacks/1-a.sql', 2],
    ]);
    expect(found.every(({ severity, exitCode }) => severity === 'error' && exitCode === 2)).toBe(true);
  });

  it('names the file to write for a missing rollback', () => {
    write({ ...pair('1-a'), 'migrations/2-b.sql': 'SELECT 1;' });
    expect(read().faults[0]?.hint).toBe(
      'write rollbacks/2-b.sql, or say `-- @irreversible why` at the top of the migration; `lms-db new` makes both files',
    );
  });

  it('says that a link leads nowhere, and that a folder is no file', () => {
    write(pair('1-a'));
    symlinkSync(join(root, 'nothing'), join(root, 'migrations/2-b.sql'));
    mkdirSync(join(root, 'rollbacks/2-b.sql'));
    expect(faults()).toEqual([
      'unreadable migrations/2-b.sql:1:1 migrations/2-b.sql cannot be read: it is a symbolic link to nothing',
      'unreadable rollbacks/2-b.sql:1:1 rollbacks/2-b.sql cannot be read: it is a folder',
    ]);
  });

  it.skipIf(process.getuid?.() === 0)('says that a file may not be read', () => {
    write(pair('1-a'));
    chmodSync(join(root, 'migrations/1-a.sql'), 0);
    expect(faults()).toEqual([
      'unreadable migrations/1-a.sql:1:1 migrations/1-a.sql cannot be read: permission denied',
    ]);
  });
});
