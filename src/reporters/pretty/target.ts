import type { Plan } from '../../core/plan.ts';
import type { TargetReport } from '../../core/report.ts';
import type { Target } from '../../core/target.ts';
import { counted } from './words.ts';

/**
 * `lms · app@db.example.com:5432/lms (PostgreSQL 16.4) · production`: the first line of every command
 * that connects. `wait` says it before it can know the version.
 */
export function header(target: Target, command: string): string {
  const { serverVersion } = target;
  const version =
    serverVersion === undefined || command === 'wait' ? undefined : `PostgreSQL ${serverVersion}`;
  const where =
    target.backend === 'embedded'
      ? `embedded ${version ?? 'PostgreSQL'} · ${target.database}`
      : `${target.database}${version === undefined ? '' : ` (${version})`}`;
  return `${target.project} · ${where} · ${target.environment}`;
}

/** What is about to happen; nothing when there is nothing to do. */
export function planned(plan: Plan, command: string): readonly string[] {
  const { steps, from, to, later } = plan;
  if (steps.length === 0) return [];
  const shown = steps.slice(0, 3).map((step) => `${step.version} ${step.name}`);
  const more =
    steps.length > shown.length ? ` and ${counted(steps.length - shown.length, 'more', 'more')}` : '';
  const names = `${shown.join(', ')}${more}`;
  if (command === 'redo') return [`rolls back and applies again: ${names}`];
  if (plan.direction === 'down') return [`rolls back, newest first: ${names}`];
  const rest = later === 0 ? '' : ` · ${counted(later, 'migration')} left for later`;
  return [
    `${counted(steps.length, 'pending', 'pending')} · from ${from ?? 'empty'} to ${to ?? 'empty'}${rest}`,
  ];
}

/** True where the steps of the plan are shown instead of what became of them: `plan`, and a dry run. */
export function onlyPlans({ plan, outcomes, error }: TargetReport): boolean {
  return plan !== undefined && plan.steps.length > 0 && outcomes.length === 0 && error === undefined;
}

/** How wide the column with version and name is. */
export function widthOf(plan: Plan | undefined): number {
  return (plan?.steps ?? []).reduce(
    (width, step) => Math.max(width, `${step.version} ${step.name}`.length),
    0,
  );
}
