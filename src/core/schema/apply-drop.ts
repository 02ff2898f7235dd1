import { namesOf } from '../lint/syntax.ts';
import type { DropStmt, Node, NodeOf, RenameStmt } from '../lint/syntax.ts';
import { sameName, writtenBy, writtenName, writtenRelation } from './names.ts';
import type { Schema } from './schema.ts';
import { argumentTypeText } from './types.ts';

/** DROP of anything that is known here. */
export function applyDrop(schema: Schema, statement: DropStmt): void {
  for (const object of statement.objects ?? []) {
    switch (statement.removeType) {
      case 'OBJECT_TABLE':
      case 'OBJECT_VIEW':
      case 'OBJECT_MATVIEW':
      case 'OBJECT_FOREIGN_TABLE': {
        const name = schema.relationName(writtenBy(object));
        const views = statement.behavior === 'DROP_CASCADE' ? schema.viewsOf(name) : [];
        for (const view of views) schema.dropRelation(view);
        schema.dropRelation(name);
        break;
      }
      case 'OBJECT_INDEX': {
        const index = schema.index(writtenBy(object));
        if (index !== undefined) schema.dropIndex(index);
        break;
      }
      case 'OBJECT_SEQUENCE':
        schema.dropSequence(schema.relationName(writtenBy(object)));
        break;
      case 'OBJECT_TYPE':
      case 'OBJECT_DOMAIN':
        schema.dropType(schema.typeName(writtenBy(object)));
        break;
      case 'OBJECT_FUNCTION':
      case 'OBJECT_PROCEDURE':
      case 'OBJECT_ROUTINE':
        schema.dropRoutine(schema.routineName(writtenBy(object)), argumentsOf(object));
        break;
      case 'OBJECT_SCHEMA':
        for (const name of namesOf(object)) schema.dropSchema(name);
        break;
      case 'OBJECT_POLICY':
      case 'OBJECT_TRIGGER':
        dropPart(schema, object, statement.removeType);
        break;
      default:
    }
  }
}

/** The argument types of a DROP FUNCTION; undefined where it writes none. */
function argumentsOf(object: Node): readonly string[] | undefined {
  if (!('ObjectWithArgs' in object) || object.ObjectWithArgs.args_unspecified === true) return undefined;
  return (object.ObjectWithArgs.objargs ?? []).map(argumentTypeText);
}

function dropPart(schema: Schema, object: Node, kind: 'OBJECT_POLICY' | 'OBJECT_TRIGGER'): void {
  const parts = namesOf(object);
  const name = parts.at(-1);
  const table = schema.relation(writtenName(parts.slice(0, -1)));
  if (table === undefined) return;
  schema.putRelation(
    kind === 'OBJECT_POLICY'
      ? { ...table, policies: table.policies.filter((policy) => policy.name !== name) }
      : { ...table, triggers: table.triggers.filter((trigger) => trigger.name !== name) },
  );
}

/** RENAME of a table, view, column, constraint, index, policy, trigger, type or schema. */
export function applyRename(schema: Schema, statement: RenameStmt): void {
  const { renameType, relation, subname = '', newname = '', object } = statement;
  const table = relation === undefined ? undefined : schema.relation(writtenRelation(relation));
  switch (renameType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_FOREIGN_TABLE': {
      const name = schema.relationName(writtenRelation(relation));
      schema.renameRelation(name, { schema: name.schema, name: newname });
      return;
    }
    case 'OBJECT_INDEX': {
      const index = schema.index(writtenRelation(relation));
      if (index === undefined) return;
      schema.dropIndex(index);
      schema.putIndex({ ...index, name: newname });
      return;
    }
    case 'OBJECT_COLUMN':
      if (table !== undefined) renameColumn(schema, table, subname, newname);
      return;
    case 'OBJECT_TABCONSTRAINT':
      if (table === undefined) return;
      schema.putRelation({
        ...table,
        constraints: table.constraints.map((one) => (one.name === subname ? { ...one, name: newname } : one)),
      });
      {
        const index = schema.index({ schema: table.schema, name: subname });
        if (index?.constraint === true && sameName(index.table, table)) {
          schema.dropIndex(index);
          schema.putIndex({ ...index, name: newname });
        }
      }
      return;
    case 'OBJECT_POLICY':
      if (table === undefined) return;
      schema.putRelation({
        ...table,
        policies: table.policies.map((one) => (one.name === subname ? { ...one, name: newname } : one)),
      });
      return;
    case 'OBJECT_TRIGGER':
      if (table === undefined) return;
      schema.putRelation({
        ...table,
        triggers: table.triggers.map((one) => (one.name === subname ? { ...one, name: newname } : one)),
      });
      return;
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN': {
      const written = writtenBy(object);
      const domain = schema.domain(written);
      const labels = schema.enum(written);
      schema.dropType(schema.typeName(written));
      if (domain !== undefined) schema.putDomain({ ...domain, name: newname });
      if (labels !== undefined) schema.putEnum({ ...labels, name: newname });
      return;
    }
    case 'OBJECT_SCHEMA':
      for (const one of schema.relations) {
        if (one.schema === subname) schema.renameRelation(one, { schema: newname, name: one.name });
      }
      return;
    default:
  }
}

function renameColumn(
  schema: Schema,
  table: NonNullable<ReturnType<Schema['relation']>>,
  from: string,
  to: string,
): void {
  const moved = (name: string): string => (name === from ? to : name);
  schema.putRelation({
    ...table,
    columns: table.columns.map((column) => ({ ...column, name: moved(column.name) })),
    constraints: table.constraints.map((one) => ({ ...one, columns: one.columns.map(moved) })),
  });
  for (const index of schema.indexesOf(table)) {
    schema.putIndex({
      ...index,
      columns: index.columns.map((column) => (column === undefined ? undefined : moved(column))),
      uses: index.uses.map(moved),
    });
  }
}

/** ALTER … SET SCHEMA. */
export function applySetSchema(schema: Schema, statement: NodeOf<'AlterObjectSchemaStmt'>): void {
  const { relation, newschema } = statement;
  if (relation === undefined || newschema === undefined) return;
  const name = schema.relationName(writtenRelation(relation));
  if (schema.relation(name) !== undefined)
    schema.renameRelation(name, { schema: newschema, name: name.name });
}
