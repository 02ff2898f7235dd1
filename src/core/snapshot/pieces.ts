import type { Picture, PictureObject } from '../picture.ts';
import {
  attachNode,
  comesFromParent,
  constraintKind,
  constraintNodes,
  indexNodes,
  ownerOf,
} from './constraint-nodes.ts';
import { nodeOf, RANK, sortName } from './node.ts';
import type { SnapshotNode } from './node.ts';
import { defaultKey, plainNodes } from './plain-nodes.ts';
import { refreshNodes } from './refresh.ts';
import { saidOf } from './said-of.ts';
import { isFact, listFact, schemaIndex, textFact } from './schema-index.ts';
import type { SchemaIndex } from './schema-index.ts';
import { isPartition, ownColumns, tableStatements } from './table.ts';

/** What needs what, by address: from one object to others. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

/** Something that stands inside CREATE TABLE or CREATE DOMAIN where nothing it needs needs the table itself. */
interface Inset {
  readonly key: string;
  readonly owner: PictureObject;
  readonly object: PictureObject;
}

/** Every piece of a snapshot, not yet in order. */
export function piecesOf(picture: Picture, dependencies: Dependencies): readonly SnapshotNode[] {
  const index = schemaIndex(picture);
  const objects = picture.objects;
  const needs = needsOf(objects, dependencies);
  const insets = objects.flatMap((object) => insetsOf(object, index));
  const inline = standingInside(insets, needs);
  const late = new Map(
    insets.filter(({ object }) => !inline.has(object)).map((inset) => [inset.object, inset]),
  );
  const attachments = new Map<string, string[]>();
  for (const table of objects.filter((object) => isTable(object) && isPartition(object))) {
    const [parent = ''] = listFact(table, 'inherits');
    attachments.set(parent, [...(attachments.get(parent) ?? []), `attach:${table.address}`]);
  }
  const nodes = objects.flatMap((object): readonly SnapshotNode[] => {
    switch (object.kind) {
      case 'table':
      case 'foreign table':
        return [
          nodeOf(object, RANK.table, tableStatements(object, index, insideOf(object, index, inline))),
          ...attachNode(object, index),
        ];
      case 'domain':
        return [nodeOf(object, RANK.domain, domainStatements(object, index, inline))];
      case 'constraint':
        return constraintNodes(object, index).map((node) => ({
          ...node,
          // One that would need its own table is added once that is there.
          statements: late.has(object) ? [object.create ?? '', ...node.statements] : node.statements,
        }));
      case 'index':
        return indexNodes(object, index, attachments.get(object.on ?? '') ?? []);
      default:
        return plainNodes(object, index);
    }
  });
  return [
    ...nodes,
    ...[...late.values()].flatMap(({ key, owner, object }) =>
      object.kind === 'column' ? [lateDefault(key, owner, object)] : [],
    ),
    ...shellTypes(objects, needs),
    ...refreshNodes(objects, needs),
  ].map((node) => ({ ...node, needs: [...node.needs, ...(needs.get(node.key) ?? [])] }));
}

function isTable(object: PictureObject): boolean {
  return object.kind === 'table' || object.kind === 'foreign table';
}

/**
 * A sequence that a column owns is made before the table; a type and its input function need each other,
 * and the function makes do with the bare name of the type.
 */
function needsOf(objects: readonly PictureObject[], dependencies: Dependencies): Map<string, Set<string>> {
  const needs = new Map([...dependencies].map(([from, to]) => [from, new Set(to)]));
  const tables = new Set(objects.filter(isTable).map(({ address }) => address));
  for (const object of objects) {
    const own = needs.get(object.address);
    if (own === undefined) continue;
    if (object.kind === 'sequence' && !isFact(object, 'identity')) {
      for (const table of tables) own.delete(table);
    }
    if (object.kind === 'type') {
      for (const routine of own) {
        const theirs = needs.get(routine);
        if (theirs?.delete(object.address) === true) theirs.add(`shell:${object.address}`);
      }
    }
  }
  return needs;
}

/** `CREATE TYPE name`, for types whose functions are made before them. */
function shellTypes(
  objects: readonly PictureObject[],
  needs: ReadonlyMap<string, ReadonlySet<string>>,
): readonly SnapshotNode[] {
  const wanted = new Set([...needs.values()].flatMap((set) => [...set]));
  return objects
    .filter(({ kind, address }) => kind === 'type' && wanted.has(`shell:${address}`))
    .map((type) => ({
      key: `shell:${type.address}`,
      rank: RANK['shell type'],
      name: sortName(type),
      statements: [`CREATE TYPE ${type.sql}`],
      // Its schema, and nothing else.
      needs: [...(needs.get(type.address) ?? [])].filter((need) => need.startsWith('pg_namespace:')),
    }));
}

/** Defaults and checks. A generated column cannot come later, and what a parent hands down is its own. */
function insetsOf(object: PictureObject, index: SchemaIndex): readonly Inset[] {
  if (object.kind === 'column') {
    const owner = index.tables.get(object.on ?? '');
    const has = textFact(object, 'default') !== undefined && textFact(object, 'generated') === undefined;
    if (!has || owner === undefined || !isTable(owner) || !ownColumns(owner, index).includes(object))
      return [];
    return [{ key: defaultKey(object), owner, object }];
  }
  if (object.kind !== 'constraint' || constraintKind(object) !== 'check') return [];
  const owner = ownerOf(object, index);
  if (owner === undefined || !isFact(object, 'validated')) return [];
  if (comesFromParent(object) && !isPartition(owner)) return [];
  return [{ key: object.address, owner, object }];
}

/** Takes insets in, one by one, as long as that closes no circle; what they need, their owners need then. */
function standingInside(
  insets: readonly Inset[],
  needs: Map<string, Set<string>>,
): ReadonlySet<PictureObject> {
  const inside = new Set<PictureObject>();
  for (const { key, owner, object } of insets) {
    const wanted = [...(needs.get(key) ?? [])].filter((need) => need !== owner.address);
    if (wanted.some((need) => reaches(need, owner.address, needs))) continue;
    inside.add(object);
    const own = needs.get(owner.address) ?? new Set();
    for (const need of wanted) own.add(need);
    needs.set(owner.address, own);
  }
  return inside;
}

function reaches(from: string, to: string, needs: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (key === to) return true;
    if (seen.has(key)) continue;
    seen.add(key);
    open.push(...(needs.get(key) ?? []));
  }
  return false;
}

function insideOf(
  table: PictureObject,
  index: SchemaIndex,
  inline: ReadonlySet<PictureObject>,
): { readonly defaults: ReadonlySet<PictureObject>; readonly checks: readonly PictureObject[] } {
  return { defaults: inline, checks: index.constraintsOf(table.sql).filter((check) => inline.has(check)) };
}

function domainStatements(
  domain: PictureObject,
  index: SchemaIndex,
  inline: ReadonlySet<PictureObject>,
): readonly string[] {
  const collation = textFact(domain, 'collation');
  const value = textFact(domain, 'default');
  const constraints = index.constraintsOf(domain.sql);
  const notNull = constraints.find((constraint) => constraintKind(constraint) === 'not null');
  const create = [
    `CREATE DOMAIN ${domain.sql} AS ${textFact(domain, 'type') ?? ''}`,
    ...(collation === undefined ? [] : [`COLLATE ${collation}`]),
    ...(value === undefined ? [] : [`DEFAULT ${value}`]),
    ...(isFact(domain, 'not null')
      ? [notNull === undefined ? 'NOT NULL' : `CONSTRAINT ${notNull.sql} NOT NULL`]
      : []),
    ...constraints
      .filter((constraint) => inline.has(constraint))
      .map(({ sql, facts }) => `CONSTRAINT ${sql} ${String(facts['definition'])}`),
  ].join(' ');
  return [create, ...saidOf(domain, index.serverVersion)];
}

function lateDefault(key: string, owner: PictureObject, column: PictureObject): SnapshotNode {
  const value = textFact(column, 'default') ?? '';
  return {
    key,
    rank: RANK.default,
    name: sortName(column),
    statements: [`ALTER TABLE ONLY ${owner.sql} ALTER COLUMN ${column.sql} SET DEFAULT ${value}`],
    needs: [owner.address],
  };
}
