import { checksumOf, tokenChecksumOf } from '../../src/core/checksum.ts';
import { parseDirectives } from '../../src/core/directives.ts';
import { parseChecks } from '../../src/core/check-file.ts';
import type { AppliedMigration, HistoryState, StatementRecord } from '../../src/core/history.ts';
import type { MigrationFile, Script } from '../../src/core/migration.ts';
import { parseFileName } from '../../src/core/version.ts';

/** The texts of one migration; `undefined` for a file that does not exist. */
export interface Texts {
  readonly up?: string;
  readonly down?: string | undefined;
  readonly guard?: string;
}

/** A migration as its files tell it, made from texts instead of files: `file('0001-create-a')`. */
export function file(stem: string, texts: Texts = {}): MigrationFile {
  const { value } = parseFileName(`${stem}.sql`);
  if (value === undefined) throw new Error(`${stem} is no name of a migration`);
  const script = (folder: string, text: string): Script => ({
    path: `${folder}/${stem}.sql`,
    text,
    checksum: checksumOf(text),
  });
  const up = script('migrations', texts.up ?? `create table "${value.name}" ();`);
  const down = 'down' in texts ? texts.down : `drop table "${value.name}";`;
  const rollback = down === undefined ? undefined : script('rollbacks', down);
  const guard = texts.guard === undefined ? undefined : script('checks', texts.guard);
  return {
    version: value.version,
    name: value.name,
    fileName: `${stem}.sql`,
    script: up,
    directives: parseDirectives(up.path, up.text, 'migration').directives,
    rollback: rollback && {
      script: rollback,
      directives: parseDirectives(rollback.path, rollback.text, 'rollback').directives,
    },
    guard: guard && { ...guard, checks: parseChecks(guard.path, guard.text).checks },
  };
}

/** How the history remembers a migration that was applied from these texts. */
export function appliedOf(migration: MigrationFile, order: number): AppliedMigration {
  const { script, rollback, guard } = migration;
  return {
    version: migration.version,
    name: migration.name,
    order,
    checksums: {
      migration: script.checksum,
      migrationTokens: tokenChecksumOf(script.text),
      rollback: rollback?.script.checksum,
      rollbackTokens: rollback && tokenChecksumOf(rollback.script.text),
      guard: guard?.checksum,
      guardTokens: guard && tokenChecksumOf(guard.text),
    },
    irreversible: migration.directives.irreversible,
    appliedAt: new Date('2025-11-03T00:00:00Z'),
    appliedBy: 'tester@test',
    duration: 1,
  };
}

/** What the history remembers when these were applied, in this order. */
export function stateOf(
  applied: readonly MigrationFile[],
  statements: readonly StatementRecord[] = [],
): HistoryState {
  return {
    installed: applied.length > 0,
    applied: applied.map((migration, index) => appliedOf(migration, index + 1)),
    statements,
  };
}

/** A statement of a file without a transaction that an interruption left behind. */
export function leftover(version: string, direction: 'up' | 'down'): StatementRecord {
  return { version, direction, ordinal: 1, checksum: 'x', state: 'started' };
}
