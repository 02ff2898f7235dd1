import { describe, expect, it } from 'vitest';
import { parseNodeTree } from '../../../../src/backends/types/node-tree.ts';
import { viewColumns } from '../../../../src/backends/types/view-columns.ts';

const variable = '{VAR :varno 1 :varattno 2 :varlevelsup 0}';
const target = (expression: string): string => `({TARGETENTRY :expr ${expression} :resno 1 :resjunk false})`;
const query = (fields: string, expression = variable): string =>
  `({QUERY :commandType 1 :rtable ({RANGETBLENTRY :rtekind 0 :relid 7}) ${fields} :targetList ${target(expression)} :groupingSets <> :setOperations <>})`;
const from = ':jointree {FROMEXPR :fromlist ({RANGETBLREF :rtindex 1}) :quals <>}';

describe('parseNodeTree', () => {
  it('reads escapes, quotes, bytes, lists and nothing', () => {
    expect(
      parseNodeTree('({X :a un\\ named\\{ :b "q\\"" :c 4 [ 16 0 ] :d (i 1 2) :e <> :f ("x" "y")})'),
    ).toEqual([
      {
        tag: 'X',
        fields: { a: 'un named{', b: 'q"', c: '4', d: ['i', '1', '2'], e: undefined, f: ['x', 'y'] },
      },
    ]);
  });

  it.each(['', '(', '({X :a', '({X a})', '({X :a [1 2', '('.repeat(100_000)])('gives up on %.20j', (text) => {
    expect(parseNodeTree(text)).toBeUndefined();
  });
});

describe('viewColumns', () => {
  const proven = (rule: string): readonly boolean[] | undefined =>
    viewColumns(rule, ({ relation, number }) => relation === 7 && number === 2)?.map(
      ({ notNull }) => notNull,
    );

  it('proves a column of a table', () => {
    expect(proven(query(from))).toEqual([true]);
  });

  it.each([
    ['of another query level', query(from, '{VAR :varno 1 :varattno 2 :varlevelsup 1}')],
    ['that is a whole row', query(from, '{VAR :varno 1 :varattno 0 :varlevelsup 0}')],
    ['of an entry that is not there', query(from, '{VAR :varno 9 :varattno 2 :varlevelsup 0}')],
    ['of an unknown expression', query(from, '{FUTUREEXPR :arg 1}')],
    ['of an unknown kind of entry', query(from).replace(':rtekind 0', ':rtekind 42')],
    [
      'under an unknown kind of join',
      query(
        ':jointree {FROMEXPR :fromlist ({JOINEXPR :jointype 77 :larg {RANGETBLREF :rtindex 1} :rarg {RANGETBLREF :rtindex 2} :rtindex 3}) :quals <>}',
      ),
    ],
    [
      'of a set operation',
      query(from).replace(':setOperations <>', ':setOperations {SETOPERATIONSTMT :op 0}'),
    ],
    ['of grouping sets', query(from).replace(':groupingSets <>', ':groupingSets ({GROUPINGSET :kind 2})')],
  ])('proves nothing of a column %s', (_, rule) => {
    expect(proven(rule)).toEqual([false]);
  });

  it('knows nothing of a rule that is no query', () => {
    expect(proven('({SOMETHING :else 1})')).toBeUndefined();
    expect(proven('not a tree')).toBeUndefined();
  });
});
