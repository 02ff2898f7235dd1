import { EXIT } from './finding.ts';
import type { Finding } from './finding.ts';
import type { AppliedMigration, HistoryState, StoredRollback } from './history.ts';
import { compareVersions } from './migration.ts';
import type { Directives, Direction, Guard, MigrationFile, Script } from './migration.ts';
import { reconcile } from './reconcile.ts';
import type { ReconcilePolicy } from './reconcile.ts';
import { splitStatements } from './statements.ts';

/** One file to run, with every decision taken. */
export interface Step {
  readonly direction: Direction;
  readonly version: string;
  readonly name: string;
  /** The text that runs. */
  readonly script: Script;
  /** Where it comes from: the files, or the copy that the history keeps. */
  readonly source: 'file' | 'history';
  readonly directives: Directives;
  /** Checks inside the transaction, before COMMIT; going up only. */
  readonly guard?: Guard | undefined;
  /** How many statements the text has. */
  readonly statements: number;
  /** 1-based: the statement at which it goes on, where an earlier run was interrupted half way. */
  readonly resumesAt?: number | undefined;
  /** The migration's file, going up: what the history will remember. */
  readonly file?: MigrationFile | undefined;
}

/** What a run would do, or is about to do. `status`, `plan`, `up --dry-run`, `up` and `down` all read this one. */
export interface Plan {
  readonly direction: Direction;
  /** The newest applied version before; undefined for an empty database. */
  readonly from: string | undefined;
  /** The newest applied version after. */
  readonly to: string | undefined;
  readonly steps: readonly Step[];
  /** Pending migrations that the request leaves for later. */
  readonly later: number;
  readonly findings: readonly Finding[];
}

/** What planning is told beside files, history and request. */
export interface PlanPolicy extends ReconcilePolicy {
  /** `down --use-files`: take the rollback from the file where it differs from the stored one. */
  readonly useFiles?: boolean | undefined;
  /** How to parse the directives of a stored rollback. */
  readonly directivesOf: (path: string, text: string) => Directives;
  /** SHA-256 of a text, for a stored rollback. */
  readonly checksumOf: (text: string) => string;
}

/** Migrations that are in the files and not in the history, oldest version first. */
export function pendingOf(files: readonly MigrationFile[], state: HistoryState): readonly MigrationFile[] {
  const applied = new Set(state.applied.map((migration) => migration.version));
  return files.filter((file) => !applied.has(file.version));
}

/** The newest applied version: the greatest one, not the last one applied. */
export function newestOf(applied: readonly { readonly version: string }[]): string | undefined {
  return applied.reduce<string | undefined>(
    (newest, { version }) =>
      newest === undefined || compareVersions(version, newest) > 0 ? version : newest,
    undefined,
  );
}

/** Decides what `up` runs. Pure: same files, same history, same request, same plan. */
export function planUp(
  files: readonly MigrationFile[],
  state: HistoryState,
  request: { readonly to?: string | undefined; readonly steps?: number | undefined },
  policy: ReconcilePolicy,
): Plan {
  const findings = [...reconcile(files, state, policy)];
  const pending = pendingOf(files, state);
  const { to } = request;
  if (to !== undefined && !files.some((file) => file.version === to)) {
    findings.push(unknownVersion(to, files));
  }
  const upTo = to === undefined ? pending : pending.filter((file) => compareVersions(file.version, to) <= 0);
  const chosen = request.steps === undefined ? upTo : upTo.slice(0, request.steps);
  const halfDown = state.statements.find((record) => record.direction === 'down');
  if (halfDown !== undefined) {
    findings.push({
      code: 'interrupted-rollback',
      severity: 'error',
      exitCode: EXIT.mismatch,
      version: halfDown.version,
      message: `the rollback of ${halfDown.version} was interrupted half way`,
      hint: 'finish it with `lms-db down`, then run `lms-db up` again',
    });
  }
  const halfUp = state.statements.find((record) => record.direction === 'up');
  if (halfUp !== undefined && !files.some((file) => file.version === halfUp.version)) {
    findings.push({
      code: 'missing-file',
      severity: 'error',
      exitCode: EXIT.mismatch,
      version: halfUp.version,
      message: `migration ${halfUp.version} was interrupted half way, and its file is not here`,
      hint: 'restore the file, or check out the branch that has it, and finish it with `lms-db up`',
    });
  }
  return {
    direction: 'up',
    from: newestOf(state.applied),
    to: newestOf([...state.applied, ...chosen]),
    steps: chosen.map((file) => ({
      direction: 'up',
      version: file.version,
      name: file.name,
      source: 'file',
      ...textOf(file.script, file.directives),
      resumesAt: resumesAt(state, file.version, 'up'),
      guard: file.guard,
      file,
    })),
    later: pending.length - chosen.length,
    findings,
  };
}

/** Which applied migrations `down` takes back, newest applied first. */
export function selectDown(
  state: HistoryState,
  request: { readonly count?: number | 'all' | undefined; readonly to?: string | undefined },
): { readonly selected: readonly AppliedMigration[]; readonly findings: readonly Finding[] } {
  const newestFirst = [...state.applied].sort((left, right) => right.order - left.order);
  if (request.to !== undefined) {
    const { to } = request;
    const index = newestFirst.findIndex((migration) => migration.version === to);
    if (index === -1) {
      return { selected: [], findings: [notApplied(to, state)] };
    }
    return { selected: newestFirst.slice(0, index), findings: [] };
  }
  const count = request.count ?? 1;
  return { selected: count === 'all' ? newestFirst : newestFirst.slice(0, count), findings: [] };
}

/** Decides what `down` runs, from the rollbacks that the history stored and the files. Pure. */
export function planDown(
  files: readonly MigrationFile[],
  state: HistoryState,
  request: { readonly count?: number | 'all' | undefined; readonly to?: string | undefined },
  stored: ReadonlyMap<string, StoredRollback>,
  policy: PlanPolicy,
): Plan {
  const { selected, findings: selectFindings } = selectDown(state, request);
  const findings: Finding[] = [...selectFindings];
  const halfUp = state.statements.find((record) => record.direction === 'up');
  if (halfUp !== undefined) {
    findings.push({
      code: 'interrupted-migration',
      severity: 'error',
      exitCode: EXIT.mismatch,
      version: halfUp.version,
      message: `migration ${halfUp.version} was interrupted half way`,
      hint: 'finish it with `lms-db up`, then run `lms-db down` again',
    });
  }
  const steps: Step[] = [];
  for (const migration of selected) {
    const step = stepDown(migration, files, stored.get(migration.version), policy, findings);
    if (step !== undefined) steps.push({ ...step, resumesAt: resumesAt(state, step.version, 'down') });
  }
  const gone = new Set(selected.map((migration) => migration.version));
  return {
    direction: 'down',
    from: newestOf(state.applied),
    to: newestOf(state.applied.filter((migration) => !gone.has(migration.version))),
    steps,
    later: 0,
    findings,
  };
}

function stepDown(
  migration: AppliedMigration,
  files: readonly MigrationFile[],
  stored: StoredRollback | undefined,
  policy: PlanPolicy,
  findings: Finding[],
): Step | undefined {
  const { version, name } = migration;
  if (migration.irreversible !== undefined) {
    findings.push({
      code: 'irreversible',
      severity: 'error',
      exitCode: EXIT.refused,
      version,
      message: `${version} ${name} is irreversible: ${migration.irreversible}`,
      hint: `stop before it with \`lms-db down --to ${version}\`, or write a new migration that goes forward`,
    });
    return undefined;
  }
  const file = files.find((candidate) => candidate.version === version);
  const fromFile = file?.rollback;
  if (fromFile !== undefined && (stored === undefined || policy.useFiles === true)) {
    return {
      direction: 'down',
      version,
      name,
      source: 'file',
      ...textOf(fromFile.script, fromFile.directives),
    };
  }
  if (stored === undefined) {
    findings.push({
      code: 'rollback-missing',
      severity: 'error',
      exitCode: EXIT.refused,
      version,
      message: `${version} ${name} has no rollback, neither in the files nor in the history`,
      hint: `write rollbacks/…/${version}-${name}.sql, or stop before it with \`lms-db down --to ${version}\``,
    });
    return undefined;
  }
  const path = fromFile?.script.path ?? `history:${stored.fileName}`;
  if (fromFile !== undefined && fromFile.script.checksum !== migration.checksums.rollback) {
    findings.push({
      code: 'rollback-differs',
      severity: 'warning',
      exitCode: EXIT.mismatch,
      version,
      message: `${fromFile.script.path} differs from the rollback that was stored when ${version} was applied; the stored one runs`,
      hint: 'use the file with `lms-db down --use-files`',
    });
  }
  const text = stored.text;
  return {
    direction: 'down',
    version,
    name,
    source: 'history',
    ...textOf({ path, text, checksum: policy.checksumOf(text) }, policy.directivesOf(path, text)),
  };
}

/** After the statements that are recorded as done; undefined where no run was interrupted in that file. */
function resumesAt(state: HistoryState, version: string, direction: Direction): number | undefined {
  const records = state.statements.filter(
    (record) => record.version === version && record.direction === direction,
  );
  return records.length === 0 ? undefined : records.filter((record) => record.state === 'done').length + 1;
}

function textOf(script: Script, directives: Directives): Pick<Step, 'script' | 'directives' | 'statements'> {
  return { script, directives, statements: splitStatements(script.text).statements.length };
}

function unknownVersion(version: string, files: readonly MigrationFile[]): Finding {
  const newest = newestOf(files);
  return {
    code: 'unknown-version',
    severity: 'error',
    exitCode: EXIT.usage,
    version,
    message: `there is no migration with version ${version}`,
    hint:
      newest === undefined
        ? 'write one with `lms-db new NAME`'
        : `the newest is ${newest}; \`lms-db status\` lists all`,
  };
}

function notApplied(version: string, state: HistoryState): Finding {
  const newest = newestOf(state.applied);
  return {
    code: 'not-applied',
    severity: 'error',
    exitCode: EXIT.usage,
    version,
    message: `version ${version} is not applied, so nothing can be rolled back to it`,
    hint:
      newest === undefined
        ? 'nothing is applied: there is nothing to roll back'
        : `the newest applied is ${newest}; \`lms-db status\` lists all; \`--all\` goes back to nothing`,
  };
}
