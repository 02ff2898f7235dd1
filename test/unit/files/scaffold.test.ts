import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoriesOf } from '../../../src/core/project-files.ts';
import { scaffold } from '../../../src/files/scaffold.ts';

let root: string;
let packageRoot: string;

beforeEach(() => {
  const base = mkdtempSync(join(tmpdir(), 'lms-db-init-'));
  root = join(base, 'My Shop');
  packageRoot = join(base, 'package');
  mkdirSync(root);
});

afterEach(() => {
  rmSync(dirname(root), { recursive: true, force: true });
});

function write(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

function source() {
  write(packageRoot, {
    'migrations/lms/1-a.sql': 'CREATE TABLE t ();',
    'rollbacks/lms/1-a.sql': 'DROP TABLE t;',
    'checks/lms/structure.sql': '-- @check c\nSELECT 1;',
    'seeds/lms/reference/010-a.sql': 'SELECT 1;',
    'types/lms.ts': 'export type A = 1;',
  });
  return {
    project: 'lms',
    root: packageRoot,
    directories: directoriesOf('lms'),
    settings: { postgres: '>=15' },
  };
}

describe('scaffold', () => {
  it('makes an empty repository', () => {
    expect(scaffold({ root })).toEqual({
      written: [
        '.gitattributes',
        '.gitignore',
        'checks/.gitkeep',
        'lms-db.config.json',
        'migrations/.gitkeep',
        'rollbacks/.gitkeep',
        'seeds/development/.gitkeep',
        'seeds/reference/.gitkeep',
      ],
      extended: [],
      left: [],
    });
    expect(readFileSync(join(root, '.gitattributes'), 'utf8')).toBe('*.sql text eol=lf\n');
    expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('.lms-db/\n');
    expect(JSON.parse(readFileSync(join(root, 'lms-db.config.json'), 'utf8'))).toEqual({
      name: 'my-shop',
      postgres: '>=14',
    });
  });

  it('changes nothing the second time', () => {
    scaffold({ root });
    const again = scaffold({ root });
    expect(again.written).toEqual([]);
    expect(again.extended).toEqual([]);
    expect(again.left).toContain('lms-db.config.json');
    expect(again.left).toContain('.gitignore');
  });

  it('adds a line to what git has, and leaves every other file alone', () => {
    write(root, {
      '.gitignore': 'node_modules',
      '.gitattributes': '* text=auto eol=lf\n',
      'lms-db.config.ts': 'export default {};',
      'migrations/1-x.sql': 'SELECT 1;',
    });
    const done = scaffold({ root });
    expect(done.extended).toEqual(['.gitignore']);
    expect(done.left).toEqual(['.gitattributes', 'lms-db.config.ts', 'migrations']);
    expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('node_modules\n.lms-db/\n');
    expect(readFileSync(join(root, 'migrations/1-x.sql'), 'utf8')).toBe('SELECT 1;');
  });

  it('starts from a bundled project, without its level', () => {
    const done = scaffold({ root, from: source() });
    expect(done.written).toEqual(
      expect.arrayContaining([
        'migrations/1-a.sql',
        'rollbacks/1-a.sql',
        'checks/structure.sql',
        'seeds/reference/010-a.sql',
        'types/database.ts',
      ]),
    );
    expect(done.left).toEqual([]);
    expect(readFileSync(join(root, 'rollbacks/1-a.sql'), 'utf8')).toBe('DROP TABLE t;');
    expect(JSON.parse(readFileSync(join(root, 'lms-db.config.json'), 'utf8'))).toEqual({
      name: 'lms',
      postgres: '>=15',
    });
    expect(scaffold({ root, from: source() }).written).toEqual([]);
  });

  it('brings the page of the project along, with the paths that are true here', () => {
    const from = { ...source(), page: 'docs/databases/lms.md' };
    expect(scaffold({ root, from }).written).not.toContain('docs/database.md');
    write(packageRoot, { 'docs/databases/lms.md': 'See `checks/lms/structure.sql` of lms.\n' });
    expect(scaffold({ root, from }).written).toEqual(['docs/database.md']);
    expect(readFileSync(join(root, 'docs/database.md'), 'utf8')).toBe('See `checks/structure.sql` of lms.\n');
  });

  it('does not mix a bundled project with migrations that are there', () => {
    write(root, { 'migrations/1-mine.sql': 'SELECT 1;' });
    expect(() => scaffold({ root, from: source() })).toThrow(
      'migrations has migrations of its own, such as 1-mine.sql',
    );
    expect(readdirSync(root)).toEqual(['migrations']);
  });

  it('says that a project is not in this installation', () => {
    const from = {
      project: 'lms',
      root: packageRoot,
      directories: directoriesOf('lms'),
      settings: { postgres: '>=15' },
    };
    expect(() => scaffold({ root, from })).toThrow(
      'the project "lms" has no migrations in this installation',
    );
  });
});
