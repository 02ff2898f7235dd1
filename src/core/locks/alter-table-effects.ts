import { reachesChildren } from '../lint/syntax.ts';
import type { AlterTableCmd, AlterTableStmt } from '../lint/syntax.ts';
import { nameText, writtenRelation } from '../schema/names.ts';
import type { ObjectName } from '../schema/names.ts';
import { addColumnEffects } from './add-column-effects.ts';
import { columnTypeEffects } from './column-type-effects.ts';
import {
  addConstraintEffects,
  alterConstraintEffects,
  dropConstraintEffects,
  setNotNullEffects,
  validateEffects,
} from './constraint-effects.ts';
import { stronger } from './effect.ts';
import type { Effect, Lock } from './effect.ts';
import { onTable, storesOf } from './effect-scope.ts';
import type { EffectScope } from './effect-scope.ts';
import { partitionEffects } from './partition-effects.ts';

/** ALTER TABLE: the strongest lock of all its sub-commands, from the first moment. */
export function alterTableEffects(scope: EffectScope, statement: AlterTableStmt): readonly Effect[] {
  const { schema } = scope;
  const table = schema.relationName(writtenRelation(statement.relation));
  if (statement.missing_ok === true && schema.relation(table)?.complete === false) return [];
  const commands = (statement.cmds ?? []).flatMap((node) =>
    'AlterTableCmd' in node ? [node.AlterTableCmd] : [],
  );
  const effects = commands.flatMap((command, index) =>
    commandEffects(scope, table, command, scope.statement.commandOffset(index)),
  );
  const isOwn = (relation: ObjectName): boolean =>
    relation.name === table.name && relation.schema === table.schema;
  const strongest = effects
    .filter(({ relation }) => isOwn(relation))
    .reduce<Lock>((lock, effect) => stronger(lock, effect.lock), 'ACCESS SHARE');
  const kind = statement.objtype === 'OBJECT_VIEW' ? 'view' : 'table';
  const all = effects.map((effect): Effect =>
    isOwn(effect.relation) ? { ...effect, kind, lock: strongest } : effect,
  );
  return [...all, ...descendantLocks(scope, table, commands, strongest)];
}

/** What goes on to partitions and inheriting tables locks them alike. */
function descendantLocks(
  { schema, statement }: EffectScope,
  table: ObjectName,
  commands: readonly AlterTableCmd[],
  lock: Lock,
): readonly Effect[] {
  if (!commands.some(reachesChildren)) return [];
  const doing = { what: `ALTER TABLE ${nameText(table)}`, offset: statement.offset };
  return schema.descendantsOf(table).map((child) => onTable(child, lock, doing));
}

/** Locks of sub-commands that only change the catalog (tablecmds.c, AlterTableGetLockLevel). */
const BRIEF: Readonly<Record<string, Lock>> = {
  AT_SetStatistics: 'SHARE UPDATE EXCLUSIVE',
  AT_SetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ResetOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_SetRelOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ResetRelOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ClusterOn: 'SHARE UPDATE EXCLUSIVE',
  AT_DropCluster: 'SHARE UPDATE EXCLUSIVE',
  AT_EnableTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableAlwaysTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableReplicaTrig: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigAll: 'SHARE ROW EXCLUSIVE',
  AT_EnableTrigUser: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrig: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrigAll: 'SHARE ROW EXCLUSIVE',
  AT_DisableTrigUser: 'SHARE ROW EXCLUSIVE',
};

function commandEffects(
  scope: EffectScope,
  table: ObjectName,
  command: AlterTableCmd,
  offset: number,
): readonly Effect[] {
  const { schema } = scope;
  const { subtype = 'AT_AddColumn', def, name = '' } = command;
  const on = nameText(table);
  const stores = (what: string, cause: string, detail?: string): readonly Effect[] => [
    onTable(table, 'ACCESS EXCLUSIVE', { what, offset }),
    ...storesOf(schema, table).map((store) =>
      onTable(store, 'ACCESS EXCLUSIVE', { what, offset }, { work: 'rewrite', cause, detail }),
    ),
  ];
  switch (subtype) {
    case 'AT_AddColumn': {
      if (def === undefined || !('ColumnDef' in def)) return [];
      const { colname } = def.ColumnDef;
      const present = schema.relation(table)?.columns.some((column) => column.name === colname) === true;
      if (command.missing_ok === true && present) {
        return [
          onTable(
            table,
            'ACCESS EXCLUSIVE',
            { what: `ADD COLUMN IF NOT EXISTS ${on}.${colname ?? ''}`, offset },
            { cause: 'if-not-exists-still-locks' },
          ),
        ];
      }
      return addColumnEffects(scope, table, def.ColumnDef, offset);
    }
    case 'AT_AlterColumnType':
      return def !== undefined && 'ColumnDef' in def
        ? columnTypeEffects(scope, table, name, def.ColumnDef, offset)
        : [];
    case 'AT_SetNotNull':
      return setNotNullEffects(scope, table, name, offset);
    case 'AT_SetExpression': {
      const virtual =
        schema.relation(table)?.columns.find((column) => column.name === name)?.generated === 'virtual';
      const what = `SET EXPRESSION of ${on}.${name}`;
      return virtual
        ? [onTable(table, 'ACCESS EXCLUSIVE', { what, offset })]
        : stores(what, 'set-expression-rewrite', 'its value is computed for each row');
    }
    case 'AT_AddConstraint':
      return def !== undefined && 'Constraint' in def
        ? addConstraintEffects(scope, table, def.Constraint, offset)
        : [];
    case 'AT_ValidateConstraint':
      return validateEffects(scope, table, name, offset);
    case 'AT_AlterConstraint': {
      const change = def !== undefined && 'ATAlterConstraint' in def ? def.ATAlterConstraint : undefined;
      const enforce = change?.alterEnforceability === true && change.is_enforced === true;
      return alterConstraintEffects(scope, table, change?.conname ?? name, enforce, offset);
    }
    case 'AT_DropConstraint':
      return dropConstraintEffects(scope, table, name, offset);
    case 'AT_SetLogged':
    case 'AT_SetUnLogged': {
      const logged = subtype === 'AT_SetLogged';
      const is = schema.relation(table)?.persistence;
      const what = `SET ${logged ? 'LOGGED' : 'UNLOGGED'} on ${on}`;
      if (is === (logged ? 'permanent' : 'unlogged') && schema.relation(table)?.complete === true) {
        return [onTable(table, 'ACCESS EXCLUSIVE', { what, offset })];
      }
      return stores(what, 'set-logged-unlogged');
    }
    case 'AT_SetTableSpace':
    case 'AT_SetAccessMethod': {
      const what = `SET ${subtype === 'AT_SetTableSpace' ? 'TABLESPACE' : 'ACCESS METHOD'} ${name} on ${on}`;
      // Where a table is already, nothing is copied; no file of a project names these for its own tables.
      return name === 'pg_default' || name === 'heap'
        ? [onTable(table, 'ACCESS EXCLUSIVE', { what, offset })]
        : stores(what, 'set-tablespace-access-method');
    }
    case 'AT_AttachPartition':
    case 'AT_DetachPartition':
    case 'AT_DetachPartitionFinalize':
      return partitionEffects(scope, table, command, offset);
    case 'AT_AddInherit': {
      const parent =
        def !== undefined && 'RangeVar' in def
          ? schema.relationName(writtenRelation(def.RangeVar))
          : undefined;
      const doing = { what: `INHERIT of ${on}`, offset };
      return [
        onTable(table, 'ACCESS EXCLUSIVE', doing),
        ...(parent === undefined ? [] : [onTable(parent, 'SHARE UPDATE EXCLUSIVE', doing)]),
      ];
    }
    case 'AT_DropColumn': {
      const doing = { what: `DROP COLUMN ${on}.${name}`, offset };
      const views = command.behavior === 'DROP_CASCADE' ? schema.viewsOf(table) : [];
      return [
        onTable(table, 'ACCESS EXCLUSIVE', doing),
        ...views.map((view): Effect => ({ ...onTable(view, 'ACCESS EXCLUSIVE', doing), kind: 'view' })),
      ];
    }
    case 'AT_EnableRowSecurity':
    case 'AT_DisableRowSecurity':
    case 'AT_ForceRowSecurity':
    case 'AT_NoForceRowSecurity':
      return [
        onTable(
          table,
          'ACCESS EXCLUSIVE',
          { what: `ROW LEVEL SECURITY on ${on}`, offset },
          { cause: 'rls-ddl-lock' },
        ),
      ];
    case 'AT_ReplicaIdentity':
      return [
        onTable(
          table,
          'ACCESS EXCLUSIVE',
          { what: `REPLICA IDENTITY of ${on}`, offset },
          { cause: 'replica-identity' },
        ),
      ];
    default: {
      const lock = BRIEF[subtype] ?? 'ACCESS EXCLUSIVE';
      const trigger = /Trig/.test(subtype) ? { cause: 'trigger-ddl' } : {};
      const view = schema.relation(table)?.kind === 'view';
      const what = `${/Trig/.test(subtype) ? 'ENABLE or DISABLE TRIGGER' : 'ALTER TABLE'} on ${on}`;
      return [onTable(table, view ? 'ACCESS EXCLUSIVE' : lock, { what, offset }, trigger)];
    }
  }
}
