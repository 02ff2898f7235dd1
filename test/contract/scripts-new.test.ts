import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scaffoldOf } from '../../scripts/new.ts';

const run = promisify(execFile);

/** Milliseconds for a compiler or a linter on a busy machine. */
const PATIENCE = 180_000;

const program = (name: string): string => resolve('node_modules', name);

const made = [
  'src/cli/commands/find-orphans.ts',
  'test/cli/find-orphans.test.ts',
  'src/reporters/plain-text.ts',
  'test/unit/reporters/plain-text.test.ts',
  'src/backends/tunnel.ts',
  'test/unit/backends/tunnel.test.ts',
  'src/rules/no-truncate.ts',
];
const lists = ['src/cli/command-names.ts', 'src/cli/output.ts', 'src/core/target.ts', 'src/rules/all.ts'];

describe('npm run new', () => {
  let copy: string;
  const scaffold = async (...words: string[]): Promise<string> => {
    const { stdout } = await run(
      process.execPath,
      [program('tsx/dist/cli.mjs'), 'scripts/new.ts', ...words],
      {
        cwd: copy,
      },
    );
    return stdout;
  };

  beforeAll(async () => {
    copy = realpathSync(mkdtempSync(join(tmpdir(), 'lms-db-new-')));
    for (const path of ['src', 'bin', 'scripts', 'package.json', 'tsconfig.json', 'eslint.config.js']) {
      cpSync(path, join(copy, path), { recursive: true });
    }
    cpSync('.prettierrc.json', join(copy, '.prettierrc.json'));
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'), 'junction');
    await scaffold('command', 'find-orphans');
    await scaffold('reporter', 'plain-text');
    await scaffold('backend', 'tunnel');
    await scaffold('rule', 'no-truncate');
    // The whole project has a check of its own: here only what was made, and whatever that imports.
    renameSync(join(copy, 'tsconfig.json'), join(copy, 'tsconfig.base.json'));
    const narrow = { extends: './tsconfig.base.json', include: [], files: [...made, ...lists] };
    writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(narrow));
  }, PATIENCE);
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('writes code that compiles', { timeout: PATIENCE }, async () => {
    const compiler = [program('typescript/bin/tsc'), '-p', 'tsconfig.json', '--pretty', 'false'];
    const said = await run(process.execPath, compiler, { cwd: copy }).then(
      ({ stdout }) => stdout,
      (error: unknown) => (error instanceof Error && 'stdout' in error ? error.stdout : error),
    );
    expect(said).toBe('');
  });

  it('writes code in the style of the house', { timeout: PATIENCE }, async () => {
    const lint = run(
      process.execPath,
      [program('eslint/bin/eslint.js'), '--max-warnings', '0', ...made, ...lists],
      {
        cwd: copy,
      },
    );
    const format = run(
      process.execPath,
      [program('prettier/bin/prettier.cjs'), '--check', ...made, ...lists],
      { cwd: copy },
    );
    await Promise.all([lint, format]);
  });

  it(
    'writes tests that pass on a command, a reporter and a backend that work',
    { timeout: PATIENCE },
    async () => {
      await run(process.execPath, ['scripts/build.js'], { cwd: copy });
      writeFileSync(
        join(copy, 'vitest.config.mjs'),
        "export default { test: { include: ['test/**/*.test.ts'] } };\n",
      );
      const { stdout } = await run(
        process.execPath,
        [program('vitest/vitest.mjs'), 'run', '--reporter=json', '--no-cache'],
        { cwd: copy },
      );
      expect(JSON.parse(stdout)).toMatchObject({ numTotalTests: 3, numPassedTests: 3 });
    },
  );

  it('adds what it made to the lists', () => {
    expect(readFileSync(join(copy, 'src/cli/command-names.ts'), 'utf8')).toContain(
      "'find-orphans',\n] as const",
    );
    expect(readFileSync(join(copy, 'src/cli/output.ts'), 'utf8')).toContain("'plain-text': async () =>");
    expect(readFileSync(join(copy, 'src/core/target.ts'), 'utf8')).toMatch(/BackendKind = .*\| 'tunnel';/);
  });

  it.each([
    [['command', 'up'], 'there is a command up already'],
    [['reporter', 'json'], 'there is a reporter json already'],
    [['backend', 'server'], 'there is a backend server already'],
    [['command', 'FindOrphans'], 'a name is one word of lower-case letters'],
    [['command'], 'a name is one word of lower-case letters'],
    [['rule', 'set-not-null-scan'], 'there is a rule set-not-null-scan already'],
    [['check', 'no-orphans'], 'built-in checks have no template'],
    [['page', 'x'], 'usage: npm run new -- command|reporter|backend|rule NAME'],
  ])('refuses %j', (words, message) => {
    expect(() => scaffoldOf(words)).toThrow(message);
  });
});
