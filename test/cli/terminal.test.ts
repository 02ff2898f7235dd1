import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, PROGRAM } from '../support/cli.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';

const hasScript = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

// eslint-disable-next-line no-control-regex -- colours and cursor movements are made of them
const CONTROL_SEQUENCE = /\u001b\[[\d;?]*[A-Za-z]/g;

/** A program in a terminal of its own: what it shows, and keys to press when something is there. */
class Terminal {
  #shown = '';
  readonly #child;
  readonly ended: Promise<number | null>;

  constructor(args: readonly string[], { cwd, env }: { cwd: string; env: Record<string, string> }) {
    const command = [process.execPath, PROGRAM, ...args].map((word) => `'${word}'`).join(' ');
    this.#child = spawn('script', ['-qec', `stty cols 100 rows 40; exec ${command}`, '/dev/null'], {
      cwd,
      env: cleanEnvironment({ TERM: 'xterm-256color', ...env }),
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#shown += text));
    this.ended = new Promise((resolve) => this.#child.on('close', (code) => resolve(code)));
  }

  /** Everything that was written, escape sequences too. */
  get raw(): string {
    return this.#shown;
  }

  /** Without colours. */
  get text(): string {
    return this.#shown.replace(CONTROL_SEQUENCE, '').replaceAll('\r', '');
  }

  async shows(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) {
      const over = await Promise.race([
        this.ended.then(() => true),
        new Promise<false>((resolve) => this.#child.stdout.once('data', () => resolve(false))),
      ]);
      if (over && !pattern.test(this.text))
        throw new Error(`it never showed ${String(pattern)}:\n${this.text}`);
    }
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }
}

describe.skipIf(!hasScript)('in a terminal (skipped where util-linux has no `script`)', () => {
  let database: PrivateDatabase;
  let project: TemporaryProject;
  let run: { cwd: string; env: Record<string, string> };
  beforeAll(async () => {
    database = await privateDatabase();
    project = temporaryProject({ 'lms-db.config.json': '{"name": "school", "environment": "production"}' });
    project.migration(
      '001-courses',
      'create table courses (id int); insert into courses values (1);',
      'drop table courses;',
    );
    run = { cwd: project.root, env: { DATABASE_URL: database.url } };
  });
  afterAll(async () => {
    project.dispose();
    await database.drop();
  });

  it('has colours, asks for what it needs, and takes no for an answer', async () => {
    const up = new Terminal(['up'], run);
    expect(await up.ended).toBe(0);
    expect(up.raw).toContain('\u001b[32m✓\u001b[39m 001 courses');

    const no = new Terminal(['down'], run);
    await no.shows(/Type the name of the database to go on: $/);
    expect(no.text).toContain('this destroys data:\n    courses   1 row\n');
    no.type('another\r');
    expect(await no.ended).toBe(10);
    expect(no.text).toContain(`error: "another" is not "${database.parameters.database}"; nothing was run`);

    const interrupted = new Terminal(['down'], run);
    await interrupted.shows(/Type the name of the database to go on: $/);
    interrupted.type('\u0003');
    expect(await interrupted.ended).toBe(130);

    const closed = new Terminal(['down'], run);
    await closed.shows(/Type the name of the database to go on: $/);
    closed.type('\u0004');
    expect(await closed.ended).toBe(10);
    expect(closed.text).toContain('error: no answer; nothing was run');

    const yes = new Terminal(['down'], run);
    await yes.shows(/Type the name of the database to go on: $/);
    yes.type(`${database.parameters.database}\r`);
    await yes.shows(/Type yes to destroy it: $/);
    yes.type('yes\r');
    expect(await yes.ended).toBe(0);
    expect(yes.text).toMatch(/Type yes to destroy it: yes\n/);
    expect(yes.text).toContain('1 rolled back in ');
  });

  it('is without colours where NO_COLOR is set', async () => {
    const status = new Terminal(['status'], { ...run, env: { ...run.env, NO_COLOR: '1' } });
    expect(await status.ended).toBe(0);
    expect(status.raw).not.toContain('\u001b[3');
  });

  it('turns while a lock is waited for, names the holder, and leaves a clean screen after Ctrl-C', async () => {
    expect(await new Terminal(['up'], run).ended).toBe(0);
    await database.sql('create table lessons (id int)');
    const reader = await database.client();
    await reader.query('begin; select * from lessons');
    project.migration(
      '002-search',
      'alter table lessons add column search text;',
      'alter table lessons drop column search;',
    );
    const up = new Terminal(['up', '--lock-timeout', '60s', '--lock-attempts', '1'], run);
    await up.shows(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] 002 search {3}waiting for a lock on lessons/);
    await up.shows(/held by pid \d+ · test · /);
    up.type('\u0003');
    expect(await up.ended).toBe(130);
    await reader.query('rollback');
    const after = up.text.slice(up.text.indexOf('ending: what runs'));
    expect(after).toContain('ending: what runs is cancelled and rolled back; Ctrl-C again stops at once');
    expect(after).toContain('✗ 002 search');
    expect(after).toContain('interrupted: rolled back, nothing of it remains');
    // The cursor was never hidden, so nothing has to bring it back.
    expect(up.raw).not.toContain('\u001b[?25l');
    expect(up.text).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏][^\n]*\n[^]*exit 130[^]*[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
  });
});
