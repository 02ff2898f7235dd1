// The result as Markdown, for a terminal and for docs/benchmarks.md.
import type { Result } from './cases.ts';
import type { Line } from './measure.ts';

/** The facts, and a table for each case. */
export function tableOf(facts: Readonly<Record<string, string>>, results: readonly Result[]): string {
  const heading = Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ');
  return `${[heading, ...results.map(sectionOf)].join('\n\n')}\n`;
}

function sectionOf({ title, unit, aim, lines, remarks }: Result): string {
  const rows = lines.map((line) => cellsOf(line));
  const table = [['', 'ratio', 'least to most', 'best by best', `median, ${unit}`], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...table.map((row) => (row[column] ?? '').length), 3),
  );
  const text = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head = [], ...body] = table;
  return [
    `## ${title}`,
    '',
    `Aim: ${aim}.`,
    '',
    text(head),
    rule,
    ...body.map(text),
    ...remarksOf(lines, remarks),
  ].join('\n');
}

function cellsOf({ name, value, ratio, problem }: Line): readonly string[] {
  if (problem !== undefined) return [name, 'not measured', '', '', ''];
  const digits = (number: number): string => number.toFixed(2);
  return [
    name,
    ratio === undefined ? '1' : digits(ratio.median),
    ratio === undefined ? '' : `${digits(ratio.least)} to ${digits(ratio.most)}`,
    ratio === undefined ? '1' : digits(ratio.best),
    value === undefined ? '' : String(Math.round(value)),
  ];
}

function remarksOf(lines: readonly Line[], remarks: readonly string[]): readonly string[] {
  const problems = lines.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [`${name} was not measured: ${problem.split('\n')[0] ?? ''}`],
  );
  const all = [...remarks, ...problems];
  return all.length === 0 ? [] : ['', ...all.map((remark) => `- ${remark}`)];
}
