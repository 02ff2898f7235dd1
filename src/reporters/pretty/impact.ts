import type { Style } from '../../core/reporter.ts';

/** What a file says about its effect on a live system. */
export interface Impact {
  readonly phase?: string | undefined;
  readonly risk?: string | undefined;
  readonly downtime?: string | undefined;
  readonly appChange?: string | undefined;
}

/** One line for each part of the impact assessment that there is. */
export function impactLines(impact: Impact, style: Style): readonly string[] {
  const parts = [
    ['phase', impact.phase],
    ['risk', impact.risk],
    ['downtime', impact.downtime],
    ['application', impact.appChange],
  ] as const;
  return parts.flatMap(([label, value]) =>
    value === undefined ? [] : [style.dim(`      ${label.padEnd(11)} ${value}`)],
  );
}
