import { directiveLines } from '../directive-lines.ts';
import { EXIT } from '../finding.ts';
import type { Finding } from '../finding.ts';
import { placeAt } from '../place.ts';
import { didYouMean, nearest } from '../suggestion.ts';
import type { Rule } from './rule.ts';
import type { LintFile } from './statement.ts';

/** One `@allow` line. */
interface Allowance {
  readonly file: LintFile;
  readonly rule: string;
  /** UTF-16 offset of the directive. */
  readonly offset: number;
}

/**
 * The findings without those that a file accepts by `@allow RULE why`, and with what is wrong with the lines
 * themselves: a rule that does not exist is an error, a line that accepts nothing is said.
 */
export function withoutAllowed(
  findings: readonly Finding[],
  files: readonly LintFile[],
  rules: readonly Rule[],
): readonly Finding[] {
  const known = new Set(rules.map(({ id }) => id));
  const allowances = files.flatMap(allowancesOf);
  const accepts = ({ file, rule }: Allowance, { place, code }: Finding): boolean =>
    place?.file === file.path && code === rule;
  const left = findings.filter((finding) => !allowances.some((allowance) => accepts(allowance, finding)));
  const about = allowances.flatMap((allowance): readonly Finding[] => {
    const { file, rule, offset } = allowance;
    const place = placeAt(file.path, file.text, offset);
    if (!known.has(rule)) {
      const hint =
        nearest(rule, known) === undefined
          ? '`lms-db lint --rules` lists the rules'
          : didYouMean(rule, [...known]);
      return [
        {
          code: 'unknown-rule',
          severity: 'error',
          exitCode: EXIT.lint,
          message: `@allow names a rule that does not exist: ${rule}`,
          hint,
          place,
          version: file.version,
        },
      ];
    }
    if (findings.some((finding) => accepts(allowance, finding))) return [];
    return [
      {
        code: 'unused-allow',
        severity: 'notice',
        exitCode: EXIT.lint,
        message: `@allow ${rule} accepts nothing: the rule finds nothing in this file`,
        hint: 'remove the line',
        place,
        version: file.version,
      },
    ];
  });
  return [...left, ...about];
}

function allowancesOf(file: LintFile): readonly Allowance[] {
  if (file.directives.allow.length === 0) return [];
  return directiveLines(file.text)
    .filter(({ name, position, spaced }) => name === 'allow' && position === 'top' && !spaced)
    .map(({ value, offset }) => ({ file, offset, rule: /^\S*/.exec(value)?.[0] ?? '' }));
}
