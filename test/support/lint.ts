import { checksumOf } from '../../src/core/checksum.ts';
import { parseDirectives } from '../../src/core/directives.ts';
import type { Finding } from '../../src/core/finding.ts';
import { lint } from '../../src/core/lint/lint.ts';
import type { LintResult } from '../../src/core/lint/lint.ts';
import type { Example, LintSettings, Rule } from '../../src/core/lint/rule.ts';
import type { MigrationFile } from '../../src/core/migration.ts';
import { loadParser } from '../../src/parser/load-parser.ts';
import { RULES } from '../../src/rules/all.ts';

/** PostgreSQL's parser, loaded once. */
export const parser = await loadParser();

/** One migration of a test: its text, and perhaps that of its rollback. */
export interface Pair {
  readonly up: string;
  readonly down?: string | undefined;
}

/** Lints migrations 001, 002, … of these texts; all of them are looked at. */
export function lintOf(
  pairs: readonly (Pair | string)[],
  settings: Partial<LintSettings> = {},
  rules: readonly Rule[] = RULES,
  more: Partial<Parameters<typeof lint>[0]> = {},
): LintResult {
  const migrations = pairs.map((pair, index) => migrationOf(String(index + 1).padStart(3, '0'), pair));
  return lint({ migrations, rules, parser, settings: { postgres: 14, ...settings }, ...more });
}

/** The findings of migration 002 of an example, and of its rollback. */
export function findingsOfExample(example: Example, rules: readonly Rule[] = RULES): readonly Finding[] {
  const { before = 'SELECT;', up, down, postgres = 14, tenancy } = example;
  const { findings } = lintOf(
    [
      { up: before, down: 'SELECT;' },
      { up, down },
    ],
    { postgres, tenancy },
    rules,
  );
  return findings.filter(({ version }) => version === '002');
}

/** Findings as short texts: `severity rule file:line:column`. */
export function shortly(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ severity, code, place }) =>
    [severity, code, place === undefined ? '' : `${place.file}:${place.line}:${place.column}`]
      .join(' ')
      .trim(),
  );
}

function migrationOf(version: string, pair: Pair | string): MigrationFile {
  const { up, down } = typeof pair === 'string' ? { up: pair, down: undefined } : pair;
  const fileName = `${version}-file.sql`;
  const side = (
    path: string,
    text: string,
    kind: 'migration' | 'rollback',
  ): MigrationFile['rollback'] & object => {
    const { directives, faults } = parseDirectives(path, text, kind);
    if (faults.length > 0) throw new Error(faults.map(({ message }) => message).join('; '));
    return { script: { path, text, checksum: checksumOf(text) }, directives };
  };
  return {
    version,
    name: 'file',
    fileName,
    ...side(`migrations/${fileName}`, up, 'migration'),
    rollback: down === undefined ? undefined : side(`rollbacks/${fileName}`, down, 'rollback'),
  };
}
