import type { Finding, Severity } from '../core/finding.ts';
import type { Place } from '../core/place.ts';
import type { CheckResult, Outcome, Report, ReportedError, RuleFacts, TargetReport } from '../core/report.ts';
import type { Reporter } from '../core/reporter.ts';
import type { BuiltinResult } from '../core/verification.ts';
import { builtinFindingText, checkText, failureText } from './pretty/problem-text.ts';

/**
 * SARIF 2.1.0, which code scanning and editors read: one result for each thing that is wrong
 * (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). Files are named from the root of the project.
 */
export const sarif: Reporter = {
  summary: 'SARIF 2.1.0, for code scanning',
  render: (report) => `${JSON.stringify(logOf(report), undefined, 2)}\n`,
};

/** One thing that is wrong, before it is written down. */
interface Problem {
  readonly id: string;
  readonly severity: Severity;
  readonly text: string;
  readonly place?: Place | undefined;
  readonly snippet?: Finding['snippet'];
}

function logOf(report: Report): object {
  const problems = [...report.targets.flatMap(targetProblems), ...reportProblems(report)];
  const facts = new Map((report.lint?.explained ?? []).map((rule) => [rule.id, rule]));
  const ids = [...new Set(problems.map(({ id }) => id))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'lms-db', rules: ids.map((id) => ruleOf(id, facts.get(id))) } },
        // Columns count characters, not the units of UTF-16.
        columnKind: 'unicodeCodePoints',
        originalUriBaseIds: { PROJECTROOT: { description: { text: 'the root of the project' } } },
        invocations: [{ executionSuccessful: report.error === undefined, exitCode: report.exitCode }],
        results: problems.map((problem) => resultOf(problem, ids)),
      },
    ],
  };
}

function ruleOf(id: string, facts: RuleFacts | undefined): object {
  if (facts === undefined) return { id, shortDescription: { text: id } };
  const { summary, why, rewrite, severity } = facts;
  return {
    id,
    shortDescription: { text: summary },
    fullDescription: { text: why },
    help: { text: `${why}\n\nInstead: ${rewrite}.`, markdown: `${why}\n\n**Instead:** ${rewrite}.` },
    defaultConfiguration: { level: levelOf(severity) },
  };
}

function resultOf({ id, severity, text, place, snippet }: Problem, ids: readonly string[]): object {
  const line = snippet?.find((one) => one.line === place?.line)?.text;
  return {
    ruleId: id,
    ruleIndex: ids.indexOf(id),
    level: levelOf(severity),
    message: { text },
    locations:
      place === undefined
        ? []
        : [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(place.file), uriBaseId: 'PROJECTROOT' },
                region: {
                  startLine: place.line,
                  startColumn: place.column,
                  snippet: line === undefined ? undefined : { text: line },
                },
              },
            },
          ],
  };
}

/** A path as the path of a URI: each part encoded, the slashes kept. */
function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}

function levelOf(severity: Severity): 'error' | 'warning' | 'note' {
  return severity === 'notice' ? 'note' : severity;
}

function targetProblems(target: TargetReport): readonly Problem[] {
  const { outcomes, verification, findings, error } = target;
  const failed = outcomes.some(({ status }) => status === 'failed');
  return [
    ...outcomes.flatMap(outcomeProblems),
    ...(verification?.checks ?? []).flatMap(checkProblems),
    ...(verification?.builtin ?? []).flatMap(builtinProblems),
    ...findings.map(findingProblem),
    // What failed has said so, at its place.
    ...(error === undefined || failed ? [] : [errorProblem(error)]),
  ];
}

function reportProblems({ findings, error }: Report): readonly Problem[] {
  return [...findings.map(findingProblem), ...(error === undefined ? [] : [errorProblem(error)])];
}

function outcomeProblems({ version, name, status, checks, failure, direction }: Outcome): readonly Problem[] {
  const guards = checks.flatMap(checkProblems);
  if (status !== 'failed' || failure === undefined || guards.length > 0) return guards;
  const id = direction === 'up' ? 'migration-failed' : 'rollback-failed';
  return [
    {
      id,
      severity: 'error',
      text: `${version} ${name}: ${failureText(failure)}`,
      place: failure.place,
      snippet: failure.snippet,
    },
  ];
}

function checkProblems(check: CheckResult): readonly Problem[] {
  if (check.passed) return [];
  const { name, severity, failure, place } = check;
  return [
    { id: 'check-failed', severity, text: `${name}: ${checkText(check)}`, place: failure?.place ?? place },
  ];
}

function builtinProblems({ id, severity, findings }: BuiltinResult): readonly Problem[] {
  return findings.map((finding) => ({ id, severity, text: builtinFindingText(finding) }));
}

function findingProblem({ code, severity, message, hint, place, snippet }: Finding): Problem {
  return { id: code, severity, text: withNext(message, hint), place, snippet };
}

function errorProblem({ code, message, hint, place }: ReportedError): Problem {
  return { id: code, severity: 'error', text: withNext(message, hint), place };
}

function withNext(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}\nnext: ${hint}`;
}
