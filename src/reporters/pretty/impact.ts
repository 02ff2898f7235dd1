import type { Style } from '../../core/reporter.ts';

/** What a file says about its effect on a live system. */
export interface Impact {
  readonly phase?: string | undefined;
  readonly risk?: string | undefined;
  readonly downtime?: string | undefined;
  readonly appChange?: string | undefined;
}

const PARTS = [
  { label: 'phase', key: 'phase' },
  { label: 'risk', key: 'risk' },
  { label: 'downtime', key: 'downtime' },
  { label: 'application', key: 'appChange' },
] as const;

/** One line for each part of the impact assessment that there is. */
export function impactLines(impact: Impact, style: Style): readonly string[] {
  return PARTS.filter(({ key }) => impact[key] !== undefined).map(({ label, key }) =>
    style.dim(`      ${label.padEnd(11)} ${impact[key] ?? ''}`),
  );
}
