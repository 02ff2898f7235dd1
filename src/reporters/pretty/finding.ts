import type { Finding } from '../../core/finding.ts';
import { placeText } from '../../core/place.ts';
import type { Style } from '../../core/reporter.ts';

const MARK = { error: '✗', warning: '!', notice: '·' } as const;

/** A finding with its place, its code and the next step. */
export function findingLines(finding: Finding, style: Style): readonly string[] {
  const paint = { error: style.bad, warning: style.warn, notice: style.dim }[finding.severity];
  const place = finding.place === undefined ? '' : `${placeText(finding.place)}  `;
  return [
    `  ${paint(MARK[finding.severity])} ${place}${finding.message}  ${style.dim(`[${finding.code}]`)}`,
    ...(finding.hint === undefined ? [] : [`      next: ${finding.hint}`]),
  ];
}
