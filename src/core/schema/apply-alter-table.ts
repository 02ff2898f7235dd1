import { reachesChildren, stringsOf } from '../lint/syntax.ts';
import type { AlterTableCmd, AlterTableStmt } from '../lint/syntax.ts';
import { addColumn, addConstraint } from './definitions.ts';
import { optionsOf } from './apply-create.ts';
import type { Column, Origin, Relation } from './model.ts';
import { writtenRelation } from './names.ts';
import type { ObjectName } from './names.ts';
import { knownRelation, noAdditions, withAdditions } from './relations.ts';
import type { Schema } from './schema.ts';
import { dataTypeOf } from './types.ts';

/** ALTER TABLE, of a table that is not known too: then what it says is known of it. */
export function applyAlterTable(schema: Schema, statement: AlterTableStmt, origin: Origin): void {
  if (
    !['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE'].includes(
      statement.objtype ?? '',
    )
  )
    return;
  const name = schema.relationName(writtenRelation(statement.relation));
  if (statement.missing_ok === true && schema.relation(name) === undefined) return;
  for (const node of statement.cmds ?? []) {
    if (!('AlterTableCmd' in node)) continue;
    const command = node.AlterTableCmd;
    schema.putRelation(changed(schema, knownRelation(schema, name), command, origin));
    if (!reachesChildren(command) || statement.relation?.inh !== true) continue;
    for (const child of schema.descendantsOf(name)) {
      if (schema.relation(child) !== undefined) {
        schema.putRelation(changed(schema, knownRelation(schema, child), command, origin));
      }
    }
  }
}

function changed(schema: Schema, table: Relation, command: AlterTableCmd, origin: Origin): Relation {
  const { subtype, name = '', def } = command;
  const column = (change: (column: Column) => Column): Relation => ({
    ...table,
    columns: table.columns.some((one) => one.name === name)
      ? table.columns.map((one) => (one.name === name ? change(one) : one))
      : [...table.columns, change({ name, type: undefined, notNull: false, origin: undefined })],
  });
  const target = { schema, table, origin, taken: table.constraints };
  switch (subtype) {
    case 'AT_AddColumn': {
      if (def === undefined || !('ColumnDef' in def)) return table;
      const present = table.columns.some((one) => one.name === def.ColumnDef.colname);
      if (present) return table;
      const additions = noAdditions();
      addColumn(target, def.ColumnDef, additions);
      return withAdditions(schema, table, additions);
    }
    case 'AT_DropColumn':
      return withoutColumn(schema, table, name);
    case 'AT_AlterColumnType': {
      const type = def !== undefined && 'ColumnDef' in def ? def.ColumnDef : undefined;
      return column((one) => ({
        ...one,
        type: dataTypeOf(type?.typeName),
        collation: stringsOf(type?.collClause?.collname).at(-1),
      }));
    }
    case 'AT_SetNotNull':
      return {
        ...column((one) => ({ ...one, notNull: true })),
        constraints: table.constraints.map((one) =>
          one.kind === 'not-null' && one.columns.includes(name) ? { ...one, valid: true } : one,
        ),
      };
    case 'AT_DropNotNull':
      return {
        ...column((one) => ({ ...one, notNull: false })),
        constraints: table.constraints.filter(
          (one) => one.kind !== 'not-null' || !one.columns.includes(name),
        ),
      };
    case 'AT_ColumnDefault':
      return column((one) => ({ ...one, default: def, serial: undefined }));
    case 'AT_AddIdentity': {
      const kind =
        def !== undefined && 'Constraint' in def && def.Constraint.generated_when === 'a'
          ? 'always'
          : 'by-default';
      schema.putSequence({
        schema: table.schema,
        name: `${table.name}_${name}_seq`,
        ownedBy: { table, column: name },
        origin,
      });
      return column((one) => ({ ...one, identity: kind, notNull: true }));
    }
    case 'AT_DropIdentity':
      schema.dropSequence({ schema: table.schema, name: `${table.name}_${name}_seq` });
      return column((one) => ({ ...one, identity: undefined }));
    case 'AT_DropExpression':
      return column((one) => ({ ...one, generated: undefined, default: undefined }));
    case 'AT_AddConstraint': {
      if (def === undefined || !('Constraint' in def)) return table;
      const additions = noAdditions();
      addConstraint(target, def.Constraint, additions);
      return withAdditions(schema, table, additions);
    }
    case 'AT_DropConstraint':
      return withoutConstraint(schema, table, name);
    case 'AT_ValidateConstraint':
      return {
        ...table,
        constraints: table.constraints.map((one) => (one.name === name ? { ...one, valid: true } : one)),
      };
    case 'AT_AlterConstraint': {
      const change = def !== undefined && 'ATAlterConstraint' in def ? def.ATAlterConstraint : undefined;
      if (change?.alterEnforceability !== true) return table;
      const enforced = change.is_enforced === true;
      return {
        ...table,
        constraints: table.constraints.map((one) =>
          one.name === change.conname ? { ...one, enforced, valid: enforced } : one,
        ),
      };
    }
    case 'AT_EnableRowSecurity':
      return { ...table, rowSecurity: true };
    case 'AT_DisableRowSecurity':
      return { ...table, rowSecurity: false };
    case 'AT_ForceRowSecurity':
      return { ...table, forcedRowSecurity: true };
    case 'AT_NoForceRowSecurity':
      return { ...table, forcedRowSecurity: false };
    case 'AT_SetLogged':
      return { ...table, persistence: 'permanent' };
    case 'AT_SetUnLogged':
      return { ...table, persistence: 'unlogged' };
    case 'AT_SetRelOptions':
      return {
        ...table,
        options: {
          ...table.options,
          ...(def !== undefined && 'List' in def ? optionsOf(def.List.items) : {}),
        },
      };
    case 'AT_EnableTrig':
    case 'AT_EnableAlwaysTrig':
    case 'AT_EnableReplicaTrig':
    case 'AT_EnableTrigAll':
    case 'AT_EnableTrigUser':
      return withTriggers(
        table,
        subtype === 'AT_EnableTrigAll' || subtype === 'AT_EnableTrigUser' ? undefined : name,
        true,
      );
    case 'AT_DisableTrig':
    case 'AT_DisableTrigAll':
    case 'AT_DisableTrigUser':
      return withTriggers(table, subtype === 'AT_DisableTrig' ? name : undefined, false);
    case 'AT_AttachPartition':
    case 'AT_DetachPartition': {
      const partition = def !== undefined && 'PartitionCmd' in def ? def.PartitionCmd : undefined;
      const child = knownRelation(schema, schema.relationName(writtenRelation(partition?.name)));
      schema.putRelation(
        subtype === 'AT_AttachPartition'
          ? {
              ...child,
              parent: nameOf(table),
              partition: partition?.bound?.is_default === true ? 'default' : 'range',
            }
          : { ...child, parent: undefined, partition: undefined },
      );
      return table;
    }
    case 'AT_AddInherit':
    case 'AT_DropInherit': {
      const parent =
        def !== undefined && 'RangeVar' in def
          ? schema.relationName(writtenRelation(def.RangeVar))
          : undefined;
      return { ...table, parent: subtype === 'AT_AddInherit' ? parent : undefined };
    }
    default:
      return table;
  }
}

function nameOf({ schema, name }: ObjectName): ObjectName {
  return { schema, name };
}

function withTriggers(table: Relation, name: string | undefined, enabled: boolean): Relation {
  return {
    ...table,
    triggers: table.triggers.map((trigger) =>
      name === undefined || trigger.name === name ? { ...trigger, enabled } : trigger,
    ),
  };
}

/** A column goes with its indexes and with the constraints that name it; checks over several columns too. */
function withoutColumn(schema: Schema, table: Relation, name: string): Relation {
  for (const index of schema.indexesOf(table)) if (index.uses.includes(name)) schema.dropIndex(index);
  schema.dropSequence({ schema: table.schema, name: `${table.name}_${name}_seq` });
  return {
    ...table,
    columns: table.columns.filter((column) => column.name !== name),
    constraints: table.constraints.filter((constraint) => !constraint.columns.includes(name)),
  };
}

function withoutConstraint(schema: Schema, table: Relation, name: string): Relation {
  const dropped = table.constraints.find((constraint) => constraint.name === name);
  const index = schema.index({ schema: table.schema, name });
  if (index?.constraint === true) schema.dropIndex(index);
  return {
    ...table,
    constraints: table.constraints.filter((constraint) => constraint.name !== name),
    columns:
      dropped?.kind === 'not-null'
        ? table.columns.map((column) =>
            dropped.columns.includes(column.name) ? { ...column, notNull: false } : column,
          )
        : table.columns,
  };
}
