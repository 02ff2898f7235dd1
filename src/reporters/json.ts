import type { Plan, Step } from '../core/plan.ts';
import type { Report, TargetReport } from '../core/report.ts';
import type { Reporter } from '../core/reporter.ts';

/**
 * One JSON document on success and on failure, described in docs/formats.md. The texts of the files
 * are left out: their checksums are there. Durations and ages are whole milliseconds, times ISO 8601.
 */
export const json: Reporter = {
  summary: 'one JSON document, the same envelope on success and on failure',
  render: (report) => `${JSON.stringify(envelope(report), rounded, 2)}\n`,
};

function envelope(report: Report): object {
  const { formatVersion, command, exitCode, findings, files, notes, lint, targets } = report;
  return {
    formatVersion,
    // An empty one is a command line that names none.
    command: command === '' ? null : command,
    ok: exitCode === 0,
    exitCode,
    // Whoever asks only whether and why it failed finds the answer in one place.
    error: report.error ?? targets.find((target) => target.error !== undefined)?.error,
    findings,
    files,
    notes,
    lint,
    targets: targets.map(targetOf),
  };
}

const MILLISECONDS: ReadonlySet<string> = new Set(['duration', 'age']);

function rounded(key: string, value: unknown): unknown {
  return MILLISECONDS.has(key) && typeof value === 'number' ? Math.round(value) : value;
}

function targetOf(report: TargetReport): object {
  const { plan, ...rest } = report;
  return { ...rest, plan: plan === undefined ? undefined : planOf(plan) };
}

function planOf(plan: Plan): object {
  const { direction, from, to, later, steps } = plan;
  return { direction, from: from ?? null, to: to ?? null, later, steps: steps.map(stepOf) };
}

function stepOf(step: Step): object {
  const { version, name, direction, script, source, directives, guard, file } = step;
  return {
    version,
    name,
    direction,
    path: script.path,
    checksum: script.checksum,
    source,
    transaction: directives.transaction,
    phase: directives.phase,
    risk: directives.risk,
    downtime: directives.downtime,
    appChange: directives.appChange,
    requires: directives.requires,
    irreversible: directives.irreversible,
    lockTimeout: directives.lockTimeout,
    statementTimeout: directives.statementTimeout,
    guards: guard?.checks.map((check) => check.name) ?? [],
    statements: step.statements,
    resumesAt: step.resumesAt,
    rollback: file?.rollback?.script.path,
  };
}
