import { stringsOf } from '../lint/syntax.ts';
import type { CreateTrigStmt, Node, NodeOf } from '../lint/syntax.ts';
import type { Origin } from './model.ts';
import { writtenRelation } from './names.ts';
import { knownRelation } from './relations.ts';
import type { Schema } from './schema.ts';

/** CREATE POLICY. */
export function applyPolicy(schema: Schema, statement: NodeOf<'CreatePolicyStmt'>, origin: Origin): void {
  const table = knownRelation(schema, schema.relationName(writtenRelation(statement.table)));
  schema.putRelation({
    ...table,
    policies: [
      ...table.policies.filter(({ name }) => name !== statement.policy_name),
      {
        name: statement.policy_name ?? '',
        command: (statement.cmd_name ?? 'all').toLowerCase(),
        permissive: statement.permissive === true,
        roles: rolesOf(statement.roles),
        using: statement.qual,
        check: statement.with_check,
        origin,
      },
    ],
  });
}

/** ALTER POLICY. */
export function applyPolicyChange(schema: Schema, statement: NodeOf<'AlterPolicyStmt'>): void {
  const table = knownRelation(schema, schema.relationName(writtenRelation(statement.table)));
  schema.putRelation({
    ...table,
    policies: table.policies.map((policy) =>
      policy.name === statement.policy_name
        ? {
            ...policy,
            roles: statement.roles === undefined ? policy.roles : rolesOf(statement.roles),
            using: statement.qual ?? policy.using,
            check: statement.with_check ?? policy.check,
          }
        : policy,
    ),
  });
}

/** The roles of a TO clause; empty for PUBLIC. */
export function rolesOf(roles: readonly Node[] | undefined): readonly string[] {
  return (roles ?? []).flatMap((node) => {
    if (!('RoleSpec' in node)) return [];
    const { roletype, rolename } = node.RoleSpec;
    if (roletype === 'ROLESPEC_PUBLIC') return [];
    return [rolename ?? (roletype ?? '').replace('ROLESPEC_', '').toLowerCase()];
  });
}

/** CREATE TRIGGER. */
export function applyTrigger(schema: Schema, statement: CreateTrigStmt, origin: Origin): void {
  const table = knownRelation(schema, schema.relationName(writtenRelation(statement.relation)));
  schema.putRelation({
    ...table,
    triggers: [
      ...table.triggers.filter(({ name }) => name !== statement.trigname),
      {
        name: statement.trigname ?? '',
        function: stringsOf(statement.funcname),
        row: statement.row === true,
        enabled: true,
        origin,
      },
    ],
  });
}
