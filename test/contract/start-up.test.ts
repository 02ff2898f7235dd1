import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cleanEnvironment, PROGRAM } from '../support/cli.ts';
import { temporaryProject } from '../support/project.ts';

/** Words that stand in the code of a library and nowhere else: the bundle has no file names of theirs. */
const MARKS = {
  commander: 'commander.unknownOption',
  pg: 'authenticationSASLContinue',
  chalk: 'bgCyanBright',
  ora: 'simpleDotsScrolling',
} as const;

type Library = keyof typeof MARKS;

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

/** The libraries, and the files of ours, that a command line loads: V8 itself writes down which scripts it ran. */
async function loadedBy(
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<{ readonly libraries: readonly Library[]; readonly files: readonly string[] }> {
  const coverage = realpathSync(mkdtempSync(join(tmpdir(), 'lms-db-loaded-')));
  try {
    await promisify(execFile)(process.execPath, [PROGRAM, ...args], {
      cwd,
      env: cleanEnvironment({ NODE_V8_COVERAGE: coverage, ...env }),
    }).catch(() => undefined);
    const files = readdirSync(coverage)
      .flatMap((file) => (JSON.parse(readFileSync(join(coverage, file), 'utf8')) as Coverage).result)
      .filter(({ url }) => url.startsWith('file:'))
      .map(({ url }) => fileURLToPath(url));
    const texts = files.map((file) => readFileSync(file, 'utf8'));
    const libraries = (Object.keys(MARKS) as Library[]).filter((name) =>
      texts.some((text) => text.includes(MARKS[name])),
    );
    return { libraries, files };
  } finally {
    rmSync(coverage, { recursive: true, force: true });
  }
}

describe('start-up', () => {
  const project = temporaryProject();
  project.migration('001-courses', 'select 1;', 'select 1;');

  it('loads for --version the entry and nothing else', async () => {
    const { files, libraries } = await loadedBy(['--version'], project.root);
    expect(files.filter((file) => !file.includes(join('bin', 'lms-db.js'))).length).toBeLessThan(5);
    expect(libraries).toEqual([]);
  });

  it('loads for the help of a command that command alone', async () => {
    const { files, libraries } = await loadedBy(['status', '--help'], project.root);
    expect(libraries).toEqual(['commander']);
    expect(files.filter((file) => /[\\/](down|serve|init|new|reset|up)-\w+\.js$/.test(file))).toEqual([]);
    expect(files.some((file) => /[\\/]status-\w+\.js$/.test(file))).toBe(true);
  });

  it('loads the driver only for a command that connects, and what decorates only on a terminal', async () => {
    const env = { DATABASE_URL: 'postgresql://app@127.0.0.1:1/lms' };
    expect((await loadedBy(['status'], project.root, env)).libraries).toEqual(['commander', 'pg']);
    const coloured = await loadedBy(['status'], project.root, { ...env, FORCE_COLOR: '1' });
    expect(coloured.libraries).toEqual(['commander', 'pg', 'chalk']);
    const faulty = temporaryProject({ 'migrations/001-no-way-back.sql': 'select 1;' });
    expect((await loadedBy(['new', 'x'], faulty.root)).libraries).toEqual(['commander']);
    faulty.dispose();
    project.dispose();
  });
});
