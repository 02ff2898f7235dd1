import type { CheckResult, Verification } from '../../core/report.ts';
import type { Style } from '../../core/reporter.ts';
import { isForVersion } from '../../core/skip-reason.ts';
import type { BuiltinFinding, BuiltinResult } from '../../core/verification.ts';
import { failureLines, verdictText } from './failure.ts';
import { table } from './table.ts';
import { displayWidth, padded } from './width.ts';
import { counted, cut, took } from './words.ts';

/** The widest that what holds is said, in columns. */
const WIDEST = 84;

/** How many findings of one built-in check are shown; the JSON report has all. */
const MOST_FINDINGS = 10;

/** How many checks that were skipped for one reason are named. */
const MOST_SKIPPED = 10;

/** What the checks gave: a line a file, a line for the built-in ones, those that failed in full. */
export function verificationLines(verification: Verification, style: Style): readonly string[] {
  const { checks, builtin } = verification;
  const files = [...new Set(checks.map(({ place }) => place.file))];
  const name = Math.max(0, ...files.map((file) => stemOf(file).length), builtin.length > 0 ? 8 : 0);
  const groups = files.map((file) => groupOf(file, checks));
  const facts = Math.max(0, ...groups.map((group) => displayWidth(group.facts)));
  return [
    ...groups.flatMap((group) => groupLines(group, { name, facts }, style)),
    ...builtinLines(builtin, name, style),
  ];
}

/** `16 checks at 20251103000018: 15 passed, 1 failed in 12 ms`. */
export function verificationSummary({ checks, builtin, version }: Verification): string {
  const all = [...checks, ...builtin];
  const ran = all.filter(({ skipped }) => skipped === undefined);
  const count = (wanted: (one: CheckResult | BuiltinResult) => boolean): number => ran.filter(wanted).length;
  const numbers = [
    [count(({ passed }) => passed), 'passed'],
    [count(({ passed, severity }) => !passed && severity === 'error'), 'failed'],
    [count(({ passed, severity }) => !passed && severity === 'warning'), 'warned'],
    [all.length - ran.length, 'skipped'],
  ] as const;
  const parts = numbers.filter(([number, word]) => number > 0 || word === 'passed');
  const words = parts.map(([number, word]) => `${number} ${word}`).join(', ');
  const spent = all.reduce((sum, { duration }) => sum + (duration ?? 0), 0);
  const at = version === undefined ? 'an empty database' : version;
  return `${counted(all.length, 'check')} at ${at}: ${words} in ${took(spent)}`;
}

/** The checks of one file. */
interface Group {
  readonly file: string;
  /** What holds, in a line; empty where nothing does. */
  readonly facts: string;
  readonly passed: number;
  readonly broken: readonly CheckResult[];
  /** The names of what does not hold in this database, whatever its version, by the reason. */
  readonly skipped: ReadonlyMap<string, readonly string[]>;
}

function groupOf(file: string, all: readonly CheckResult[]): Group {
  const checks = all.filter(({ place }) => place.file === file);
  const due = checks.filter(({ skipped }) => skipped === undefined);
  const passed = due.filter((check) => check.passed);
  const waiting = checks.filter(({ skipped }) => skipped !== undefined && isForVersion(skipped)).length;
  const skipped = new Map<string, readonly string[]>();
  for (const { name, skipped: reason } of checks) {
    if (reason === undefined || isForVersion(reason)) continue;
    skipped.set(reason, [...(skipped.get(reason) ?? []), name]);
  }
  return {
    file,
    facts: joined(passed.map(factText), waiting === 0 ? [] : [`${waiting} not at this version`], WIDEST),
    passed: passed.length,
    broken: due.filter((check) => !check.passed),
    skipped,
  };
}

function groupLines(
  { file, facts, passed, broken, skipped }: Group,
  width: { readonly name: number; readonly facts: number },
  style: Style,
): readonly string[] {
  const name = padded(stemOf(file), width.name);
  const mark = passed > 0 ? style.good('✓') : style.dim('·');
  return [
    ...(facts === '' ? [] : [`  ${mark} ${name}   ${padded(facts, width.facts)}   ${style.dim(file)}`]),
    ...broken.flatMap((check) => brokenLines(check, name, style)),
    ...[...skipped].flatMap(([reason, names]) =>
      [
        `  · ${name}   ${names.length} skipped: ${reason}`,
        ...names.slice(0, MOST_SKIPPED).map((one) => `      ${one}`),
        ...(names.length > MOST_SKIPPED
          ? [`      and ${names.length - MOST_SKIPPED} more: --json has them all`]
          : []),
      ].map((line) => style.dim(line)),
    ),
  ];
}

/** A check that failed: its place, what was expected, and the first rows that should not be there. */
function brokenLines(check: CheckResult, name: string, style: Style): readonly string[] {
  const { severity, place, failure, got, offenders } = check;
  const mark = severity === 'error' ? style.bad('✗') : style.warn('!');
  const more = Number(got) > offenders.length && offenders.length > 0 ? ['        …'] : [];
  return [
    `  ${mark} ${name}   ${check.name}   ${style.dim(`${place.file}:${place.line}`)}`,
    ...(failure === undefined
      ? [`      ${verdictText(check)}`, ...table(offenders).map((row) => `        ${row}`), ...more]
      : [...failureLines(failure, style).map((line) => (line === '' ? '' : `    ${line}`)), '']),
  ];
}

/** `tables 42`, `indexes 182 ≥ 60`, `no course without an academy`. */
function factText({ name, expected, got }: CheckResult): string {
  if (/^(no )?rows$/i.test(expected)) return name;
  const compared = /^(>=|<=|<>|!=|>|<) *(.+)$/.exec(expected);
  if (compared === null) return /^true$/i.test(expected) ? name : `${name} = ${got}`;
  const [, operator = '', limit = ''] = compared;
  const signs: Readonly<Record<string, string>> = { '>=': '≥', '<=': '≤', '<>': '≠', '!=': '≠' };
  return `${name}: ${got} ${signs[operator] ?? operator} ${limit}`;
}

/** As many facts as a line holds, how many more there are, and what stands at its end in any case. */
function joined(facts: readonly string[], last: readonly string[], longest: number): string {
  const shown: string[] = [];
  for (const fact of facts) {
    if (shown.length > 0 && displayWidth([...shown, fact].join(' · ')) > longest) break;
    shown.push(cut(fact, longest));
  }
  const left = facts.length - shown.length;
  return [...shown, ...(left === 0 ? [] : [`${left} more`]), ...last].join(' · ');
}

function builtinLines(builtin: readonly BuiltinResult[], width: number, style: Style): readonly string[] {
  if (builtin.length === 0) return [];
  const name = padded('built in', width);
  const ran = builtin.filter(({ skipped }) => skipped === undefined);
  const passed = ran.filter((check) => check.passed);
  const accepted = builtin.reduce((sum, check) => sum + check.accepted.length, 0);
  const lines: string[] = [];
  if (passed.length > 0) {
    const titles = wrapped(passed.map(({ title }) => title));
    const indent = ' '.repeat(width + 7);
    lines.push(
      ...titles.map((line, index) =>
        index === 0 ? `  ${style.good('✓')} ${name}   ${line}` : indent + line,
      ),
    );
  }
  for (const check of ran.filter((one) => !one.passed)) {
    const mark = check.severity === 'error' ? style.bad('✗') : style.warn('!');
    lines.push(`  ${mark} ${name}   not true: ${check.title}   ${style.dim(`[${check.id}]`)}`);
    for (const finding of check.findings.slice(0, MOST_FINDINGS))
      lines.push(...builtinFindingLines(finding, style));
    if (check.findings.length > MOST_FINDINGS) {
      lines.push(`      and ${check.findings.length - MOST_FINDINGS} more: --json has them all`);
    }
  }
  const aside = [
    ...(accepted === 0 ? [] : [`${counted(accepted, 'finding')} accepted in the config`]),
    ...builtin
      .filter(({ untried }) => untried.length > 0)
      .map(({ title, untried }) => `${title}: ${untried.length} not tried (${reasonsText(untried)})`),
  ];
  return [...lines, ...aside.map((text) => style.dim(`  · ${name}   ${text}`))];
}

/** The reasons, each with an example. */
function reasonsText(untried: BuiltinResult['untried']): string {
  const reasons = [...new Set(untried.map(({ reason }) => reason))];
  const [first = ''] = reasons;
  const example = untried.find(({ reason }) => reason === first)?.object ?? '';
  const more = reasons.length > 1 ? `; ${counted(reasons.length - 1, 'other reason')}` : '';
  return `${example}: ${first}${more}`;
}

function builtinFindingLines(finding: BuiltinFinding, style: Style): readonly string[] {
  const offenders = finding.offenders ?? [];
  return [
    `      ${finding.problem}`,
    ...table(offenders).map((row) => `        ${row}`),
    `        ${style.dim('mend it with:')} ${finding.fix}`,
  ];
}

function wrapped(titles: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const [index, title] of titles.entries()) {
    const text = index === titles.length - 1 ? title : `${title}, `;
    const line = lines.at(-1);
    if (line === undefined || displayWidth(line + text.trimEnd()) > WIDEST) lines.push(text);
    else lines[lines.length - 1] = line + text;
  }
  return lines.map((line) => line.trimEnd());
}

function stemOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.sql$/, '');
}
