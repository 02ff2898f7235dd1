import { namesOf } from '../lint/syntax.ts';
import type {
  Constraint as ConstraintNode,
  CreateStmt,
  DropStmt,
  NodeOf,
  RenameStmt,
} from '../lint/syntax.ts';
import { constraintsOf } from '../schema/definitions.ts';
import { nameText, sameName, writtenBy, writtenName, writtenRelation } from '../schema/names.ts';
import type { ObjectName } from '../schema/names.ts';
import type { Relation } from '../schema/model.ts';
import type { Schema } from '../schema/schema.ts';
import type { Effect } from './effect.ts';
import { onTable } from './effect-scope.ts';
import type { Doing, EffectScope } from './effect-scope.ts';
import { dropIndexEffects } from './index-effects.ts';
import { partitionOfEffects } from './partition-effects.ts';
import { ownSequences } from './sequences.ts';

/** CREATE TABLE locks what it refers to, and the table that it is a partition of. */
export function createTableEffects(scope: EffectScope, statement: CreateStmt): readonly Effect[] {
  const { schema } = scope;
  const table = schema.newName(writtenRelation(statement.relation));
  if (statement.if_not_exists === true && schema.relation(table) !== undefined) return [];
  const parents = (statement.inhRelations ?? []).flatMap((node) =>
    'RangeVar' in node ? [schema.relationName(writtenRelation(node.RangeVar))] : [],
  );
  const [parent] = parents;
  if (statement.partbound !== undefined && parent !== undefined) {
    return partitionOfEffects(scope, table, parent, statement);
  }
  const doing = { what: `CREATE TABLE ${nameText(table)}`, offset: scope.statement.offset };
  return [
    ...parents.map((one) => onTable(one, 'SHARE UPDATE EXCLUSIVE', doing)),
    ...foreignKeysOf(statement).flatMap((constraint): readonly Effect[] => {
      const referenced = schema.relationName(writtenRelation(constraint.pktable));
      if (sameName(referenced, table)) return [];
      const offset = scope.statement.offsetOf(constraint.location);
      const what = `${doing.what} REFERENCES ${nameText(referenced)}`;
      return [
        onTable(referenced, 'SHARE ROW EXCLUSIVE', { what, offset }, { cause: 'create-table-with-fk' }),
      ];
    }),
  ];
}

function foreignKeysOf(statement: CreateStmt): readonly ConstraintNode[] {
  const all = [...(statement.tableElts ?? []), ...(statement.constraints ?? [])].flatMap((node) => {
    if ('Constraint' in node) return [node.Constraint];
    return 'ColumnDef' in node ? constraintsOf(node.ColumnDef) : [];
  });
  return all.filter(({ contype }) => contype === 'CONSTR_FOREIGN');
}

/** DROP of anything that has to do with tables. */
export function dropEffects(scope: EffectScope, drop: DropStmt): readonly Effect[] {
  const { schema, statement } = scope;
  const { offset } = statement;
  switch (drop.removeType) {
    case 'OBJECT_INDEX':
      return dropIndexEffects(scope, drop);
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      return (drop.objects ?? []).flatMap((object) => {
        const name = schema.relationName(writtenBy(object));
        if (drop.missing_ok === true && schema.relation(name) === undefined) return [];
        return dropTableEffects(schema, name, { what: `DROP TABLE ${nameText(name)}`, offset });
      });
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
      return (drop.objects ?? []).map((object) =>
        onView(schema.relationName(writtenBy(object)), {
          what: `DROP VIEW ${writtenBy(object).name}`,
          offset,
        }),
      );
    case 'OBJECT_SEQUENCE':
      return (drop.objects ?? []).map((object): Effect => ({
        ...onTable(schema.relationName(writtenBy(object)), 'ACCESS EXCLUSIVE', {
          what: 'DROP SEQUENCE',
          offset,
        }),
        kind: 'sequence',
      }));
    case 'OBJECT_TRIGGER':
    case 'OBJECT_POLICY':
    case 'OBJECT_RULE':
      return (drop.objects ?? []).map((object) => {
        const parts = namesOf(object);
        const table = schema.relationName(writtenName(parts.slice(0, -1)));
        const word = { OBJECT_TRIGGER: 'TRIGGER', OBJECT_POLICY: 'POLICY', OBJECT_RULE: 'RULE' }[
          drop.removeType as 'OBJECT_TRIGGER'
        ];
        const cause = drop.removeType === 'OBJECT_POLICY' ? 'rls-ddl-lock' : 'trigger-ddl';
        return onTable(
          table,
          'ACCESS EXCLUSIVE',
          { what: `DROP ${word} ${parts.at(-1) ?? ''} on ${nameText(table)}`, offset },
          { cause },
        );
      });
    case 'OBJECT_SCHEMA':
      return (drop.objects ?? []).flatMap((object) => {
        const [name = ''] = namesOf(object);
        const doing = { what: `DROP SCHEMA ${name}`, offset };
        return [
          ...schema.relations
            .filter((relation) => relation.schema === name)
            .flatMap((relation) => dropTableEffects(schema, relation, doing)),
          ...schema.sequences
            .filter((sequence) => sequence.schema === name)
            .map((sequence): Effect => ({
              ...onTable(sequence, 'ACCESS EXCLUSIVE', doing),
              kind: 'sequence',
            })),
        ];
      });
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      if (drop.behavior !== 'DROP_CASCADE') return [];
      return (drop.objects ?? []).flatMap((object) => {
        const type = writtenBy(object).name;
        return tablesWith(schema, type).map((table) =>
          onTable(table, 'ACCESS EXCLUSIVE', { what: `DROP TYPE ${type} CASCADE`, offset }),
        );
      });
    default:
      return [];
  }
}

/** Tables with a column of this type. */
export function tablesWith(schema: Schema, type: string): readonly Relation[] {
  return schema.relations.filter(
    ({ kind, columns }) => kind === 'table' && columns.some((column) => column.type?.name === type),
  );
}

function onView(relation: ObjectName, doing: Doing): Effect {
  return { ...onTable(relation, 'ACCESS EXCLUSIVE', doing), kind: 'view' };
}

/** A table goes with its views, sequences and foreign keys: what it refers to, and what refers to it, is locked. */
function dropTableEffects(schema: Schema, table: ObjectName, doing: Doing): readonly Effect[] {
  const relation = schema.relation(table);
  const lock = 'ACCESS EXCLUSIVE';
  const partitionOf = relation?.partition === undefined ? undefined : relation.parent;
  const parents = (relation?.constraints ?? []).flatMap(({ references }) =>
    references === undefined || sameName(references.table, table) ? [] : [references.table],
  );
  return [
    onTable(table, lock, doing),
    ...schema.viewsOf(table).map((view) => onView(view, doing)),
    ...ownSequences(schema, table).map((name): Effect => ({
      ...onTable(name, lock, doing),
      kind: 'sequence',
    })),
    ...(partitionOf === undefined ? [] : [onTable(partitionOf, lock, doing, { cause: 'drop-partition' })]),
    ...parents.map((parent) => onTable(parent, lock, doing, { cause: 'drop-fk-locks-parent' })),
    ...schema
      .referencesTo(table)
      .filter(({ from }) => !sameName(from, table))
      .map(({ from }) => onTable(from, lock, doing)),
    ...schema.descendantsOf(table).map((child) => onTable(child, lock, doing)),
  ];
}

/** TRUNCATE throws the file away: short, but it waits for every reader; CASCADE takes what refers to it. */
export function truncateEffects(scope: EffectScope, truncate: NodeOf<'TruncateStmt'>): readonly Effect[] {
  const { schema, statement } = scope;
  const named = (truncate.relations ?? []).flatMap((node) =>
    'RangeVar' in node ? [schema.relationName(writtenRelation(node.RangeVar))] : [],
  );
  const cascade = truncate.behavior === 'DROP_CASCADE' ? referrersOf(schema, named) : [];
  const doing = { what: `TRUNCATE of ${named.map(nameText).join(', ')}`, offset: statement.offset };
  return [...named, ...named.flatMap((name) => schema.descendantsOf(name)), ...cascade].map((name) =>
    onTable(name, 'ACCESS EXCLUSIVE', doing),
  );
}

function referrersOf(schema: Schema, tables: readonly ObjectName[]): readonly ObjectName[] {
  const found: ObjectName[] = [...tables];
  for (const table of found) {
    for (const { from } of schema.referencesTo(table)) {
      if (!found.some((one) => sameName(one, from))) found.push({ schema: from.schema, name: from.name });
    }
  }
  return found.slice(tables.length);
}

/** RENAME: of a table, its columns and constraints ACCESS EXCLUSIVE; of an index less. */
export function renameEffects(scope: EffectScope, rename: RenameStmt): readonly Effect[] {
  const { schema, statement } = scope;
  if (rename.relation === undefined) return [];
  const name = schema.relationName(writtenRelation(rename.relation));
  const doing = { what: `RENAME of ${nameText(name)}`, offset: statement.offset };
  if (rename.renameType === 'OBJECT_INDEX') {
    return [{ ...onTable(name, 'SHARE UPDATE EXCLUSIVE', doing), kind: 'index' }];
  }
  return [
    onTable(name, 'ACCESS EXCLUSIVE', doing),
    ...schema.descendantsOf(name).map((child) => onTable(child, 'ACCESS EXCLUSIVE', doing)),
  ];
}
