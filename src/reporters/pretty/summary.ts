import { errorsOf } from '../../core/finding.ts';
import type { MigrationStatus, Outcome, SchemaCounts, TargetReport } from '../../core/report.ts';
import { rehearsalSummary } from './rehearsal.ts';
import { onlyPlans } from './target.ts';
import { verificationSummary } from './verification.ts';
import { counted, grouped, took } from './words.ts';

/** What it came to, in a line, and the next step where it is not a failure that names it. */
export function summaryLines(command: string, report: TargetReport): readonly string[] {
  const { outcomes, plan, migrations, findings, target } = report;
  if (command === 'wait' || command === 'serve') {
    if (report.error !== undefined) return [];
    return [
      command === 'wait' ? `PostgreSQL ${target.serverVersion ?? ''} takes connections` : 'stopped serving',
    ];
  }
  if (command === 'drift') return driftSummary(report);
  if (report.rehearsal !== undefined) return rehearsalSummary(report.rehearsal);
  if (migrations !== undefined) return statusSummary(migrations, report);
  const verified = report.verification === undefined ? [] : [verificationSummary(report.verification)];
  if (outcomes.length > 0) return [...verified, ...runSummary(command, report)];
  if (report.verification !== undefined) {
    return report.exitCode === 0
      ? verified
      : [...verified, 'next: mend what is named above, then `lms-db verify` again'];
  }
  if (plan === undefined || report.error !== undefined || errorsOf(findings).length > 0) return [];
  if (plan.steps.length === 0) {
    if (plan.direction === 'down') return ['nothing to roll back'];
    const later = plan.later === 0 ? '' : ` · ${counted(plan.later, 'migration')} left for later`;
    return [
      `${later === '' ? 'nothing is pending' : 'nothing to apply'} · at ${plan.from ?? 'empty'}${later}`,
    ];
  }
  if (!onlyPlans(report)) return [];
  return command === 'plan' ? ['next: lms-db up'] : ['dry run: nothing was run'];
}

function driftSummary({ findings, error }: TargetReport): readonly string[] {
  if (error !== undefined) return [];
  const drifted = errorsOf(findings).length;
  return [
    drifted === 0
      ? 'no drift'
      : `${counted(drifted, 'difference')} that ${drifted === 1 ? 'is' : 'are'} drift`,
  ];
}

function statusSummary(
  migrations: readonly MigrationStatus[],
  { findings }: TargetReport,
): readonly string[] {
  const inState = (state: MigrationStatus['state']): number =>
    migrations.filter((migration) => migration.state === state).length;
  const [applied, pending, interrupted] = [inState('applied'), inState('pending'), inState('interrupted')];
  const counts = [`${grouped(applied)} applied`, `${grouped(pending)} pending`];
  if (interrupted > 0) counts.push(`${grouped(interrupted)} interrupted`);
  const weighty = findings.filter((finding) => finding.severity !== 'notice').length;
  if (weighty > 0) counts.push(counted(weighty, 'finding'));
  if (migrations.length === 0) return [counts.join(', '), 'next: lms-db new create first table'];
  const next = pending + interrupted > 0 && errorsOf(findings).length === 0;
  return [counts.join(', '), ...(next ? ['next: lms-db plan · lms-db up'] : [])];
}

function runSummary(command: string, report: TargetReport): readonly string[] {
  const { outcomes, target, duration, counts } = report;
  const number = (status: Outcome['status'], direction?: Outcome['direction']): number =>
    outcomes.filter(
      (outcome) => outcome.status === status && (direction === undefined || outcome.direction === direction),
    ).length;
  const down = number('done', 'down');
  const up = number('done', 'up');
  const goesDown = outcomes.some((outcome) => outcome.direction === 'down');
  const goesUp = outcomes.some((outcome) => outcome.direction === 'up');
  const parts = [
    ...(goesDown ? [`${grouped(down)} rolled back`] : []),
    ...(goesUp ? [`${grouped(up)} applied`] : []),
    ...some(number('failed'), 'failed'),
    ...some(number('undone'), 'interrupted'),
    ...some(number('not-run'), 'not run'),
  ];
  const line = `${parts.join(', ')} in ${took(duration)}${sizeText(counts)}`;
  if (report.error !== undefined) return [line];
  if (command === 'down') return [line, 'next: lms-db status · lms-db up'];
  const next = [
    'lms-db verify',
    ...(report.seeds === undefined ? ['lms-db seed'] : []),
    ...(target.backend === 'embedded' ? ['lms-db serve'] : []),
  ];
  return [line, `next: ${next.join(' · ')}`];
}

function some(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`${grouped(count)} ${what}`];
}

function sizeText(counts: SchemaCounts | undefined): string {
  if (counts === undefined) return '';
  const parts = [
    counted(counts.tables, 'table'),
    counted(counts.enums, 'enum'),
    counted(counts.indexes, 'index', 'indexes'),
  ];
  return ` · ${parts.join(', ')}`;
}
