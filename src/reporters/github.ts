import type { Finding } from '../core/finding.ts';
import type { Place } from '../core/place.ts';
import type { CheckResult, Outcome, Report, ReportedError, TargetReport } from '../core/report.ts';
import type { Reporter } from '../core/reporter.ts';
import type { BuiltinResult } from '../core/verification.ts';
import { builtinFindingText, checkText, failureText } from './pretty/problem-text.ts';
import { summaryLines } from './pretty/summary.ts';

/**
 * Workflow commands of GitHub Actions: one annotation for each thing that is wrong, on its file and line
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands). Files are named from
 * the root of the project, which should be the root of the repository. GitHub shows ten of each kind a step.
 */
export const github: Reporter = {
  summary: 'annotations on file and line, for GitHub Actions',
  render: (report) =>
    [...report.targets.flatMap((target) => targetLines(report.command, target)), ...reportLines(report)]
      .map((line) => `${line}\n`)
      .join(''),
};

type Level = 'error' | 'warning' | 'notice';

function targetLines(command: string, target: TargetReport): readonly string[] {
  const { outcomes, verification, findings, error } = target;
  const failed = outcomes.some((outcome) => outcome.status === 'failed');
  const summary = summaryLines(command, target).filter((line) => !line.startsWith('next:'));
  return [
    ...outcomes.flatMap(outcomeLines),
    ...(verification?.checks ?? []).flatMap((check) => checkLines(check, 'check')),
    ...(verification?.builtin ?? []).flatMap(builtinLines),
    ...findings.map(findingLine),
    // What failed has said so, on its line.
    ...(error === undefined || failed ? [] : [errorLine(error)]),
    ...(summary.length === 0
      ? []
      : [
          annotation('notice', undefined, `lms-db ${command} · ${target.target.project}`, summary.join('\n')),
        ]),
  ];
}

function reportLines({ findings, error }: Report): readonly string[] {
  return [...findings.map(findingLine), ...(error === undefined ? [] : [errorLine(error)])];
}

function outcomeLines(outcome: Outcome): readonly string[] {
  const { version, name, status, checks, failure } = outcome;
  const guards = checks.flatMap((check) => checkLines(check, `guard of ${version}`));
  if (status !== 'failed' || failure === undefined) return guards;
  // A failing guard is the failure.
  if (guards.length > 0) return guards;
  return [annotation('error', failure.place, `${version} ${name}`, failureText(failure))];
}

function checkLines(check: CheckResult, what: string): readonly string[] {
  if (check.passed) return [];
  const place = check.failure?.place ?? check.place;
  return [annotation(check.severity, place, `${what}: ${check.name}`, checkText(check))];
}

function builtinLines({ id, severity, findings }: BuiltinResult): readonly string[] {
  return findings.map((finding) => annotation(severity, undefined, id, builtinFindingText(finding)));
}

function findingLine({ severity, place, code, message, hint }: Finding): string {
  return annotation(severity, place, code, withNext(message, hint));
}

function errorLine({ place, code, message, hint }: ReportedError): string {
  return annotation('error', place, code, withNext(message, hint));
}

function withNext(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}\nnext: ${hint}`;
}

function annotation(level: Level, place: Place | undefined, title: string, message: string): string {
  const properties = [
    ...(place === undefined
      ? []
      : [`file=${property(place.file)}`, `line=${place.line}`, `col=${place.column}`]),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(',')}::${data(message)}`;
}

/** Percent and line ends, as the runner decodes them (actions/toolkit, packages/core/src/command.ts). */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** In a property the characters that separate properties too. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
