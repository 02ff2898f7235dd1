import { expect, it } from 'vitest';
import { hintedTexts, hintsOf } from '../../../src/core/fill/hints.ts';
import type { FillHints } from '../../../src/core/fill/hints.ts';

/** Expressions as pg_get_expr prints them. */
const EXPRESSIONS: readonly (readonly [expression: string, hints: Partial<FillHints>])[] = [
  [
    `((status)::text = ANY ((ARRAY['a'::character varying, 'it''s'::character varying])::text[]))`,
    { texts: ['a', "it's"] },
  ],
  [`(kind = ANY ('{odd,"even more"}'::text[]))`, { texts: ['{odd,"even more"}', 'odd', 'even more'] }],
  [`((score >= 0) AND (score <= 100))`, { numbers: [0, 100] }],
  [`(temperature < '-10'::integer)`, { texts: ['-10'], numbers: [-10] }],
  [`(balance > (- 2.5))`, { numbers: [2.5, -2.5] }],
  [`(slug ~ '^[a-z]+$'::text)`, { patterns: ['^[a-z]+$'], texts: [] }],
  [`(code ~ similar_to_escape('[A-Z]%'::text))`, { patterns: ['[A-Z]%', '[A-Z].*'] }],
  [`(url ~~ 'https://%'::text)`, { texts: ['https://x', 'https://'] }],
  [`(char_length(name) <= 40)`, { numbers: [40], lengths: true }],
  [`(POSITION(('@'::text) IN (email)) > 1)`, { texts: ['@'], numbers: [1], lengths: true }],
  [`(ends > starts)`, { texts: [], numbers: [], patterns: [], lengths: false }],
];

it.each(EXPRESSIONS)('reads %s', (expression, hints) => {
  expect(hintsOf(expression)).toMatchObject(hints);
});

it('makes texts of constants, of what stands around them, of patterns and of lengths', () => {
  const texts = hintedTexts(
    hintsOf(`((char_length(a) = 6) AND (a ~ '^x[0-9]{2}$'::text) AND (a <> '@'::text))`),
    2,
  );
  expect(texts).toEqual(expect.arrayContaining(['x20', '@', 'x2@y', '2xxxxx']));
});

it('reads of one column only what stands behind its name', () => {
  const expression = `(((status)::text = 'paid'::text) AND ("Paid by" ~ '^[a-z]+$'::text) AND (amount > 5))`;
  const among = ['status', 'Paid by', 'amount'];
  expect(hintsOf(expression, { name: 'status', among })).toMatchObject({
    texts: ['paid'],
    numbers: [],
    patterns: [],
  });
  expect(hintsOf(expression, { name: 'Paid by', among })).toMatchObject({
    texts: [],
    numbers: [],
    patterns: ['^[a-z]+$'],
  });
  expect(hintsOf(expression, { name: 'amount', among })).toMatchObject({
    texts: [],
    numbers: [5],
    patterns: [],
  });
});
