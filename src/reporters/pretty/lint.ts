import type { Finding } from '../../core/finding.ts';
import { placeText } from '../../core/place.ts';
import type { LintSummary } from '../../core/report.ts';
import type { Style } from '../../core/reporter.ts';
import { snippetLines } from './failure.ts';

const MARK = { error: '✗', warning: '!', notice: '·' } as const;

/** What lint found, file by file, with the line that each finding is about; and how much it looked at. */
export function lintLines(
  summary: LintSummary,
  findings: readonly Finding[],
  style: Style,
): readonly string[] {
  return [
    ...findings.flatMap((finding) => ['', ...lintFindingLines(finding, style)]),
    '',
    ...closing(summary, findings, style),
  ];
}

function lintFindingLines(finding: Finding, style: Style): readonly string[] {
  const { severity, place, code, message, hint, snippet } = finding;
  const paint = { error: style.bad, warning: style.warn, notice: style.dim }[severity];
  const where = place === undefined ? '' : `${style.bold(placeText(place))}  `;
  return [
    `${where}${paint(`${MARK[severity]} ${severity}`)}  ${code}`,
    ...(place === undefined || snippet === undefined ? [] : snippetLines(place, snippet, style)),
    ...message.split('\n').map((line) => `  ${line}`),
    ...(hint === undefined ? [] : [`  next: ${hint}`]),
  ];
}

function closing(summary: LintSummary, findings: readonly Finding[], style: Style): readonly string[] {
  const { files, statements, rules, hiddenNotices } = summary;
  const looked = `${counted(files, 'file')}, ${counted(statements, 'statement')}, ${counted(rules, 'rule')}`;
  const hidden =
    hiddenNotices === 0 ? [] : [`${counted(hiddenNotices, 'notice')} left out: --notices shows them`];
  const counts = (['error', 'warning', 'notice'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [counted(count, severity)];
  });
  if (counts.length === 0) return [`${style.good('✓')} nothing found: ${looked}`, ...hidden];
  return [
    `${counts.join(', ')} · ${looked}`,
    ...hidden,
    'next: lms-db lint --explain RULE says why, with a bad and a good example · -- @allow RULE why accepts it',
  ];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
