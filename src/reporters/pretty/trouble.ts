import { EXIT_MEANINGS } from '../../core/report.ts';
import type { Report, ReportedError, TargetReport } from '../../core/report.ts';
import { placeText } from '../../core/place.ts';
import type { Style } from '../../core/reporter.ts';
import { findingLines } from './finding.ts';

/** What stopped the command, and the exit code with its meaning; nothing after a success. */
export function troubleLines(report: Report, style: Style): readonly string[] {
  if (report.exitCode === 0) return [];
  const stopped = [...report.targets, report].flatMap((part) => stoppedLines(part, style));
  return ['', ...stopped, style.dim(`exit ${report.exitCode} · ${EXIT_MEANINGS[report.exitCode]}`)];
}

/** True where a command was stopped before it did anything: then its findings are the reason. */
export function isStopped(part: Partial<Pick<TargetReport, 'error' | 'outcomes'>>): boolean {
  return part.error !== undefined && (part.outcomes ?? []).length === 0;
}

function stoppedLines(
  part: Pick<Report, 'error' | 'findings'> & Partial<Pick<TargetReport, 'outcomes'>>,
  style: Style,
): readonly string[] {
  const { error, findings, outcomes = [] } = part;
  if (error === undefined) return [];
  // The step that failed has said all of it.
  if (outcomes.some((outcome) => outcome.status === 'failed')) return [];
  return [
    ...(isStopped(part) ? findings.flatMap((finding) => findingLines(finding, style)) : []),
    ...errorLines(error, outcomes.length > 0, style),
  ];
}

function errorLines(error: ReportedError, begun: boolean, style: Style): readonly string[] {
  const { place, message } = error;
  const where = place === undefined || message.startsWith(place.file) ? '' : `${placeText(place)}: `;
  const goOn = begun ? 'run the command again: it goes on from what is recorded' : undefined;
  const hint = error.hint ?? (error.code === 'interrupted' ? goOn : undefined);
  const label = error.code === 'interrupted' ? '' : `${style.bad('error:')} `;
  return [...`${label}${where}${message}`.split('\n'), ...(hint === undefined ? [] : [`  next: ${hint}`])];
}
