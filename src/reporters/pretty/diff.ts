import type { Style } from '../../core/reporter.ts';
import { counted } from './words.ts';

/** How many lines of a difference a person is shown; the JSON report has all. */
const MOST_LINES = 200;

/** A unified diff, in colours, as far as a person reads it. */
export function diffLines(diff: string, style: Style): readonly string[] {
  const lines = diff.trimEnd().split('\n');
  const rest = lines.length - MOST_LINES;
  return [
    ...lines.slice(0, MOST_LINES).map((line) => painted(line, style)),
    ...(rest > 0 ? [style.dim(`and ${counted(rest, 'more line')}: --json has them all`)] : []),
  ];
}

function painted(line: string, style: Style): string {
  if (/^(?:---|\+\+\+) /.test(line)) return style.bold(line);
  if (line.startsWith('+')) return style.good(line);
  if (line.startsWith('-')) return style.bad(line);
  return line.startsWith('@@') ? style.dim(line) : line;
}
