import type { ObjectKind, PictureObject } from '../picture.ts';

/** One piece of a snapshot: an object, or something said of it later, with what has to stand before it. */
export interface SnapshotNode {
  /** The address of its object, or one made from it: `default:pg_class:1:2`. */
  readonly key: string;
  /** What comes first where the dependencies leave a choice. */
  readonly rank: number;
  /** What orders pieces of one rank, and names this one in an error. */
  readonly name: string;
  /** Without their semicolons. */
  readonly statements: readonly string[];
  /** Keys of what it needs; those that no piece has are nobody's business. */
  readonly needs: readonly string[];
}

/** The order of the kinds, where the dependencies leave a choice. */
export const RANK = {
  schema: 0,
  extension: 1,
  'access method': 2,
  language: 3,
  'shell type': 4,
  'foreign data wrapper': 5,
  server: 6,
  'user mapping': 7,
  collation: 8,
  conversion: 9,
  type: 10,
  domain: 11,
  'text search parser': 12,
  'text search template': 13,
  'text search dictionary': 14,
  'text search configuration': 15,
  function: 16,
  procedure: 16,
  aggregate: 17,
  operator: 18,
  'operator family': 19,
  'operator class': 20,
  'loose members': 21,
  cast: 22,
  transform: 23,
  sequence: 30,
  table: 31,
  'foreign table': 31,
  default: 32,
  check: 33,
  'owned by': 34,
  // Before indexes: attaching would otherwise build those of the parent under names of its own.
  attach: 35,
  view: 40,
  'materialized view': 40,
  'view default': 41,
  constraint: 50,
  index: 51,
  'attach index': 52,
  'index of a constraint': 53,
  statistics: 54,
  'foreign key': 55,
  rule: 56,
  trigger: 57,
  policy: 58,
  refresh: 60,
  publication: 70,
  'security label': 71,
  // They would apply to everything that is made after them.
  'default privileges': 80,
  'database setting': 81,
  // It would fire for everything that is made after it.
  'event trigger': 90,
} as const;

/** When an object of a kind is made, next to others: before what may need it. */
export function rankOf(kind: ObjectKind): number {
  if (kind === 'column') return RANK.default;
  return kind === 'subscription' ? RANK.publication : RANK[kind];
}

/** What orders pieces of one rank: schema, table, name. */
export function sortName({ schema, on, name }: PictureObject): string {
  return [schema ?? '', on ?? '', name].join('\0');
}

/** A piece for an object, with the statements that make it. */
export function nodeOf(
  object: PictureObject,
  rank: number,
  statements: readonly string[],
  needs: readonly string[] = [],
): SnapshotNode {
  return { key: object.address, rank, name: sortName(object), statements, needs };
}
