import type { Finding } from '../../core/finding.ts';
import type { Report, TargetReport } from '../../core/report.ts';
import type { Style } from '../../core/reporter.ts';
import { driftLines, isDrifted } from './drift.ts';
import { eventLines } from './events.ts';
import { findingLines } from './finding.ts';
import { lintLines } from './lint.ts';
import { rehearsalLines } from './rehearsal.ts';
import { seedSummary } from './seeds.ts';
import { snapshotLines } from './snapshot.ts';
import { statusLines } from './status.ts';
import { stepsLines } from './steps.ts';
import { summaryLines } from './summary.ts';
import { onlyPlans } from './target.ts';
import { isStopped } from './trouble.ts';
import { typesLines } from './types.ts';
import { verificationLines } from './verification.ts';

/** Everything about a target that is said when its work has ended. */
export function endingLines(command: string, report: TargetReport, style: Style): readonly string[] {
  const { migrations, events, findings, plan } = report;
  return [
    migrations === undefined ? [] : statusLines(migrations, findings, style),
    events === undefined ? [] : eventLines(events, style),
    report.verification === undefined ? [] : verificationLines(report.verification, style),
    report.types === undefined ? [] : typesLines(report.types, style),
    report.snapshot === undefined ? [] : snapshotLines(report.snapshot, style),
    plan !== undefined && onlyPlans(report) ? stepsLines(plan, style, report.locks) : [],
    report.rehearsal === undefined ? [] : rehearsalLines(report.rehearsal, findings, style),
    isStopped(report) ? [] : driftLines(findings, style),
    isStopped(report) ? [] : loose(report).flatMap((finding) => findingLines(finding, style)),
    seedSummary(report, command),
    summaryLines(command, report),
  ].flatMap((block) => (block.length === 0 ? [] : ['', ...block]));
}

/** Findings that stand nowhere else. */
function loose({ findings, rehearsal }: TargetReport): readonly Finding[] {
  const shown = new Set(rehearsal?.migrations.map(({ version }) => version));
  return findings.filter(
    (finding) => !isDrifted(finding) && (finding.version === undefined || !shown.has(finding.version)),
  );
}

/** What belongs to no target: files that were written, findings that stopped nothing, the next step. */
export function closingLines(report: Report, style: Style): readonly string[] {
  const findings = report.error === undefined ? report.findings : [];
  return [
    ...(report.files ?? []).map(({ path, action }) => {
      if (action === 'written') return `  ${style.good('+')} ${path}`;
      return action === 'extended'
        ? `  ${style.good('+')} ${path}   extended`
        : `  ${style.dim('=')} ${path}   was there; left as it is`;
    }),
    ...(report.lint === undefined ? looseLines(findings, style) : lintLines(report.lint, findings, style)),
    ...(report.notes ?? []),
  ];
}

function looseLines(findings: readonly Finding[], style: Style): readonly string[] {
  return findings.length === 0 ? [] : ['', ...findings.flatMap((finding) => findingLines(finding, style))];
}
