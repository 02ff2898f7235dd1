import { describe, expect, it } from 'vitest';
import { fillOrder } from '../../../src/core/fill/order.ts';
import type { FillTable } from '../../../src/core/fill/table.ts';

/** A table with references: `users` is needed, `users?` may be null. */
function table(name: string, ...parents: readonly string[]): FillTable {
  const references = parents.map((parent, index) => ({
    name: `fk${index}`,
    columns: [`c${index}`],
    parent: parent.replace('?', ''),
    parentSql: parent,
    parentName: parent,
    parentColumns: ['id'],
    full: false,
  }));
  const columns = parents.map((parent, index) => ({
    name: `c${index}`,
    type: { kind: 'base', name: 'int4', modifier: -1 } as const,
    typeSql: 'integer',
    notNull: !parent.endsWith('?'),
    generated: false,
  }));
  return { oid: name, sql: name, columns, conditions: [], references };
}

const ORDERS: readonly (readonly [what: string, tables: readonly FillTable[], order: readonly string[]])[] = [
  ['parents come first', [table('a', 'b'), table('b', 'c'), table('c')], ['c', 'b', 'a']],
  ['those that may be missing too', [table('a', 'b?'), table('b')], ['b', 'a']],
  ['a circle breaks where a reference may be null', [table('a', 'b?'), table('b', 'a')], ['a', 'b']],
  [
    'a circle that cannot break is one unit',
    [table('a', 'b'), table('b', 'c'), table('c', 'a'), table('d', 'a')],
    ['a+b+c', 'd'],
  ],
  ['a table may need itself', [table('a', 'a'), table('b', 'a')], ['a', 'b']],
  ['parents that are not filled do not count', [table('a', 'elsewhere'), table('b')], ['a', 'b']],
  [
    'of a circle of nulls the one that lacks least comes first',
    [table('a', 'b?', 'c?'), table('b', 'a?'), table('c', 'a')],
    ['b', 'a', 'c'],
  ],
];

describe('the order of tables', () => {
  it.each(ORDERS)('%s', (_what, tables, order) => {
    expect(fillOrder(tables).map((unit) => unit.map(({ sql }) => sql).join('+'))).toEqual(order);
  });
});
