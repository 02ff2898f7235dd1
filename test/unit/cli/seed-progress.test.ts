import { expect, it } from 'vitest';
import { seedProgressText } from '../../../src/cli/seed-progress.ts';

it.each([
  [
    { bytes: 74, size: 100, rows: 742_118, elapsed: 1_450 },
    'seed 020-items.csv   ██████████████░░░░░░  74 %   742,118 rows   511,806/s   1 s left',
  ],
  [
    { bytes: 0, size: 100, rows: 0, elapsed: 250 },
    'seed 020-items.csv   ░░░░░░░░░░░░░░░░░░░░  0 %   0 rows   0/s',
  ],
  [
    { bytes: 1, size: 100, rows: 1, elapsed: 4_000 },
    'seed 020-items.csv   ░░░░░░░░░░░░░░░░░░░░  1 %   1 row   0/s   7 min left',
  ],
  [
    { bytes: 100, size: 100, rows: 1_000_000, elapsed: 2_000 },
    'seed 020-items.csv   ████████████████████  100 %   1,000,000 rows   into the table',
  ],
])('the progress of a seed is a bar, rows, their rate and the time left', (facts, text) => {
  expect(seedProgressText({ type: 'seed-progress', name: '020-items.csv', ...facts })).toBe(text);
});
