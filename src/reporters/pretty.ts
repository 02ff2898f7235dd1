import { errorsOf } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import { placeText } from '../core/place.ts';
import type { Plan, Step } from '../core/plan.ts';
import type {
  CheckResult,
  DataLoss,
  MigrationStatus,
  Outcome,
  Report,
  ReportedError,
  StatementFailure,
  TargetReport,
} from '../core/report.ts';
import type { RecordedEvent } from '../core/history.ts';
import type { Reporter, Style } from '../core/reporter.ts';
import type { Target } from '../core/target.ts';
import { table } from './table.ts';
import { counted, grouped, holderText, minute, targetLine, took } from './words.ts';

/** For a person: what happened, where, and the next step. */
export const pretty: Reporter = {
  summary: 'for a person at a terminal',
  render: (report, style) =>
    [
      ...report.targets.flatMap((target) => [
        ...header(target.target),
        ...(target.plan === undefined ? [] : planned(target.plan, report.command)),
        ...target.outcomes.flatMap((outcome) => outcomeLines(outcome, widthOf(target.plan), style)),
        ...ending(report.command, target, style),
      ]),
      ...closing(report, style),
    ]
      .map((line) => `${line}\n`)
      .join(''),
};

/** Names the target. */
export function header(target: Target): readonly string[] {
  return [targetLine(target)];
}

/** What is about to happen. */
export function planned(plan: Plan, command: string): readonly string[] {
  if (plan.steps.length === 0) return [];
  const span = `from ${plan.from ?? 'empty'} to ${plan.to ?? 'empty'}`;
  const later = plan.later === 0 ? '' : ` · ${counted(plan.later, 'migration')} left for later`;
  if (plan.direction === 'down') {
    const names = plan.steps.slice(0, 3).map((step) => `${step.version} ${step.name}`);
    const more = plan.steps.length > names.length ? ` and ${plan.steps.length - names.length} more` : '';
    return [`rolls back, newest first: ${names.join(', ')}${more}`, ''];
  }
  return [`${plan.steps.length} pending · ${span}${later}`, ...(command === 'plan' ? [] : [''])];
}

/** How wide the column with version and name is. */
export function widthOf(plan: Plan | undefined): number {
  return Math.max(0, ...(plan?.steps ?? []).map((step) => `${step.version} ${step.name}`.length));
}

/** One line for what became of a step, and everything that there is to say when it failed. */
export function outcomeLines(outcome: Outcome, width: number, style: Style): readonly string[] {
  const title = `${outcome.version} ${outcome.name}`;
  const back = outcome.direction === 'down' ? ' rolled back' : '';
  if (outcome.status === 'done') {
    const guards = guardsText(outcome.checks);
    const attempts = outcome.attempts > 1 ? ` in ${outcome.attempts} attempts` : '';
    const line = `  ${style.good('✓')} ${title.padEnd(width)} ${back}${took(outcome.duration).padStart(10)}${attempts}`;
    return [guards === '' ? line : `${line}   ${style.dim(guards)}`];
  }
  if (outcome.status === 'not-run') return [];
  const lines = [
    `  ${style.bad('✗')} ${title}${outcome.status === 'undone' ? '   interrupted: rolled back, nothing of it remains' : ''}`,
  ];
  for (const check of outcome.checks.filter((result) => !result.passed))
    lines.push(...checkLines(check, style));
  if (outcome.failure !== undefined) lines.push(...failureLines(outcome.failure, style));
  return lines;
}

function guardsText(checks: readonly CheckResult[]): string {
  const warned = checks.filter((check) => !check.passed);
  if (warned.length > 0) return warned.map((check) => `guard ! ${check.name}: ${check.got}`).join(', ');
  const [first, ...rest] = checks;
  if (first === undefined) return '';
  return rest.length === 0 ? `guard ✓ ${first.name}` : `${checks.length} guards ✓`;
}

function checkLines(check: CheckResult, style: Style): readonly string[] {
  return [
    `    ${style.bad('✗')} guard ${check.name}   ${placeText(check.place)}`,
    `      ${check.got}`,
    ...table(check.offenders).map((row) => `      ${row}`),
  ];
}

function failureLines(failure: StatementFailure, style: Style): readonly string[] {
  const lines: string[] = [''];
  const { place, snippet } = failure;
  if (place !== undefined) lines.push(style.bold(placeText(place)), '');
  if (place !== undefined && snippet !== undefined) {
    const gutter = String(snippet.at(-1)?.line ?? 0).length;
    for (const { line, text } of snippet) {
      lines.push(`  ${style.dim(`${String(line).padStart(gutter)} │`)} ${text.replaceAll('\t', ' ')}`);
      if (line === place.line)
        lines.push(`  ${' '.repeat(gutter)}   ${' '.repeat(place.column - 1)}${style.bad('▲')}`);
    }
  }
  const state = failure.sqlstate === undefined ? '' : ` (${failure.sqlstate})`;
  lines.push(...indented(`${failure.message}${state}`));
  if (failure.detail !== undefined) lines.push(...indented(`detail: ${failure.detail}`));
  if (failure.serverHint !== undefined)
    lines.push(...indented(`hint from PostgreSQL: ${failure.serverHint}`));
  if (failure.where !== undefined) lines.push(...indented(`context: ${failure.where}`));
  for (const blocker of failure.blockers ?? []) lines.push(`  held by ${holderText(blocker)}`);
  lines.push('', `  ${failure.remains}`);
  return lines;
}

function indented(text: string): readonly string[] {
  return text.split('\n').map((line) => `  ${line}`);
}

/** Everything about a target that is said when its work has ended. */
export function ending(command: string, report: TargetReport, style: Style): readonly string[] {
  const lines: string[] = [];
  if (report.migrations !== undefined) lines.push('', ...statusLines(report.migrations, style));
  if (report.events !== undefined) lines.push('', ...eventLines(report.events, style));
  if (command === 'plan' && report.plan !== undefined) lines.push(...planLines(report.plan, style));
  if (report.findings.length > 0)
    lines.push('', ...report.findings.flatMap((finding) => findingLines(finding, style)));
  if (report.losses !== undefined && report.losses.length > 0 && report.outcomes.length === 0) {
    lines.push('', ...lossLines(report.losses));
  }
  const summary = summaryOf(command, report);
  if (summary.length > 0) lines.push('', ...summary);
  return lines;
}

/** What is said last: errors, notes, files. */
export function closing(report: Report, style: Style): readonly string[] {
  const lines: string[] = [];
  for (const file of report.files ?? []) {
    lines.push(
      file.action === 'written'
        ? `  ${style.good('+')} ${file.path}`
        : `  ${style.dim('=')} ${file.path} was there; left as it is`,
    );
  }
  lines.push(...report.findings.flatMap((finding) => findingLines(finding, style)));
  const errors = [...report.targets.map((target) => target.error), report.error].filter(
    (error) => error !== undefined,
  );
  for (const error of errors) lines.push(...errorLines(error, style));
  for (const note of report.notes ?? []) lines.push(note);
  return lines;
}

/** The error, its place and the next step. */
export function errorLines(error: ReportedError, style: Style): readonly string[] {
  const place = error.place === undefined ? '' : `${placeText(error.place)}: `;
  return [
    ...`${style.bad('error:')} ${place}${error.message}`.split('\n'),
    ...(error.hint === undefined ? [] : [`  next: ${error.hint}`]),
  ];
}

const MARK = { error: '✗', warning: '!', notice: '·' } as const;

/** A finding with its place and the next step. */
export function findingLines(finding: Finding, style: Style): readonly string[] {
  const paint =
    finding.severity === 'error' ? style.bad : finding.severity === 'warning' ? style.warn : style.dim;
  const place = finding.place === undefined ? '' : `${placeText(finding.place)}  `;
  return [
    `  ${paint(MARK[finding.severity])} ${place}${finding.message}  ${style.dim(`[${finding.code}]`)}`,
    ...(finding.hint === undefined ? [] : [`      next: ${finding.hint}`]),
  ];
}

/** What a rollback destroys. */
export function lossLines(losses: readonly DataLoss[]): readonly string[] {
  const width = Math.max(...losses.map((loss) => loss.object.length));
  const numbers = losses.map((loss) =>
    loss.count === undefined ? 'not counted in time:' : grouped(loss.count),
  );
  const numberWidth = Math.max(...numbers.map((number) => number.length));
  return [
    '  this destroys data:',
    ...losses.map(
      (loss, index) =>
        `    ${loss.object.padEnd(width)}   ${(numbers[index] ?? '').padStart(numberWidth)} ${loss.what}`,
    ),
  ];
}

function statusLines(migrations: readonly MigrationStatus[], style: Style): readonly string[] {
  const width = Math.max(0, ...migrations.map(({ version, name }) => `${version} ${name}`.length));
  const by = Math.max(0, ...migrations.map(({ appliedBy }) => appliedBy?.length ?? 0));
  return migrations.flatMap((migration) => {
    const title = `${migration.version} ${migration.name}`.padEnd(width);
    const impact = impactLines(migration, style);
    if (migration.state === 'applied') {
      const when = minute(migration.appliedAt ?? '');
      const duration = took(migration.duration ?? 0).padStart(9);
      return [
        `  ${style.good('✓')} ${title}   ${when}   ${(migration.appliedBy ?? '').padEnd(by)} ${duration}`,
        ...impact,
      ];
    }
    const mark = migration.state === 'pending' ? '○' : style.warn('◐');
    const words =
      migration.state === 'pending' ? 'pending' : 'interrupted half way: the next run goes on with it';
    return [`  ${mark} ${title}   ${words}`, ...impact];
  });
}

function impactLines(
  impact: {
    readonly phase?: string | undefined;
    readonly risk?: string | undefined;
    readonly downtime?: string | undefined;
    readonly appChange?: string | undefined;
  },
  style: Style,
): readonly string[] {
  return (
    [
      ['phase', impact.phase],
      ['risk', impact.risk],
      ['downtime', impact.downtime],
      ['application', impact.appChange],
    ] as const
  ).flatMap(([label, value]) =>
    value === undefined ? [] : [style.dim(`      ${label.padEnd(11)} ${value}`)],
  );
}

function planLines(plan: Plan, style: Style): readonly string[] {
  return plan.steps.flatMap((step) => ['', ...stepLines(step, style)]);
}

function stepLines(step: Step, style: Style): readonly string[] {
  const { directives } = step;
  const facts = [
    step.script.path,
    counted(step.statements, 'statement'),
    directives.transaction ? 'one transaction' : 'without a transaction, statement by statement',
    ...(directives.requires.length === 0 ? [] : [`after ${directives.requires.join(', ')}`]),
    ...(directives.irreversible === undefined ? [] : ['irreversible']),
  ];
  const guards = step.guard?.checks.map((check) => check.name) ?? [];
  return [
    `  ${style.bold(`${step.version} ${step.name}`)}`,
    style.dim(`      ${facts.join(' · ')}`),
    ...impactLines(
      {
        ...directives,
        risk: directives.risk === undefined ? undefined : `${directives.risk.level}: ${directives.risk.why}`,
      },
      style,
    ),
    ...(guards.length === 0 ? [] : [style.dim(`      guards      ${guards.join(', ')}`)]),
  ];
}

function eventLines(events: readonly RecordedEvent[], style: Style): readonly string[] {
  if (events.length === 0) return ['  nothing has happened yet'];
  return events.map((event) => {
    const bad = event.kind === 'failed' || event.kind === 'interrupted';
    const mark = bad ? style.bad('✗') : event.kind === 'rolled-back' ? '↓' : style.good('✓');
    const what = [event.version, event.name].filter((part) => part !== undefined).join(' ');
    const duration = event.duration === undefined ? '' : `   ${took(event.duration)}`;
    const message = event.message === undefined ? '' : `   ${event.message}`;
    const state = event.sqlstate === undefined ? '' : ` (${event.sqlstate})`;
    return `  ${mark} ${minute(event.at.toISOString())}   ${event.kind.padEnd(11)}  ${what}   ${event.by}${duration}${message}${state}`;
  });
}

function summaryOf(command: string, report: TargetReport): readonly string[] {
  const { outcomes, plan, migrations, counts } = report;
  const size =
    counts === undefined
      ? ''
      : ` · ${counted(counts.tables, 'table')}, ${counted(counts.enums, 'enum')}, ${grouped(counts.indexes)} ${counts.indexes === 1 ? 'index' : 'indexes'}`;
  if (migrations !== undefined) {
    const applied = migrations.filter((migration) => migration.state === 'applied').length;
    const pending = migrations.length - applied;
    const errors = errorsOf(report.findings).length;
    return [`${applied} applied, ${pending} pending${errors === 0 ? '' : `, ${counted(errors, 'finding')}`}`];
  }
  if (outcomes.length > 0) {
    const done = outcomes.filter((outcome) => outcome.status === 'done');
    const up = done.filter((outcome) => outcome.direction === 'up').length;
    const down = done.length - up;
    const notRun = outcomes.filter((outcome) => outcome.status === 'not-run').length;
    const parts = [
      ...(down > 0 ? [`${down} rolled back`] : []),
      ...(up > 0 || down === 0 ? [`${up} applied`] : []),
      ...(notRun > 0 ? [`${notRun} not run`] : []),
    ];
    return [`${parts.join(', ')} in ${took(report.duration)}${size}`];
  }
  if (plan !== undefined && plan.steps.length === 0 && errorsOf(report.findings).length === 0) {
    return [
      plan.direction === 'up' ? `nothing is pending · at ${plan.from ?? 'empty'}` : 'nothing to roll back',
    ];
  }
  if (command === 'wait') return ['the server takes connections'];
  return [];
}
