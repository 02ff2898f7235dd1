import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

function cruise(cwd: string): Promise<Cruise> {
  const program = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, 'src', 'bin', '--config', '.dependency-cruiser.mjs', '--output-type', 'json'];
  return new Promise((done) => {
    // With violations it exits with their number: the JSON says them.
    execFile(process.execPath, args, { cwd, maxBuffer: 256 * 1024 * 1024 }, (_, stdout) =>
      done(JSON.parse(stdout) as Cruise),
    );
  });
}

describe('the layers', () => {
  let copy: string;
  let cruised: Cruise;
  beforeAll(async () => {
    copy = realpathSync(mkdtempSync(join(tmpdir(), 'lms-db-layers-')));
    for (const path of ['src', 'bin', 'dist', 'package.json', 'tsconfig.json', '.dependency-cruiser.mjs'])
      cpSync(path, join(copy, path), { recursive: true });
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'), 'junction');
    writeFileSync(
      join(copy, 'src/core/planted.ts'),
      "import { readFileSync } from 'node:fs';\nimport { main } from '../cli/main.ts';\nimport pg from 'pg';\nexport const planted = [readFileSync, main, pg];\n",
    );
    writeFileSync(
      join(copy, 'src/operations/planted.ts'),
      "import chalk from 'chalk';\nexport const planted = chalk;\n",
    );
    writeFileSync(
      join(copy, 'src/rules/planted.ts'),
      "import { parseSync } from 'libpg-query';\nexport const planted = parseSync;\n",
    );
    cruised = await cruise(copy);
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('are looked at in every module: a tool that sees none reports success', () => {
    const seen = new Set(cruised.modules.map(({ source }) => source));
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `src/${file.replaceAll('\\', '/')}`);
    expect(files.length).toBeGreaterThan(120);
    expect(files.filter((file) => !seen.has(file))).toEqual([]);
  });

  it('hold in every file, and a planted violation of each kind is found', () => {
    const found = cruised.summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
    expect(found.filter((violation) => !violation.includes('planted')).sort()).toEqual([]);
    expect(found).toEqual(
      expect.arrayContaining([
        'src/core/planted.ts: core-imports-only-core',
        'src/core/planted.ts: pure-rooms-do-no-io',
        'src/core/planted.ts: only-backends-know-the-database-drivers',
        'src/operations/planted.ts: only-cli-knows-the-terminal',
        'src/rules/planted.ts: only-parser-loads-libpg-query',
      ]),
    );
  });
});
