import type { DataLoss } from '../../core/report.ts';
import { displayWidth, padded } from './width.ts';
import { grouped } from './words.ts';

/** What a rollback destroys, counted. */
export function lossLines(losses: readonly DataLoss[]): readonly string[] {
  if (losses.length === 0) return [];
  const width = Math.max(...losses.map((loss) => displayWidth(loss.object)));
  const numbers = losses.map(({ count }) => (count === undefined ? '?' : grouped(count)));
  const numberWidth = Math.max(...numbers.map((number) => number.length));
  return [
    '  this destroys data:',
    ...losses.map((loss, index) => {
      const number = (numbers[index] ?? '').padStart(numberWidth);
      return `    ${padded(loss.object, width)}   ${number} ${whatIsLost(loss)}`;
    }),
    '',
  ];
}

/** `1 row`, `3 rows`, `1 value that is not the default`. */
export function whatIsLost({ count, what }: DataLoss): string {
  if (count === undefined) return `${what}, not counted in time`;
  if (count !== 1) return what;
  return what.replace(/^rows\b/, 'row').replace(/^values that are\b/, 'value that is');
}
