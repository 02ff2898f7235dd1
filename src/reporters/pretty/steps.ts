import type { Plan, Step } from '../../core/plan.ts';
import type { Style } from '../../core/reporter.ts';
import { impactLines } from './impact.ts';
import { counted } from './words.ts';

/** The steps of a plan, in order, with everything that is known before they run. */
export function stepsLines(plan: Plan, style: Style): readonly string[] {
  return plan.steps.flatMap((step, index) => [...(index === 0 ? [] : ['']), ...stepLines(step, style)]);
}

function stepLines(step: Step, style: Style): readonly string[] {
  const { directives } = step;
  const facts = [
    step.script.path,
    counted(step.statements, 'statement'),
    directives.transaction ? 'one transaction' : 'without a transaction, statement by statement',
    ...(step.direction === 'down' && step.source === 'history' ? ['as stored in the history'] : []),
    ...(directives.requires.length === 0 ? [] : [`after ${directives.requires.join(', ')}`]),
    ...(directives.irreversible === undefined ? [] : [`irreversible: ${directives.irreversible}`]),
  ];
  const guards = step.guard?.checks.map((check) => check.name) ?? [];
  const risk = directives.risk === undefined ? undefined : `${directives.risk.level}: ${directives.risk.why}`;
  return [
    `  ${step.direction === 'up' ? '○' : '↓'} ${style.bold(`${step.version} ${step.name}`)}`,
    style.dim(`      ${facts.join(' · ')}`),
    ...impactLines({ ...directives, risk }, style),
    ...(guards.length === 0 ? [] : [style.dim(`      ${'guards'.padEnd(11)} ${guards.join(', ')}`)]),
  ];
}
