import { describe, expect, it } from 'vitest';
import { tenantComparisons } from '../../../src/core/tenant-paths.ts';
import type { TenantForeignKey, TenantTable } from '../../../src/core/tenant-paths.ts';

const key = (parent: string, column = parent): TenantForeignKey => ({
  name: `${column}_fkey`,
  columns: [column],
  parent,
  parentColumns: ['id'],
  validated: true,
});

const table = (
  name: string,
  foreignKeys: readonly TenantForeignKey[],
  tenantColumn?: string,
): TenantTable => ({
  id: name,
  schema: 'public',
  name,
  isRoot: name === 'root',
  tenantColumn: name === 'root' ? 'id' : tenantColumn,
  tenantType: 'integer',
  key: ['id'],
  readable: true,
  foreignKeys,
});

const root = table('root', []);
const owned = (name: string, ...keys: TenantForeignKey[]): TenantTable =>
  table(name, [key('root', 'tenant'), ...keys], 'tenant');

function found(...tables: TenantTable[]): readonly string[] {
  const { comparisons } = tenantComparisons([root, ...tables]);
  return comparisons.map(({ child, left, right }) => {
    const way = (path: typeof right): string =>
      path.edges.map(({ columns }, index) => `${columns.join()}>${path.tables[index]?.name ?? ''}`).join(' ');
    return `${child.name}: ${left === undefined ? 'itself' : way(left)} | ${way(right)}`;
  });
}

describe('tenantComparisons', () => {
  it('asks nothing about the reference to the root itself', () => {
    expect(found(owned('a'))).toEqual([]);
  });

  it('compares a row with its parent, and through parents without a tenant', () => {
    expect(found(owned('a'), table('m', [key('a')]), owned('b', key('a'), key('m')))).toEqual([
      'b: itself | a>a',
      'b: itself | m>m a>a',
    ]);
  });

  it('compares the parents of a row without a tenant, two by two', () => {
    expect(found(owned('a'), table('m', [key('a', 'x'), key('a', 'y'), key('a', 'z')]))).toEqual([
      'm: x>a | y>a',
      'm: x>a | z>a',
      'm: y>a | z>a',
    ]);
  });

  it('leaves a fork further up to the table where the ways part', () => {
    expect(found(owned('a'), owned('b'), table('m', [key('a'), key('b')]), table('n', [key('m')]))).toEqual([
      'm: a>a | b>b',
    ]);
  });

  it('compares a row with the root where it refers to it by another column', () => {
    expect(found(owned('a', key('root', 'recipient')))).toEqual(['a: itself | recipient>root']);
  });

  it('goes round no cycle', () => {
    const [p, q] = [table('p', [key('q'), key('p', 'self')]), table('q', [key('p'), key('a')])];
    expect(found(owned('a'), p, q, owned('c', key('p')))).toEqual(['c: itself | p>p q>q a>a']);
  });

  it('believes a key that carries the tenant, once it is validated', () => {
    const carried = (validated: boolean): TenantForeignKey => ({
      name: 'k',
      columns: ['a', 'tenant'],
      parent: 'a',
      parentColumns: ['id', 'tenant'],
      validated,
    });
    expect(found(owned('a'), owned('b', carried(true)))).toEqual([]);
    expect(found(owned('a'), owned('b', carried(false)))).toEqual(['b: itself | a,tenant>a']);
  });

  it('counts two keys over the same columns once', () => {
    expect(found(owned('a'), owned('b', key('a'), { ...key('a'), name: 'again' }))).toEqual([
      'b: itself | a>a',
    ]);
  });

  it('says where it gave up: chains of more than eight, more than 64 ways', () => {
    const chain = Array.from({ length: 9 }, (_, n) => table(`m${n}`, [key(n === 0 ? 'a' : `m${n - 1}`)]));
    const { givenUp } = tenantComparisons([root, owned('a'), ...chain, owned('far', key('m8'))]);
    expect(givenUp.map(({ name }) => name)).toEqual(['m8', 'far']);
    const many = table(
      'many',
      Array.from({ length: 70 }, (_, n) => key('a', `x${n}`)),
    );
    const result = tenantComparisons([root, owned('a'), many]);
    expect(result.givenUp.map(({ name }) => name)).toEqual(['many']);
    expect(result.comparisons).toHaveLength((64 * 63) / 2);
  });
});
