import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envelopeOf, lmsDb } from '../support/cli.ts';
import type { Ran } from '../support/cli.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

const TABLE = 'CREATE TABLE courses (\n  id bigint PRIMARY KEY,\n  title text\n);\n';
const INDEX = '-- Пошук за назвою\nCREATE INDEX courses_title ON courses (title);\n';

describe('lms-db lint', () => {
  let project: TemporaryProject;
  const run = (...args: string[]): Promise<Ran> => lmsDb(['lint', ...args], { cwd: project.root });

  beforeAll(() => {
    project = temporaryProject();
    project.migration('001-courses', TABLE, 'DROP TABLE courses;\n');
    project.migration(
      '002-title',
      INDEX,
      'DROP INDEX CONCURRENTLY courses_title;\n'.replace('CONCURRENTLY ', ''),
    );
  });
  afterAll(() => project.dispose());

  it('needs no database, shows each finding at its line, and exits 9', async () => {
    const { code, stdout, stderr } = await run();
    expect(code).toBe(9);
    expect(stderr).toContain('exit 9 · lint errors');
    expect(stdout).toContain(
      [
        'migrations/002-title.sql:2:1  ✗ error  index-create-blocking',
        '  2 │ CREATE INDEX courses_title ON courses (title);',
        '    │ ▲',
        '  CREATE INDEX courses_title on courses builds an index from all of courses under SHARE: nobody can write meanwhile',
        '  next: write CREATE INDEX CONCURRENTLY in a file of its own with "-- @transaction off"',
      ].join('\n'),
    );
    expect(stdout).toMatch(/1 error, 1 warning · 4 files, 4 statements, \d+ rules/);
  });

  it('looks at named files and folders alone', async () => {
    const clean = await run('migrations/001-courses.sql');
    expect(clean.stdout).toMatch(/^✓ nothing found: 1 file, 1 statement/m);
    expect(clean.code).toBe(0);
    expect((await run('rollbacks')).code).toBe(0);
    expect((await run('rollbacks', '--strict')).code).toBe(9);
    expect((await run('migrations', '--json')).code).toBe(9);
  });

  it("looks at a draft that is not the project's yet", async () => {
    project.write('draft.sql', 'ALTER TABLE courses ALTER COLUMN title SET NOT NULL;\n');
    const { findings } = envelopeOf(await run('draft.sql', '--json'));
    expect(findings.map(({ code }) => code)).toEqual(['set-not-null-scan']);
  });

  it('refuses a file that is not there', async () => {
    const ran = await run('migrations/003-nothing.sql');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('there is no file migrations/003-nothing.sql');
  });

  it('takes what comes after --since for new', async () => {
    expect((await run('--since', '001')).code).toBe(9);
    const later = await run('--since', '002');
    expect(later.code).toBe(0);
    expect(later.stdout).toContain('0 files');
    // Both go out together: nobody uses the table yet.
    expect((await run('--since', '000')).code).toBe(0);
  });

  it('lists the rules, and explains one', async () => {
    const rules = await run('--rules');
    expect(rules.code).toBe(0);
    expect(rules.stdout).toMatch(/^ {2}index-create-blocking +error +CREATE INDEX that blocks writes$/m);
    const explained = await run('--explain', 'set-not-null-scan');
    expect(explained.stdout).toContain('bad:');
    expect(explained.stdout).toContain('-- @allow set-not-null-scan why');
    const unknown = await run('--explain', 'set-not-nul-scan');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('did you mean set-not-null-scan?');
  });

  it('reports in every form', async () => {
    const envelope = envelopeOf(await run('--json'));
    expect(envelope).toMatchObject({
      command: 'lint',
      ok: false,
      exitCode: 9,
      lint: { files: 4, statements: 4 },
    });
    expect(envelope.findings[0]).toMatchObject({
      code: 'index-create-blocking',
      severity: 'error',
      place: { file: 'migrations/002-title.sql', line: 2, column: 1 },
      version: '002',
      snippet: [{ line: 2, text: 'CREATE INDEX courses_title ON courses (title);' }],
    });
    const github = await run('--reporter', 'github');
    expect(github.stdout).toContain(
      '::error file=migrations/002-title.sql,line=2,col=1,title=index-create-blocking::',
    );
    const junit = await run('--reporter', 'junit');
    expect(junit.stdout).toContain('<failure');
    const sarif = JSON.parse((await run('--reporter', 'sarif')).stdout) as {
      runs: { results: { ruleId: string }[] }[];
    };
    expect(sarif.runs[0]?.results.map(({ ruleId }) => ruleId)).toContain('index-create-blocking');
  });

  it('says the faults of the files too, and nothing twice', async () => {
    const faulty = temporaryProject();
    faulty.migration('001-a', "\\connect other\nSELECT 'never closed;\n", 'SELECT;\n');
    const ran = await lmsDb(['lint', '--json'], { cwd: faulty.root });
    expect(envelopeOf(ran).findings.map(({ code }) => code)).toEqual(['psql-meta-command', 'unterminated']);
    expect(ran.code).toBe(2);
    faulty.dispose();
  });

  describe('--changed-from', () => {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: project.root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });

    it('says so outside a repository', async () => {
      const ran = await run('--changed-from', 'main');
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain('this folder is in no git repository');
    });

    it('looks at what a branch changed and added, committed or not', async () => {
      git('init', '-q', '-b', 'main');
      git('add', '.');
      git('commit', '-q', '-m', 'one');
      expect((await run('--changed-from', 'main')).stdout).toContain('0 files');
      project.migration(
        '003-lessons',
        'CREATE TABLE lessons (id bigint PRIMARY KEY);\n',
        'DROP TABLE lessons;\n',
      );
      project.migration(
        '004-index',
        'CREATE INDEX lessons_id ON lessons (id);\n',
        'DROP INDEX lessons_id;\n',
      );
      // The table is as new as the index.
      const fresh = await run('--changed-from', 'main', '--json');
      expect(envelopeOf(fresh)).toMatchObject({ ok: true, lint: { files: 4 } });
      project.write('migrations/002-title.sql', `${INDEX}-- changed\n`);
      const changed = envelopeOf(await run('--changed-from', 'main', '--json'));
      const errors = changed.findings.filter(({ severity }) => severity === 'error');
      expect(errors.map(({ code }) => code)).toEqual(['index-create-blocking']);
    });

    it('says when git knows no such commit', async () => {
      const ran = await run('--changed-from', 'nowhere');
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain('git knows no commit "nowhere"');
    });

    it('says when there is no git', async () => {
      const ran = await lmsDb(['lint', '--changed-from', 'main'], {
        cwd: project.root,
        env: { PATH: project.root },
      });
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain('git, which is not installed');
    });
  });
});
