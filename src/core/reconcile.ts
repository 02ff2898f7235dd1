import { EXIT } from './finding.ts';
import type { Finding } from './finding.ts';
import type { AppliedMigration, HistoryState } from './history.ts';
import { compareVersions } from './migration.ts';
import type { MigrationFile, Script } from './migration.ts';

/** What is allowed to differ. */
export interface ReconcilePolicy {
  /** `--allow-out-of-order`: a pending migration older than the newest applied one is run, and only noticed. */
  readonly allowOutOfOrder?: boolean | undefined;
  /** SHA-256 over the tokens of a text; asked for only where the text differs. */
  readonly tokenChecksumOf: (text: string) => string;
}

/** Compares the files with the history: every disagreement is a named finding, nothing is skipped in silence. */
export function reconcile(
  files: readonly MigrationFile[],
  state: HistoryState,
  policy: ReconcilePolicy,
): readonly Finding[] {
  const byVersion = new Map(files.map((file) => [file.version, file]));
  const findings: Finding[] = [];
  const applied = new Set(state.applied.map((migration) => migration.version));
  const pending = new Set(files.filter((file) => !applied.has(file.version)));
  let newest: AppliedMigration | undefined;
  for (const migration of state.applied) {
    const file = byVersion.get(migration.version);
    if (file !== undefined) findings.push(...differences(file, migration, policy));
    else {
      // A file with the same text under another version: it is not pending, it was renamed.
      const twin = [...pending].find(({ script }) => script.checksum === migration.checksums.migration);
      if (twin !== undefined) pending.delete(twin);
      findings.push(twin === undefined ? missing(migration) : renamed(migration, twin));
    }
    if (newest === undefined || compareVersions(migration.version, newest.version) > 0) newest = migration;
  }
  for (const file of pending) {
    if (newest !== undefined && compareVersions(file.version, newest.version) < 0) {
      findings.push(outOfOrder(file, newest, policy));
    }
  }
  return findings;
}

function renamed(migration: AppliedMigration, twin: MigrationFile): Finding {
  return {
    code: 'renamed',
    severity: 'error',
    exitCode: EXIT.mismatch,
    version: migration.version,
    place: { file: twin.script.path, line: 1, column: 1 },
    message: `${migration.version}-${migration.name} was renamed to ${twin.fileName} after it was applied`,
    hint: 'give the file its old name back: its version is what the database remembers',
  };
}

function missing(migration: AppliedMigration): Finding {
  return {
    code: 'missing-file',
    severity: 'error',
    exitCode: EXIT.mismatch,
    version: migration.version,
    message: `${migration.version}-${migration.name} is applied, but its file is not here`,
    hint: 'restore the file, or check out the branch that has it; `lms-db down` can still roll it back from the history',
  };
}

function differences(
  file: MigrationFile,
  migration: AppliedMigration,
  policy: ReconcilePolicy,
): readonly Finding[] {
  const { checksums } = migration;
  const findings: (Finding | undefined)[] = [
    file.name === migration.name
      ? undefined
      : {
          code: 'renamed',
          severity: 'error',
          exitCode: EXIT.mismatch,
          version: file.version,
          place: { file: file.script.path, line: 1, column: 1 },
          message: `${file.script.path} was applied under the name ${migration.version}-${migration.name}`,
          hint: 'give the file its old name back, or give the new file a new version',
        },
    edited('migration', file.script, checksums.migration, checksums.migrationTokens, file.version, policy),
    edited(
      'rollback',
      file.rollback?.script,
      checksums.rollback,
      checksums.rollbackTokens,
      file.version,
      policy,
    ),
    edited('guard', file.guard, checksums.guard, checksums.guardTokens, file.version, policy),
  ];
  return findings.filter((finding) => finding !== undefined);
}

const CHANGED = {
  migration: {
    code: 'changed',
    hint: 'applied migrations are immutable: restore the file and write a new migration',
  },
  rollback: {
    code: 'changed-rollback',
    hint: 'restore the file; the rollback that was stored when the migration was applied is the one that `down` runs',
  },
  guard: {
    code: 'changed-guard',
    hint: 'restore the file; a check that holds for every version belongs into a checks file with another name',
  },
} as const;

function edited(
  part: keyof typeof CHANGED,
  script: Script | undefined,
  checksum: string | undefined,
  tokens: string | undefined,
  version: string,
  policy: ReconcilePolicy,
): Finding | undefined {
  if (script?.checksum === checksum) return undefined;
  const { code, hint } = CHANGED[part];
  if (script === undefined) {
    return {
      code,
      severity: 'error',
      exitCode: EXIT.mismatch,
      version,
      message: `the ${part} of ${version} was removed after the migration was applied`,
      hint,
    };
  }
  const place = { file: script.path, line: 1, column: 1 };
  if (checksum === undefined) {
    return {
      code,
      severity: 'error',
      exitCode: EXIT.mismatch,
      version,
      place,
      message: `${script.path} was added after its migration was applied, so it never ran`,
      hint,
    };
  }
  if (policy.tokenChecksumOf(script.text) === tokens) {
    return {
      code: 'cosmetic-edit',
      severity: 'notice',
      exitCode: EXIT.done,
      version,
      place,
      message: `${script.path} changed after it was applied, in comments or white space only`,
    };
  }
  return {
    code,
    severity: 'error',
    exitCode: EXIT.mismatch,
    version,
    place,
    message: `${script.path} changed after it was applied`,
    hint,
  };
}

function outOfOrder(file: MigrationFile, newest: AppliedMigration, policy: ReconcilePolicy): Finding {
  const allowed = policy.allowOutOfOrder === true;
  return {
    code: 'out-of-order',
    severity: allowed ? 'warning' : 'error',
    exitCode: EXIT.mismatch,
    version: file.version,
    place: { file: file.script.path, line: 1, column: 1 },
    message: `${file.version} ${file.name} is pending, but older than the newest applied, ${newest.version}: out of order`,
    hint: allowed
      ? undefined
      : 'give it a newer version, or run it all the same with `lms-db up --allow-out-of-order`',
  };
}
