import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { command as down } from '../../src/cli/commands/down.ts';
import { command as init } from '../../src/cli/commands/init.ts';
import { command as serve } from '../../src/cli/commands/serve.ts';
import { command as status } from '../../src/cli/commands/status.ts';
import { command as up } from '../../src/cli/commands/up.ts';
import { cleanEnvironment, PROGRAM } from '../support/cli.ts';
import { temporaryProject } from '../support/project.ts';

/** Words that stand in the code of a library inside the program, and nowhere else in it. */
const MARKS = { commander: 'commander.unknownOption', pg: 'authenticationSASLContinue' } as const;

/** Libraries in files of their own. */
const APART = ['chalk', 'kysely', 'ora', 'types-engine'] as const;

/** What stands in front of the program's source when it runs from what was compiled: scripts/program.js. */
const WRAPPER = '(function (exports, require, module, __filename, __dirname) {';

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly {
        readonly startOffset: number;
        readonly endOffset: number;
        readonly count: number;
      }[];
    }[];
  }[];
}

/** What a command line loaded: V8 itself writes down which scripts, and which functions of them, it ran. */
interface Loaded {
  readonly libraries: readonly string[];
  readonly files: readonly string[];
  /** Whether the code around these words has run. */
  readonly ran: (words: string) => boolean;
}

async function loadedBy(
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<Loaded> {
  const coverage = realpathSync(mkdtempSync(join(tmpdir(), 'lms-db-loaded-')));
  try {
    await promisify(execFile)(process.execPath, [PROGRAM, ...args], {
      cwd,
      env: cleanEnvironment({ NODE_V8_COVERAGE: coverage, ...env }),
    }).catch(() => undefined);
    const scripts = readdirSync(coverage)
      .flatMap((file) => (JSON.parse(readFileSync(join(coverage, file), 'utf8')) as Coverage).result)
      .map((script) => ({ ...script, path: pathOf(script.url) }))
      .filter(({ path }) => isAbsolute(path))
      .map((script) => {
        const text = readFileSync(script.path, 'utf8');
        const wrapped = (script.functions[0]?.ranges[0]?.endOffset ?? 0) > text.length;
        return { ...script, text: wrapped ? WRAPPER + text : text };
      });
    const ran = (words: string): boolean =>
      scripts.some(({ text, functions }) => {
        const at = text.indexOf(words);
        // The script itself, the wrapper of its module, and then the module of the library or file.
        const around = functions
          .flatMap(({ ranges: [whole] }) => whole ?? [])
          .filter(({ startOffset, endOffset }) => startOffset <= at && at < endOffset)
          .sort((left, right) => left.startOffset - right.startOffset || right.endOffset - left.endOffset);
        return at !== -1 && (around[2]?.count ?? 0) > 0;
      });
    const paths = scripts.map(({ path }) => path.split(sep).join('/'));
    const libraries = [
      ...Object.entries(MARKS).flatMap(([name, mark]) => (ran(mark) ? [name] : [])),
      ...APART.filter((name) => paths.some((path) => new RegExp(`/dist/lib/${name}\\.c?js$`).test(path))),
    ];
    return { libraries, files: scripts.map(({ path }) => path), ran };
  } finally {
    rmSync(coverage, { recursive: true, force: true });
  }
}

function pathOf(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
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
    const { libraries, ran } = await loadedBy(['status', '--help'], project.root);
    expect(libraries).toEqual(['commander']);
    expect(ran(status.summary)).toBe(true);
    for (const { summary } of [down, init, serve, up]) expect(ran(summary)).toBe(false);
  });

  it("loads PostgreSQL's parser only for what looks into SQL", async () => {
    const own = temporaryProject();
    own.migration('001-courses', 'select 1;', 'select 1;');
    const hasParser = ({ files }: { readonly files: readonly string[] }): boolean =>
      files.some((file) => file.includes(join('node_modules', 'libpg-query')));
    expect(hasParser(await loadedBy(['lint'], own.root))).toBe(true);
    expect(hasParser(await loadedBy(['lint', '--explain', 'add-exclusion'], own.root))).toBe(false);
    expect(hasParser(await loadedBy(['lint', '--help'], own.root))).toBe(false);
    expect(hasParser(await loadedBy(['new', 'y'], own.root))).toBe(false);
    expect((await loadedBy(['lint'], own.root)).libraries).toEqual(['commander']);
    own.dispose();
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
