import { describe, expect, it } from 'vitest';
import { ordered } from '../../../src/core/snapshot/order.ts';
import type { SnapshotNode } from '../../../src/core/snapshot/node.ts';
import { pgDumpText } from '../../../src/core/snapshot/pg-dump-text.ts';

const piece = (name: string, rank: number, ...needs: readonly string[]): SnapshotNode => ({
  key: name,
  name,
  rank,
  needs,
  statements: [name],
});
const names = (nodes: readonly SnapshotNode[] | undefined): readonly string[] =>
  (nodes ?? []).map(({ name }) => name);

describe('the order of a snapshot', () => {
  it.each<readonly [what: string, nodes: readonly SnapshotNode[], order: readonly string[]]>([
    ['goes by rank, then by name', [piece('b', 2), piece('c', 1), piece('a', 2)], ['c', 'a', 'b']],
    ['puts what is needed first', [piece('a', 1, 'z'), piece('b', 2), piece('z', 9)], ['b', 'z', 'a']],
    [
      'goes on with what became possible',
      [piece('view', 5, 'key'), piece('key', 6), piece('index', 7), piece('function', 1, 'view')],
      ['key', 'view', 'function', 'index'],
    ],
    ['minds no need that nobody has', [piece('a', 1, 'nobody', 'a'), piece('b', 1, 'a', 'a')], ['a', 'b']],
    [
      'sorts by code units, not by a locale',
      [piece('b', 1), piece('a', 1), piece('B', 1), piece('ä', 1)],
      ['B', 'a', 'b', 'ä'],
    ],
  ])('%s', (_, nodes, order) => {
    expect(names(ordered(nodes).nodes)).toEqual(order);
    expect(names(ordered([...nodes].reverse()).nodes)).toEqual(order);
  });

  it('gives many pieces in one order, however they come', () => {
    const nodes = Array.from({ length: 500 }, (_, index) =>
      piece(`n${index}`, (index * 7) % 11, ...(index > 0 ? [`n${Math.floor(index / 3)}`] : [])),
    );
    const order = names(ordered(nodes).nodes);
    expect(order).toHaveLength(500);
    const rotated = [...nodes.slice(213), ...nodes.slice(0, 213)];
    expect(names(ordered(rotated).nodes)).toEqual(order);
    const place = new Map(order.map((name, index) => [name, index]));
    for (const { name, needs } of nodes) {
      for (const need of needs) {
        if (need !== name) expect(place.get(need)).toBeLessThan(place.get(name) ?? -1);
      }
    }
  });

  it('names those that need each other in a circle, and not what hangs on them', () => {
    const { circle, nodes } = ordered([
      piece('x', 1, 'a'),
      piece('a', 1, 'b'),
      piece('b', 1, 'c'),
      piece('c', 1, 'a'),
    ]);
    expect(nodes).toBeUndefined();
    expect([...names(circle)].sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('the output of pg_dump', () => {
  it('loses what it says of itself, and nothing of the schema', () => {
    const output = `--
-- PostgreSQL database dump
--

\\restrict kq4XrZ

-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4
-- Started on 2026-11-20 10:00:00 UTC

SET lock_timeout = 0;


CREATE TABLE public.t (
    id integer DEFAULT '\\restrict'
);


-- Completed on 2026-11-20 10:00:01 UTC
\\unrestrict kq4XrZ
`;
    expect(pgDumpText(output)).toBe(`--
-- PostgreSQL database dump
--

SET lock_timeout = 0;

CREATE TABLE public.t (
    id integer DEFAULT '\\restrict'
);
`);
  });
});
