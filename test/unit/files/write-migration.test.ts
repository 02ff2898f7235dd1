import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { directoriesOf } from '../../../src/core/project-files.ts';
import { readProject } from '../../../src/files/read-project.ts';
import { newMigration } from '../../../src/files/write-migration.ts';
import type { NewMigration } from '../../../src/files/write-migration.ts';

const directories = directoriesOf(undefined);
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lms-db-new-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function existing(...fileNames: string[]): void {
  for (const directory of ['migrations', 'rollbacks']) {
    mkdirSync(join(root, directory), { recursive: true });
    for (const fileName of fileNames) writeFileSync(join(root, directory, fileName), 'SELECT 1;\n');
  }
}

function make(description: string, numbering?: 'number'): NewMigration {
  return newMigration({
    root,
    directories,
    description,
    now: new Date('2026-11-20T10:30:00.500Z'),
    numbering,
  });
}

describe('newMigration', () => {
  it('writes both files, which have no fault but that they are empty', () => {
    const made = make('Add course search');
    expect(made).toEqual({
      version: '20261120103000',
      name: 'add-course-search',
      migration: 'migrations/20261120103000-add-course-search.sql',
      rollback: 'rollbacks/20261120103000-add-course-search.sql',
    });
    expect(readFileSync(join(root, made.migration), 'utf8')).toMatch(/^-- Add course search: /);
    expect(readFileSync(join(root, made.rollback), 'utf8')).toMatch(/^-- Takes back: add course search\n/);
    const { faults } = readProject({ project: 'x', root, directories });
    expect(faults.map(({ code }) => code)).toEqual(['empty-file', 'empty-file']);
  });

  it.each([
    ['20261120102959-a.sql', '20261120103000'],
    ['20261120103000-a.sql', '20261120103001'],
    ['20271231235959-a.sql', '20280101000000'],
    ['20271103000059-a.sql', '20271103000100'],
    ['20271103000077-a.sql', '20271103000118'],
    ['0007_a.sql', '0008'],
    ['099-a.sql', '100'],
  ])('is newer than %s: %s', (fileName, version) => {
    existing(fileName);
    expect(make('b').version).toBe(version);
  });

  it('goes on with numbers and underscores where the project has them', () => {
    existing('001_create_courses.sql', '002_create_lessons.sql');
    expect(make('add tags').migration).toBe('migrations/003_add_tags.sql');
  });

  it('starts with numbers when asked to', () => {
    expect(make('first', 'number').migration).toBe('migrations/0001-first.sql');
  });

  it.each([
    ['  Add   Course/Search!  ', 'add-course-search'],
    ['addCourseSearch', 'add-course-search'],
    ['Größe des Cafés', 'grosse-des-cafes'],
    ["the user's rôle", 'the-users-role'],
    ['create-courses.sql', 'create-courses'],
    ['../../etc/passwd', 'etc-passwd'],
    ['과정 추가', '과정-추가'],
  ])('makes a name of %j', (description, name) => {
    expect(make(description).name).toBe(name);
  });

  it.each([
    ['!!!', '"!!!" has no letter or digit to name a migration by'],
    ['x'.repeat(101), 'the name of the migration has 101 characters; 100 is the most'],
  ])('refuses %j', (description, message) => {
    expect(() => make(description)).toThrow(message);
    expect(() => make(description)).toThrow(UsageError);
    expect(existsSync(join(root, 'migrations'))).toBe(false);
  });

  it('refuses a version that has no digit left', () => {
    existing('999-a.sql');
    expect(() => make('b')).toThrow('the versions have 3 digits, and 999 is the last of them');
  });

  it('puts a comment of several lines into one', () => {
    const made = make('first\nDROP TABLE users;');
    expect(readFileSync(join(root, made.migration), 'utf8')).toMatch(/^-- First DROP TABLE users;: /);
  });

  it('leaves nothing behind when the second file cannot be written', () => {
    mkdirSync(join(root, 'migrations'));
    writeFileSync(join(root, 'rollbacks'), 'a file where a folder should be');
    expect(() => make('b')).toThrow(UsageError);
    expect(readdirSync(join(root, 'migrations'))).toEqual([]);
  });
});
