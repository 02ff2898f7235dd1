import { EXIT, errorsOf } from '../core/finding.ts';
import type { ExitCode, Finding } from '../core/finding.ts';
import { lint } from '../core/lint/lint.ts';
import type { SqlParser } from '../core/lint/parser.ts';
import type { LintSettings, Rule } from '../core/lint/rule.ts';
import { compareVersions } from '../core/migration.ts';
import type { MigrationFile } from '../core/migration.ts';
import type { ProjectFiles } from '../core/project-files.ts';
import type { LintSummary } from '../core/report.ts';
import { RULES } from '../rules/all.ts';

/** What a person wants to see of lint. */
export interface LintChoice {
  /** Only these files, by path; all where it is left out. */
  readonly paths?: ReadonlySet<string> | undefined;
  /** Only what comes after this version. */
  readonly since?: string | undefined;
  /** Versions that are applied nowhere yet, beside those after `since`. */
  readonly added?: ReadonlySet<string> | undefined;
  /** Warnings fail too. */
  readonly strict: boolean;
  /** Notices of rules are shown. */
  readonly notices: boolean;
}

/** What lint says. */
export interface LintReport {
  readonly findings: readonly Finding[];
  readonly summary: LintSummary;
  readonly exitCode: ExitCode;
}

/** Lints the files of a project: the faults that the reader found in them first, then what the rules say. Reads nothing. */
export function lintProject(
  files: ProjectFiles,
  choice: LintChoice,
  settings: LintSettings,
  parser: SqlParser,
): LintReport {
  const { paths, since, added } = choice;
  const migrations = [...files.migrations];
  const versionOf = new Map(
    migrations.flatMap(({ version, script, rollback }) => [
      [script.path, version] as const,
      ...(rollback === undefined ? [] : [[rollback.script.path, version] as const]),
    ]),
  );
  const selected = (path: string): boolean => {
    if (paths !== undefined && !paths.has(path)) return false;
    const version = versionOf.get(path);
    return since === undefined || (version !== undefined && compareVersions(version, since) > 0);
  };
  const result = lint({
    migrations,
    rules: RULES,
    parser,
    settings,
    selected,
    fresh: freshVersions(migrations, since, added),
    faulty: new Set(errorsOf(files.faults).flatMap(({ place }) => (place === undefined ? [] : [place.file]))),
  });
  const faults = files.faults.filter(({ place }) => {
    if (paths === undefined && since === undefined) return true;
    return place === undefined || selected(place.file);
  });
  const hidden = choice.notices ? [] : result.findings.filter(isQuiet);
  const found = result.findings.filter((finding) => !hidden.includes(finding));
  const texts = new Map(result.replayed.map(({ file }) => [file.path, file.text]));
  const findings = [...faults, ...found].map((finding) => withSnippet(finding, texts));
  const codes = new Set(findings.map(({ code }) => code));
  return {
    findings,
    summary: {
      files: result.files,
      statements: result.statements,
      rules: RULES.length,
      hiddenNotices: hidden.length,
      explained: RULES.filter(({ id }) => codes.has(id)).map(factsOf),
    },
    exitCode: exitCodeOf(findings, choice.strict),
  };
}

function factsOf({ id, severity, summary, why, rewrite }: Rule): LintSummary['explained'][number] {
  return { id, severity, summary, why, rewrite };
}

const RULE_IDS: ReadonlySet<string> = new Set(RULES.map(({ id }) => id));

/** Notices of rules; those about `@allow` lines are always said. */
function isQuiet({ severity, code }: Finding): boolean {
  return severity === 'notice' && RULE_IDS.has(code);
}

function freshVersions(
  migrations: readonly MigrationFile[],
  since: string | undefined,
  added: ReadonlySet<string> | undefined,
): ReadonlySet<string> {
  const after = migrations.filter(
    ({ version }) => since !== undefined && compareVersions(version, since) > 0,
  );
  return new Set([...after.map(({ version }) => version), ...(added ?? [])]);
}

function withSnippet(finding: Finding, texts: ReadonlyMap<string, string>): Finding {
  const { place } = finding;
  const text = place === undefined ? undefined : texts.get(place.file);
  if (place === undefined || text === undefined) return finding;
  const line = text.split(/\r\n|\r|\n/)[place.line - 1];
  return line === undefined ? finding : { ...finding, snippet: [{ line: place.line, text: line }] };
}

function exitCodeOf(findings: readonly Finding[], strict: boolean): ExitCode {
  const [error] = errorsOf(findings);
  if (error !== undefined) return error.exitCode;
  return strict && findings.some(({ severity }) => severity === 'warning') ? EXIT.lint : EXIT.done;
}

/** The rule of an id. */
export function ruleNamed(id: string): Rule | undefined {
  return RULES.find((rule) => rule.id === id);
}
