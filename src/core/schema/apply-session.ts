import type { NodeOf } from '../lint/syntax.ts';
import { namesOf, optionOf } from '../lint/syntax.ts';
import type { Node } from '../lint/syntax.ts';
import { constantsOf } from './apply-type.ts';
import { rolesOf } from './apply-table-parts.ts';
import { writtenBy, writtenRelation } from './names.ts';
import type { ObjectName } from './names.ts';
import type { Schema } from './schema.ts';

/** SET and RESET; with LOCAL too: for the rest of the file both mean the same. */
export function applySetting(schema: Schema, statement: NodeOf<'VariableSetStmt'>): void {
  const { kind, name = '', args } = statement;
  if (kind === 'VAR_RESET_ALL') schema.clearSettings();
  else if (kind === 'VAR_SET_VALUE') schema.putSetting(name, constantsOf(args).join(','));
  else if (kind === 'VAR_RESET' || kind === 'VAR_SET_DEFAULT') schema.putSetting(name, undefined);
}

/** GRANT and REVOKE on objects that are named. */
export function applyGrant(schema: Schema, statement: NodeOf<'GrantStmt'>): void {
  const { objtype, objects, privileges, grantees, is_grant: isGrant, targtype } = statement;
  if (targtype === 'ACL_TARGET_DEFAULTS') return;
  const on = (objtype ?? '').replace('OBJECT_', '').toLowerCase();
  const names = (privileges ?? []).flatMap((node) =>
    'AccessPriv' in node && node.AccessPriv.priv_name !== undefined
      ? [node.AccessPriv.priv_name.toLowerCase()]
      : [],
  );
  const isPublic = (grantees ?? []).some(
    (node) => 'RoleSpec' in node && node.RoleSpec.roletype === 'ROLESPEC_PUBLIC',
  );
  const roles = [...rolesOf(grantees), ...(isPublic ? ['public'] : [])];
  const named =
    targtype === 'ACL_TARGET_ALL_IN_SCHEMA'
      ? (objects ?? []).flatMap((node) => allIn(schema, namesOf(node)[0] ?? '', on))
      : (objects ?? []).map((node) => objectOf(schema, node, on));
  for (const object of named) {
    if (isPublic && ROUTINES.has(on) && (names.length === 0 || names.includes('execute')))
      applyExecute(schema, object, isGrant === true);
    const grant = { on, object, privileges: names, roles };
    if (isGrant === true) schema.putGrant({ ...grant, privileges: names.length === 0 ? allOn(on) : names });
    else schema.revoke(grant);
  }
}

/**
 * ALTER DEFAULT PRIVILEGES, of which one thing is known: EXECUTE on new functions taken from PUBLIC. For one schema it
 * takes nothing away (https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html).
 */
export function applyDefaultPrivileges(
  schema: Schema,
  { options, action }: NodeOf<'AlterDefaultPrivilegesStmt'>,
): void {
  if (action === undefined || optionOf(options, 'schemas') !== undefined) return;
  const { objtype, grantees } = action;
  if (!ROUTINES.has((objtype ?? '').replace('OBJECT_', '').toLowerCase())) return;
  const isPublic = (grantees ?? []).some(
    (node) => 'RoleSpec' in node && node.RoleSpec.roletype === 'ROLESPEC_PUBLIC',
  );
  if (isPublic) schema.closesRoutines = action.is_grant !== true;
}

/** What ALL means: of tables spelled out, so that one of them can be revoked. */
function allOn(on: string): readonly string[] {
  return on === 'table'
    ? ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']
    : ['all'];
}

const ROUTINES = new Set(['function', 'procedure', 'routine']);

/** ALL … IN SCHEMA is what is there at that moment. */
function allIn(schema: Schema, name: string, on: string): readonly ObjectName[] {
  if (on === 'table') return schema.relations.filter((relation) => relation.schema === name);
  return ROUTINES.has(on) ? schema.routines.filter((routine) => routine.schema === name) : [];
}

/** EXECUTE to or from PUBLIC; of overloads, all of them. */
function applyExecute(schema: Schema, name: ObjectName, open: boolean): void {
  for (const routine of schema.routinesNamed(name)) {
    schema.putRoutine({ ...routine, closed: open ? undefined : true });
  }
}

function objectOf(schema: Schema, node: Node, on: string): ObjectName {
  if ('RangeVar' in node) return schema.relationName(writtenRelation(node.RangeVar));
  if ('ObjectWithArgs' in node) return schema.routineName(writtenBy(node));
  if (on === 'schema') return { schema: namesOf(node)[0] ?? '', name: '' };
  return schema.typeName(writtenBy(node));
}
