import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { errorsOf } from '../../src/core/finding.ts';
import { readProject } from '../../src/files/read-project.ts';

const config = await loadConfig({ cwd: process.cwd(), env: {}, flags: {} });

describe('the bundled projects', () => {
  it('are those of lms-db.config.json, and lms is the default one', () => {
    const written = JSON.parse(readFileSync('lms-db.config.json', 'utf8')) as { readonly projects: object };
    expect(config.projects.map(({ name }) => name)).toEqual(Object.keys(written.projects));
    expect(config.defaultProject).toBe('lms');
  });

  it.each(config.projects)(
    '$name lies on disk, without a fault, and goes down as it goes up',
    ({ name, directories }) => {
      const { migrations, faults } = readProject({ project: name, root: process.cwd(), directories });
      expect(errorsOf(faults)).toEqual([]);
      expect(migrations.length).toBeGreaterThan(0);
      for (const { fileName, rollback, directives } of migrations) {
        expect(rollback !== undefined || directives.irreversible !== undefined, fileName).toBe(true);
      }
    },
  );
});

describe('the package', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly files: readonly string[];
    readonly bin: Readonly<Record<string, string>>;
    readonly dependencies: Readonly<Record<string, string>>;
  };

  it('has what runs and what a user starts from, and nothing else', () => {
    expect(manifest.files).toEqual(
      expect.arrayContaining(['bin', 'dist', 'migrations', 'rollbacks', 'checks', 'lms-db.config.json']),
    );
    expect(manifest.files.filter((path) => /^(src|test|scripts|bench|node_modules)/.test(path))).toEqual([]);
  });

  it('has a program that checks the version of Node itself', () => {
    expect(manifest.bin).toEqual({ 'lms-db': 'bin/lms-db.js' });
    expect(existsSync('bin/lms-db.js')).toBe(true);
    expect(readFileSync('bin/lms-db.js', 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
