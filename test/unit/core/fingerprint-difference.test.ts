import { expect, it } from 'vitest';
import { lostData } from '../../../src/core/fingerprint-difference.ts';
import type { Fingerprints } from '../../../src/core/rehearsal-ports.ts';

const TABLE = 'public.users';

/** One table with these columns. */
function prints(
  rows: number,
  digest: string,
  columns: Readonly<Record<string, string>>,
  table = TABLE,
): Fingerprints {
  return new Map([[table, { rows, digest, columns: new Map(Object.entries(columns)) }]]);
}

const BEFORE = prints(3, 'whole', { id: '1', preferences: '2', never: '' });

const CASES: readonly (readonly [what: string, after: Fingerprints, said: readonly string[]])[] = [
  ['nothing of the same', BEFORE, []],
  ['that a table is gone', new Map(), ['users is gone with its 3 rows']],
  [
    'that one row is missing',
    prints(2, 'x', { id: '9', preferences: '9', never: '' }),
    ['users has 1 row fewer: 2 instead of 3'],
  ],
  [
    'that rows were added',
    prints(13, 'x', { id: '9', preferences: '9', never: '' }),
    ['users has 10 rows more: 13 instead of 3'],
  ],
  [
    'that values changed',
    prints(3, 'x', { id: '1', preferences: '9', never: '' }),
    ['users.preferences: values changed'],
  ],
  [
    'that a column holds values that held none',
    prints(3, 'x', { id: '1', preferences: '2', never: '5' }),
    ['users.never: values changed'],
  ],
  [
    'that values moved',
    prints(3, 'x', { id: '1', preferences: '2', never: '' }),
    ['users: values moved to other rows'],
  ],
  [
    'that a column is gone',
    prints(3, 'x', { id: '1', never: '' }),
    ['users.preferences is gone with its values'],
  ],
  [
    'that a column and rows are gone',
    prints(1, 'x', { id: '1', never: '' }),
    ['users has 2 rows fewer: 1 instead of 3', 'users.preferences is gone with its values'],
  ],
  ['nothing of a column that held nothing', prints(3, 'x', { id: '1', preferences: '2' }), []],
  ['nothing of a new column', prints(3, 'x', { id: '1', preferences: '2', never: '', extra: '7' }), []],
  ['nothing of a new table', new Map([...BEFORE, ...prints(5, 'y', { n: '1' }, 'public.fresh')]), []],
];

it.each(CASES)('says %s', (_what, after, said) => {
  expect(lostData(BEFORE, after)).toEqual(said.map((what) => ({ table: TABLE, what })));
});

it('says nothing of an empty table that is gone', () => {
  expect(lostData(prints(0, '', { id: '' }), new Map())).toEqual([]);
});

it('names tables and columns as SQL needs them', () => {
  const before = prints(1, 'a', { 'Odd "one"': '1' }, 'app."Table"');
  const after = prints(1, 'b', { 'Odd "one"': '2' }, 'app."Table"');
  expect(lostData(before, after)).toEqual([
    { table: 'app."Table"', what: 'app."Table"."Odd ""one""": values changed' },
  ]);
});
