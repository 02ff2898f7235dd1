import { placeText } from '../../core/place.ts';
import type { Place } from '../../core/place.ts';
import type { CheckResult, StatementFailure } from '../../core/report.ts';
import type { Style } from '../../core/reporter.ts';
import { table } from './table.ts';
import { displayWidth, withoutTabs } from './width.ts';
import { cut, holderText } from './words.ts';

/** The widest line of a file that is shown whole, in characters. */
const WIDEST = 110;

/** A failing statement: place, the lines around it with a caret, the server's words, and what is the case now. */
export function failureLines(failure: StatementFailure, style: Style): readonly string[] {
  const { place, snippet, sqlstate } = failure;
  const state = sqlstate === undefined ? '' : ` (${sqlstate})`;
  return [
    '',
    ...(place === undefined ? [] : [style.bold(placeText(place)), '']),
    ...(place === undefined || snippet === undefined ? [] : snippetLines(place, snippet, style)),
    ...indented(`${failure.message}${state}`),
    ...labelled('detail', failure.detail),
    ...labelled('hint from PostgreSQL', failure.serverHint),
    ...labelled('context', failure.where),
    ...(failure.blockers ?? []).map((blocker) => `  held by ${holderText(blocker)}`),
    '',
    ...ending(failure),
  ];
}

/** A guard that did not hold: its place, what was expected, the rows that should not be there. */
export function guardFailureLines(
  check: CheckResult,
  failure: StatementFailure | undefined,
  style: Style,
): readonly string[] {
  return [
    '',
    style.bold(placeText(check.place)),
    '',
    `  guard ${style.bad('✗')} ${check.name}`,
    ...indented(verdictText(check)),
    ...table(check.offenders).map((row) => `    ${row}`),
    ...(Number(check.got) > check.offenders.length && check.offenders.length > 0 ? ['    …'] : []),
    '',
    ...(failure === undefined ? [] : ending(failure)),
  ];
}

/** `expected no rows, got 3`. */
export function verdictText({ expected, got }: CheckResult): string {
  return `expected ${expected}, got ${got}`;
}

/** What remains of the migration, and the next step. */
function ending({ remains, next }: StatementFailure): readonly string[] {
  return [...indented(remains), ...(next === '' ? [] : indented(`next: ${next}`))];
}

/** Lines of a file with their numbers, and a caret under the column, whatever width its characters have. */
export function snippetLines(
  place: Place,
  snippet: NonNullable<StatementFailure['snippet']>,
  style: Style,
): readonly string[] {
  const gutter = Math.max(...snippet.map(({ line }) => String(line).length));
  return snippet.flatMap(({ line, text }) => {
    const number = style.dim(`${String(line).padStart(gutter + 2)} │`);
    if (line !== place.line) return [`${number} ${cut(withoutTabs(text), WIDEST)}`.trimEnd()];
    const { shown, before } = around(text, place.column);
    const caret = ' '.repeat(displayWidth(withoutTabs(before)));
    return [
      `${number} ${withoutTabs(shown)}`,
      `${' '.repeat(gutter + 2)} ${style.dim('│')} ${caret}${style.bad('▲')}`,
    ];
  });
}

/** A line, or of a very long one the part around a column; and what of that stands before the column. */
function around(text: string, column: number): { readonly shown: string; readonly before: string } {
  const characters = Array.from(text);
  const at = column - 1;
  if (characters.length <= WIDEST) return { shown: text, before: characters.slice(0, at).join('') };
  const start = Math.max(0, Math.min(at - Math.floor(WIDEST / 2), characters.length - WIDEST));
  const lead = start === 0 ? '' : '…';
  const tail = start + WIDEST < characters.length ? '…' : '';
  return {
    shown: `${lead}${characters.slice(start, start + WIDEST).join('')}${tail}`,
    before: `${lead}${characters.slice(start, at).join('')}`,
  };
}

function labelled(label: string, text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : indented(`${label}: ${text}`);
}

function indented(text: string): readonly string[] {
  return text.split('\n').map((line) => `  ${line}`.trimEnd());
}
