import { errorsOf } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import type { Place } from '../core/place.ts';
import type { RehearsedMigration } from '../core/rehearsal.ts';
import type { CheckResult, Outcome, Report, ReportedError, TargetReport } from '../core/report.ts';
import type { Reporter } from '../core/reporter.ts';
import type { BuiltinResult } from '../core/verification.ts';
import { builtinFindingText, checkText, failureText } from './pretty/problem-text.ts';

/** JUnit's XML, as CI servers read it: migrations, guards, checks and findings are test cases. */
export const junit: Reporter = {
  summary: 'JUnit XML, for CI servers',
  render: (report) => document(report),
};

/** One test case. */
interface Case {
  readonly name: string;
  /** Milliseconds. */
  readonly duration?: number | undefined;
  readonly place?: Place | undefined;
  readonly bad?:
    { readonly element: 'failure' | 'error'; readonly type: string; readonly text: string } | undefined;
  readonly skipped?: string | undefined;
  /** Said, without making it fail. */
  readonly output?: string | undefined;
}

/** Test cases under one name. */
interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

function document(report: Report): string {
  const suites = [...report.targets.flatMap(suitesOf), ...reportSuites(report)].filter(
    ({ cases }) => cases.length > 0,
  );
  const name = `lms-db ${report.command}`.trim();
  // A file without a test case is taken for a broken one.
  const all = suites.length > 0 ? suites : [{ name, cases: [{ name }] }];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name, ...totals(all.flatMap(({ cases }) => cases)) })}>`,
    ...all.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

function suitesOf(target: TargetReport): readonly Suite[] {
  const { outcomes, verification, rehearsal, error } = target;
  const rehearsed = rehearsal?.migrations ?? [];
  const own = new Set(rehearsed.map(({ version }) => version));
  const findings = target.findings.filter(({ version }) => version === undefined || !own.has(version));
  const { project, database } = target.target;
  const checks = verification?.checks ?? [];
  const files = [...new Set(checks.map(({ place }) => place.file))];
  const failed =
    outcomes.some((outcome) => outcome.status === 'failed') ||
    (verification !== undefined && target.exitCode === 6);
  return [
    { name: 'migrations', cases: outcomes.map(outcomeCase) },
    { name: 'rehearsal', cases: rehearsed.map((migration) => rehearsedCase(migration, target.findings)) },
    { name: 'guards', cases: outcomes.flatMap((outcome) => outcome.checks.map(checkCase)) },
    ...files.map((file) => ({
      name: file,
      cases: checks.filter(({ place }) => place.file === file).map(checkCase),
    })),
    { name: 'built in', cases: (verification?.builtin ?? []).map(builtinCase) },
    { name: 'findings', cases: findings.map(findingCase) },
    { name: 'command', cases: error === undefined || failed ? [] : [errorCase(error)] },
  ].map(({ name, cases }) => ({ name: `${project} (${database}): ${name}`, cases }));
}

function reportSuites({ findings, error }: Report): readonly Suite[] {
  return [
    { name: 'findings', cases: findings.map(findingCase) },
    { name: 'command', cases: error === undefined ? [] : [errorCase(error)] },
  ];
}

function outcomeCase({ version, name, status, duration, failure, direction }: Outcome): Case {
  const title = `${version} ${name}${direction === 'down' ? ' (rolled back)' : ''}`;
  if (status === 'done') return { name: title, duration };
  if (status === 'not-run') return { name: title, skipped: 'not run' };
  const text = failure === undefined ? 'interrupted: nothing of it remains' : failureText(failure);
  const element = status === 'failed' ? 'failure' : 'error';
  return {
    name: title,
    duration,
    place: failure?.place,
    bad: { element, type: failure?.sqlstate ?? status, text },
  };
}

function rehearsedCase(migration: RehearsedMigration, all: readonly Finding[]): Case {
  const { version, name, verdict, durations } = migration;
  const title = `${version} ${name}`;
  if (verdict === 'not-run') return { name: title, skipped: 'not run: one before it does not go up' };
  const duration = durations.up + (durations.down ?? 0) + (durations.again ?? 0);
  const findings = all.filter((finding) => finding.version === version);
  const errors = errorsOf(findings);
  const text = (some: readonly Finding[]): string =>
    some
      .map(({ message, hint }) => (hint === undefined ? message : `${message}\nnext: ${hint}`))
      .join('\n\n');
  const [first] = errors;
  if (first === undefined) {
    return { name: title, duration, output: findings.length === 0 ? undefined : text(findings) };
  }
  const bad = { element: 'failure', type: first.code, text: text(errors) } as const;
  return { name: title, duration, place: first.place, bad };
}

function checkCase(check: CheckResult): Case {
  const { name, duration, place, passed, severity, skipped, failure } = check;
  const facts = { name, duration, place: failure?.place ?? place, skipped };
  if (passed) return facts;
  const text = checkText(check);
  if (severity === 'warning') return { ...facts, output: `warning: ${text}` };
  return failure === undefined
    ? { ...facts, bad: { element: 'failure', type: 'check', text } }
    : { ...facts, bad: { element: 'error', type: failure.sqlstate ?? 'check', text } };
}

function builtinCase({
  id,
  title,
  duration,
  passed,
  severity,
  skipped,
  findings,
  untried,
}: BuiltinResult): Case {
  const facts = { name: `${id}: ${title}`, duration, skipped };
  const notTried = untried.map(({ object, reason }) => `not tried: ${object}: ${reason}`).join('\n');
  const output = notTried === '' ? undefined : notTried;
  if (passed) return { ...facts, output };
  const text = findings.map(builtinFindingText).join('\n\n');
  return severity === 'warning'
    ? { ...facts, output: [`warning: ${text}`, notTried].join('\n').trim() }
    : { ...facts, bad: { element: 'failure', type: id, text }, output };
}

function findingCase({ code, severity, message, hint, place, version }: Finding): Case {
  const text = hint === undefined ? message : `${message}\nnext: ${hint}`;
  const name = version === undefined ? code : `${code} ${version}`;
  return severity === 'error'
    ? { name, place, bad: { element: 'failure', type: code, text } }
    : { name, place, output: `${severity}: ${text}` };
}

function errorCase({ code, message, hint, place }: ReportedError): Case {
  const text = hint === undefined ? message : `${message}\nnext: ${hint}`;
  return { name: code, place, bad: { element: 'error', type: code, text } };
}

function totals(cases: readonly Case[]): Readonly<Record<string, string>> {
  const number = (wanted: (one: Case) => boolean): string => String(cases.filter(wanted).length);
  return {
    tests: String(cases.length),
    failures: number(({ bad }) => bad?.element === 'failure'),
    errors: number(({ bad }) => bad?.element === 'error'),
    skipped: number(({ skipped }) => skipped !== undefined),
    time: seconds(cases.reduce((sum, { duration }) => sum + (duration ?? 0), 0)),
  };
}

function suiteLines({ name, cases }: Suite): readonly string[] {
  return [
    `  <testsuite ${attributes({ name, ...totals(cases) })}>`,
    ...cases.flatMap((one) => caseLines(one, name)),
    '  </testsuite>',
  ];
}

function caseLines(
  { name, duration = 0, place, bad, skipped, output }: Case,
  classname: string,
): readonly string[] {
  const where: Record<string, string> =
    place === undefined ? {} : { file: place.file, line: String(place.line) };
  const start = `    <testcase ${attributes({ name, classname, time: seconds(duration), ...where })}`;
  const inner = [
    ...(skipped === undefined ? [] : [`      <skipped ${attributes({ message: skipped })}/>`]),
    ...(bad === undefined
      ? []
      : [
          `      <${bad.element} ${attributes({ message: firstLine(bad.text), type: bad.type })}>${escaped(
            place === undefined ? bad.text : `${place.file}:${place.line}\n${bad.text}`,
          )}</${bad.element}>`,
        ]),
    ...(output === undefined ? [] : [`      <system-out>${escaped(output)}</system-out>`]),
  ];
  return inner.length === 0 ? [`${start}/>`] : [`${start}>`, ...inner, '    </testcase>'];
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) =>
        `${name}="${escaped(value).replace(/[\n\t]/g, (unit) => `&#${unit.charCodeAt(0)};`)}"`,
    )
    .join(' ');
}

/**
 * Text for XML 1.0, between tags or in quotes. A carriage return would be read as a line feed, and most control
 * characters cannot be written at all, not even as a reference (https://www.w3.org/TR/xml/#charsets).
 */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;')
    .replace(/[^\t\n\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
