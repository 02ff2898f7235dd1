import type { PictureObject } from '../picture.ts';
import { quoted } from '../sql-text.ts';
import { nodeOf, RANK, sortName } from './node.ts';
import type { SnapshotNode } from './node.ts';
import { commentStatements, extensionStatements, optionsText } from './said-of.ts';
import { isFact, listFact, textFact } from './schema-index.ts';
import type { SchemaIndex } from './schema-index.ts';
import { isPartition } from './table.ts';

/** What a constraint is, by its definition. */
export function constraintKind(constraint: PictureObject): 'check' | 'not null' | 'foreign key' | 'key' {
  const definition = textFact(constraint, 'definition') ?? '';
  if (definition.startsWith('CHECK ')) return 'check';
  if (definition.startsWith('NOT NULL')) return 'not null';
  return definition.startsWith('FOREIGN KEY ') ? 'foreign key' : 'key';
}

/** The table or domain that a constraint is on. */
export function ownerOf(constraint: PictureObject, index: SchemaIndex): PictureObject | undefined {
  const on = constraint.on ?? '';
  return index.tables.get(on) ?? index.domains.get(on);
}

/** True for a constraint that its table makes by itself, because a parent has it. */
export function comesFromParent(constraint: PictureObject): boolean {
  return isFact(constraint, 'inherited') && !isFact(constraint, 'local');
}

/** The pieces of a constraint that does not stand inside CREATE TABLE or CREATE DOMAIN. */
export function constraintNodes(constraint: PictureObject, index: SchemaIndex): readonly SnapshotNode[] {
  const owner = ownerOf(constraint, index);
  const comment = commentStatements(constraint, null, owner?.kind === 'domain');
  const kind = constraintKind(constraint);
  const create = constraint.create ?? '';
  const late = !isFact(constraint, 'validated');
  // Inside its table, which needs no statement of its own; and what a parent hands down is there with the parent's.
  const stands = (kind === 'check' || kind === 'not null') && !late;
  const made = stands || comesFromParent(constraint) ? [] : [kind === 'key' ? onlyHere(create) : create];
  const rank = kind === 'foreign key' ? RANK['foreign key'] : kind === 'key' ? RANK.constraint : RANK.check;
  return [nodeOf(constraint, rank, [...made, ...comment], owner === undefined ? [] : [owner.address])];
}

/** The keys of partitions are made one by one and attached, so that each keeps its name. */
export function onlyHere(create: string): string {
  return create.replace(/^ALTER TABLE /, 'ALTER TABLE ONLY ');
}

/** The pieces of an index: made, attached to that of the parent, and what is said of it. */
export function indexNodes(
  object: PictureObject,
  index: SchemaIndex,
  attachments: readonly string[],
): readonly SnapshotNode[] {
  const table = object.on ?? '';
  const constraint = textFact(object, 'constraint');
  const ofPartition = textFact(object, 'constraint definition');
  const parent = textFact(object, 'attached to');
  const making =
    constraint === undefined
      ? [object.create ?? '']
      : ofPartition === undefined
        ? []
        : [`ALTER TABLE ONLY ${table} ADD CONSTRAINT ${quoted(constraint)} ${ofPartition}`];
  const behind = index.constraintsOf(table).find(({ name }) => name === constraint);
  const rank = making.length === 0 ? RANK['index of a constraint'] : RANK.index;
  const needs = [
    ...(behind === undefined ? [] : [behind.address]),
    ...(index.tables.get(table) === undefined ? [] : [index.tables.get(table)?.address ?? '']),
    ...attachments,
  ];
  const above = parent === undefined ? undefined : index.indexes.get(parent);
  return [
    nodeOf(object, rank, [...making, ...said(object)], needs),
    ...(parent === undefined
      ? []
      : [
          {
            key: `attach:${object.address}`,
            rank: RANK['attach index'],
            name: sortName(object),
            statements: [`ALTER INDEX ${parent} ATTACH PARTITION ${object.sql}`],
            needs: [object.address, ...(above === undefined ? [] : [above.address])],
          },
        ]),
  ];
}

function said(object: PictureObject): readonly string[] {
  const tablespace = textFact(object, 'tablespace');
  const options = listFact(object, 'constraint options');
  const table = object.on ?? '';
  return [
    ...(options.length === 0 ? [] : [`ALTER INDEX ${object.sql} SET (${optionsText(options)})`]),
    ...(tablespace === undefined ? [] : [`ALTER INDEX ${object.sql} SET TABLESPACE ${quoted(tablespace)}`]),
    ...listFact(object, 'statistics targets').map((line) => {
      const [column = '', target = ''] = line.split(': ');
      return `ALTER INDEX ${object.sql} ALTER COLUMN ${column} SET STATISTICS ${target}`;
    }),
    ...(isFact(object, 'clustered') ? [`ALTER TABLE ${table} CLUSTER ON ${quoted(object.name)}`] : []),
    ...(isFact(object, 'replica identity')
      ? [`ALTER TABLE ONLY ${table} REPLICA IDENTITY USING INDEX ${quoted(object.name)}`]
      : []),
    ...commentStatements(object),
    ...extensionStatements(object),
  ];
}

/** `ALTER TABLE … ATTACH PARTITION …`. */
export function attachNode(table: PictureObject, index: SchemaIndex): readonly SnapshotNode[] {
  const [parent = ''] = listFact(table, 'inherits');
  if (!isPartition(table)) return [];
  const above = index.tables.get(parent);
  return [
    {
      key: `attach:${table.address}`,
      rank: RANK.attach,
      name: sortName(table),
      statements: [
        `ALTER TABLE ONLY ${parent} ATTACH PARTITION ${table.sql} ${textFact(table, 'partition bound') ?? ''}`,
      ],
      needs: [table.address, ...(above === undefined ? [] : [above.address])],
    },
  ];
}
