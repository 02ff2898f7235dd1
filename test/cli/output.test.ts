import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, envelopeOf, lmsDb, PROGRAM } from '../support/cli.ts';
import type { Ran } from '../support/cli.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

const ESCAPE = '\u001b[';

describe('the output', () => {
  let database: PrivateDatabase;
  let project: TemporaryProject;
  let run: { cwd: string; env: Record<string, string> };
  beforeAll(async () => {
    database = await privateDatabase();
    project = temporaryProject({ 'lms-db.config.json': '{"name": "school"}' });
    project.migration('001-courses', 'create table courses (id int);', 'drop table courses;');
    project.migration('002-lessons', 'create table lessons (id int);', 'drop table lessons;');
    run = { cwd: project.root, env: { DATABASE_URL: database.url } };
  });
  afterAll(async () => {
    project.dispose();
    await database.drop();
  });

  /** Versions, times and the server differ from run to run. */
  const plain = ({ stdout }: Ran): string =>
    stdout
      .replace(/^school · \S+ \(PostgreSQL [\d.]+\)/, 'school · SERVER')
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d {3}\S+ as \S+ +[\d.]+ m?s/g, 'WHEN')
      .replace(/ +[\d.]+ m?s\b/g, ' TIME');

  it('says line by line what up did, on stdout, with nothing on stderr', async () => {
    const up = await lmsDb(['up', '--steps', '1'], run);
    expect(up.stderr).toBe('');
    expect(plain(up)).toBe(`school · SERVER · development
1 pending · from empty to 001 · 1 migration left for later

  ✓ 001 courses TIME

1 applied in TIME · 1 table, 0 enums, 0 indexes
next: lms-db verify · lms-db seed
`);
    expect(plain(await lmsDb(['status'], run))).toBe(`school · SERVER · development

  ✓ 001 courses   WHEN
  ○ 002 lessons   pending

1 applied, 1 pending
next: lms-db plan · lms-db up
`);
    const dry = await lmsDb(['up', '--dry-run'], run);
    expect(plain(dry)).toBe(`school · SERVER · development
1 pending · from 001 to 002

  ○ 002 lessons
      migrations/002-lessons.sql · 1 statement · one transaction

dry run: nothing was run
`);
    expect(await database.sql("select from pg_class where relname = 'lessons'")).toEqual([]);
    expect(plain(await lmsDb(['up'], run))).toContain('1 applied in TIME · 2 tables, 0 enums, 0 indexes\n');
    expect(plain(await lmsDb(['up'], run))).toBe(`school · SERVER · development

nothing is pending · at 002
`);
  });

  it.concurrent.each([
    [['status'], 0],
    [['plan'], 0],
    [['history'], 0],
    [['up', '--dry-run'], 0],
    [['down', '--dry-run'], 0],
    [['wait'], 0],
    [['completion', 'bash'], 0],
    [['init'], 0],
    [['new', 'one more'], 0],
    [['completion', 'tcsh'], 2],
    [['serve'], 2],
    [['reset', '--confirm'], 2],
    [['new'], 2],
    [['no-such-command'], 2],
    [[], 2],
  ] as const)('of %j as JSON is one envelope on stdout', async (args, code) => {
    // What writes files writes them elsewhere.
    const elsewhere = args[0] === 'init' || args[0] === 'new' ? temporaryProject() : undefined;
    const ran = await lmsDb([...args, '--json'], { ...run, cwd: elsewhere?.root ?? run.cwd });
    elsewhere?.dispose();
    const envelope = envelopeOf(ran);
    expect(ran.code).toBe(code);
    expect(envelope).toMatchObject({ formatVersion: 1, ok: code === 0, exitCode: code });
    expect(Object.keys(envelope).slice(0, 4)).toEqual(['formatVersion', 'command', 'ok', 'exitCode']);
    expect(envelope.error === undefined).toBe(code === 0);
    expect(ran.stdout).not.toContain(ESCAPE);
    for (const { duration } of envelope.targets) expect(Number.isInteger(duration)).toBe(true);
  });

  it('has whole milliseconds and ISO times in JSON', async () => {
    const status = envelopeOf(await lmsDb(['status', '--json'], run)).targets[0];
    expect(status?.migrations?.[0]?.appliedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const history = envelopeOf(await lmsDb(['history', '--json'], run)).targets[0];
    expect(history?.events?.[0]?.at).toMatch(/Z$/);
    const durations = JSON.stringify([status, history]).match(/"duration":[^,}]+/g) ?? [];
    expect(durations.length).toBeGreaterThan(2);
    for (const duration of durations) expect(duration).toMatch(/^"duration":\d+$/);
  });

  it('goes to several places at once', async () => {
    const json = `${project.root}/report.json`;
    const text = `${project.root}/report.txt`;
    const args = [
      'status',
      '--reporter',
      'json',
      '--reporter',
      `json:${json}`,
      '--reporter',
      `pretty:${text}`,
    ];
    const ran = await lmsDb(args, run);
    expect(ran.code).toBe(0);
    expect(readFileSync(json, 'utf8')).toBe(ran.stdout);
    expect(envelopeOf(ran).command).toBe('status');
    // A person sees on stderr what the file has.
    expect(ran.stderr).toBe(readFileSync(text, 'utf8'));
    expect(ran.stderr).toContain('2 applied, 0 pending');
    const both = await lmsDb(['status', '--reporter', 'json', '--reporter', 'pretty'], run);
    expect(both.code).toBe(2);
    expect(both.stderr).toContain('two reporters want to write to stdout');
  });

  it('is quiet on stderr when asked, and says on stdout what it has to say', async () => {
    const ran = await lmsDb(['status', '--json', '--quiet'], run);
    expect(ran.stderr).toBe('');
    expect(envelopeOf(ran).ok).toBe(true);
    const pretty = await lmsDb(['status', '--quiet'], run);
    expect(pretty.stdout).toContain('2 applied, 0 pending');
  });

  it.concurrent.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    [{ FORCE_COLOR: '1', TERM: 'dumb' }, true],
    [{ NO_COLOR: '' }, false],
  ])('in a pipe with %j has colours: %s', async (env, colours) => {
    const ran = await lmsDb(['status'], {
      cwd: run.cwd,
      env: { ...run.env, ...env },
    });
    expect(ran.stdout.includes(ESCAPE)).toBe(colours);
    expect(stripVTControlCharacters(ran.stdout)).toContain('  ✓ 001 courses');
  });

  it('into a pipe that is closed early does no harm: the run goes on to its end', async () => {
    const own = await privateDatabase();
    const many = temporaryProject();
    for (let index = 100; index < 140; index += 1)
      many.migration(`${String(index)}-step`, 'select pg_sleep(0.005);', 'select 1;');
    const env = cleanEnvironment({ DATABASE_URL: own.url });
    const command = `'${process.execPath}' '${PROGRAM}' up | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command], { cwd: many.root, env });
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n').at(-1)).toBe('0');
    const [applied] = await own.sql<{ count: string }>('select count(*) from lms_db.migrations');
    expect(applied?.count).toBe('40');
    many.dispose();
    await own.drop();
  });

  it('of a bug has a stack with places in the sources, of a user never, but for --verbose', async () => {
    const env = { DATABASE_URL: 'postgresql://app@127.0.0.1:1/lms' };
    expect((await lmsDb(['status'], { ...run, env })).stderr).not.toMatch(/^\s+at /m);
    expect((await lmsDb(['status', '--verbose'], { ...run, env })).stderr).toMatch(
      /^\s+at .*\(src\/backends\/connect\.ts:\d+:\d+\)$/m,
    );
  });
});

describe('the command line', () => {
  const project = temporaryProject();
  project.migration('001-courses', 'select 1;', 'select 1;');
  afterAll(() => project.dispose());

  it.concurrent.each([
    [['--help'], /^Usage: lms-db <command> \[options\][\s\S]*Commands:[\s\S]*Options:[\s\S]*Exit codes:/],
    [['-h'], /^Usage: lms-db <command>/],
    [['help'], /^Usage: lms-db <command>/],
    [['help', 'up'], /^Usage: lms-db up\|migrate[\s\S]*Examples:/],
    [['up', '--help'], /^Usage: lms-db up\|migrate/],
    [['help', 'rollback'], /^Usage: lms-db down\|rollback/],
    [['--help', 'up'], /^Usage: lms-db up\|migrate/],
    [['--version'], /^\d+\.\d+\.\d+\S*\n$/],
    [['-V'], /^\d+\.\d+\.\d+\S*\n$/],
    [['up', '--version'], /^\d+\.\d+\.\d+\S*\n$/],
  ])('answers %j on stdout', async (args, pattern) => {
    const ran = await lmsDb(args, { cwd: project.root });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(pattern);
  });

  it.concurrent.each([
    [['statsu'], 'there is no command "statsu"; did you mean status?'],
    [['help', 'statsu'], 'there is no command "statsu"; did you mean status?'],
    [['up', '--jsn'], "unknown option '--jsn'; did you mean --json?"],
    [['up', '--dry-rum'], "unknown option '--dry-rum'; did you mean --dry-run?"],
    [['up', '--to'], "option '--to <version>' argument missing"],
    [['completion'], "missing required argument 'shell'"],
    [['up', '--reporter', 'jsn'], 'there is no reporter "jsn"'],
    [['up', '--project', 'nope'], 'there is no project "nope"'],
  ])('says about %j what was meant', async (args, message) => {
    const ran = await lmsDb(args, { cwd: project.root });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(`error: ${message}`);
    expect(ran.stderr).toContain('\n  next: ');
    expect(ran.stderr).toMatch(/\nexit 2 · wrong usage, configuration or files\n$/);
  });

  it.concurrent.each([
    [['--json', 'migrate', '--dry-run', '--url']],
    [['--dry-run', '--json', 'up', '--url']],
    [['--to', '001', '--dry-run', '--json', 'up', '--url']],
    [['up', '--dry-run', '--json', '--url']],
  ])('takes flags anywhere: %j', async (args) => {
    const ran = await lmsDb([...args, 'postgresql://app@127.0.0.1:1/lms'], { cwd: project.root });
    // It came as far as the connection.
    expect(envelopeOf(ran)).toMatchObject({ command: 'up', exitCode: 1, error: { code: 'connection' } });
  });

  it.concurrent.each(['bash', 'zsh', 'fish'])('completes in %s', async (shell) => {
    const ran = await lmsDb(['completion', shell], { cwd: project.root });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('allow-data-loss');
    expect(ran.stdout).toContain('rollback');
    if (shell === 'fish') return;
    const check = `${ran.stdout}\nCOMP_WORDS=(lms-db down --al); COMP_CWORD=2; _lms_db; echo "\${COMPREPLY[@]}"`;
    const script = shell === 'bash' ? check : ran.stdout.replace(/^autoload.*$/m, '');
    const { stdout } = await promisify(execFile)(
      'bash',
      shell === 'bash' ? ['-c', script] : ['-n', '-c', script],
    );
    if (shell === 'bash')
      expect(stdout.trim().split(' ')).toEqual(expect.arrayContaining(['--allow-data-loss', '--all']));
  });
});
