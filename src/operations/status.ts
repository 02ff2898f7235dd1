import { tokenChecksumOf } from '../core/checksum.ts';
import { EXIT, errorsOf } from '../core/finding.ts';
import type { ExitCode, Finding } from '../core/finding.ts';
import type { HistoryState } from '../core/history.ts';
import { compareVersions } from '../core/migration.ts';
import type { Directives, MigrationFile } from '../core/migration.ts';
import { planUp } from '../core/plan.ts';
import type { MigrationStatus, TargetReport } from '../core/report.ts';
import type { Context } from './context.ts';
import { withSession } from './open.ts';

/** What `status` is asked for. */
export interface StatusRequest {
  /** Exit with 3 when something is pending, and with the finding's code when files and history disagree. */
  readonly check: boolean;
  /** With the impact assessment that each file carries. */
  readonly long: boolean;
}

/** Applied, pending, and every finding. Looks only: takes no lock, creates nothing. */
export async function status(context: Context, request: StatusRequest): Promise<TargetReport> {
  const start = context.clock.elapsed();
  return withSession(context, 'look', async ({ session, state, target }) => {
    // There is nothing more to ask: the server ends the connection while files and history are compared.
    const closed = session.close();
    // Out of order is shown, and with --check it counts, like every other disagreement.
    const plan = planUp(context.files, state, {}, { tokenChecksumOf });
    const migrations = migrationsOf(context.files, state, request.long);
    await closed;
    return {
      target,
      outcomes: [],
      findings: plan.findings,
      migrations,
      exitCode: request.check ? checkedExitCode(plan.findings, migrations) : EXIT.done,
      duration: context.clock.elapsed() - start,
    };
  });
}

function checkedExitCode(findings: readonly Finding[], migrations: readonly MigrationStatus[]): ExitCode {
  const [error] = errorsOf(findings);
  if (error !== undefined) return error.exitCode;
  return migrations.some((migration) => migration.state !== 'applied') ? EXIT.pending : EXIT.done;
}

/** Every migration that the files or the history know, by version. */
function migrationsOf(
  files: readonly MigrationFile[],
  state: HistoryState,
  long: boolean,
): readonly MigrationStatus[] {
  const byVersion = new Map(files.map((file) => [file.version, file]));
  const interrupted = new Set(state.statements.map((record) => record.version));
  const applied = state.applied.map((migration): MigrationStatus => ({
    version: migration.version,
    name: migration.name,
    state: interrupted.has(migration.version) ? 'interrupted' : 'applied',
    appliedAt: migration.appliedAt.toISOString(),
    appliedBy: migration.appliedBy,
    duration: migration.duration,
    ...(long ? impactOf(byVersion.get(migration.version)?.directives) : {}),
  }));
  const known = new Set(state.applied.map((migration) => migration.version));
  const pending = files
    .filter((file) => !known.has(file.version))
    .map((file): MigrationStatus => ({
      version: file.version,
      name: file.name,
      state: interrupted.has(file.version) ? 'interrupted' : 'pending',
      ...(long ? impactOf(file.directives) : {}),
    }));
  return [...applied, ...pending].sort((left, right) => compareVersions(left.version, right.version));
}

/** The impact assessment that a file carries. */
function impactOf(
  directives: Directives | undefined,
): Pick<MigrationStatus, 'phase' | 'risk' | 'downtime' | 'appChange'> {
  if (directives === undefined) return {};
  const { phase, risk, downtime, appChange } = directives;
  return { phase, risk: risk === undefined ? undefined : `${risk.level}: ${risk.why}`, downtime, appChange };
}
