import type { Plan, Step } from '../../core/plan.ts';
import type { StatementLocks } from '../../core/report.ts';
import type { Style } from '../../core/reporter.ts';
import { impactLines } from './impact.ts';
import { counted } from './words.ts';

/** The steps of a plan, in order, with everything that is known before they run. */
export function stepsLines(
  plan: Plan,
  style: Style,
  locks: readonly StatementLocks[] = [],
): readonly string[] {
  return plan.steps.flatMap((step, index) => [
    ...(index === 0 ? [] : ['']),
    ...stepLines(step, style),
    ...lockLines(
      locks.filter(({ version }) => version === step.version),
      style,
    ),
  ]);
}

const WORK = {
  scan: 'reads all rows',
  'index-build': 'builds an index',
  rewrite: 'writes all rows anew',
} as const;

/** One line a statement: its lock on each table that is there already, what it does under it, and what lint says. */
function lockLines(statements: readonly StatementLocks[], style: Style): readonly string[] {
  return statements.map(({ place, locks, findings }, index) => {
    const label = (index === 0 ? 'locks' : '').padEnd(11);
    const taken = locks.map(({ relation, lock, work }) => {
      const what = work === undefined ? '' : `, ${WORK[work]}`;
      return `${lock} ${relation}${what}`;
    });
    const said = findings.map(({ code, severity }) =>
      severity === 'error' ? style.bad(`✗ ${code}`) : style.warn(`! ${code}`),
    );
    return `${style.dim(`      ${label} line ${place.line}: `)}${[taken.join(' · '), ...said].filter((part) => part !== '').join('  ')}`;
  });
}

function stepLines(step: Step, style: Style): readonly string[] {
  const { directives } = step;
  const facts = [
    step.script.path,
    counted(step.statements, 'statement'),
    directives.transaction ? 'one transaction' : 'without a transaction, statement by statement',
    ...(step.resumesAt === undefined ? [] : [`interrupted: goes on at statement ${step.resumesAt}`]),
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
