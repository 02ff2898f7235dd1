import type { LintStatement } from '../lint/statement.ts';
import { optionOf, stringsOf } from '../lint/syntax.ts';
import type { Node } from '../lint/syntax.ts';
import { applyAlterTable } from './apply-alter-table.ts';
import { applyDrop, applyRename, applySetSchema } from './apply-drop.ts';
import { applyCreateIndex, applyCreateTable, applyCreateTableAs, applyView } from './apply-create.ts';
import { applyFunction, applyFunctionChange } from './apply-function.ts';
import { applyPolicy, applyPolicyChange, applyTrigger } from './apply-table-parts.ts';
import { applyAlterDomain, applyAlterEnum, applyDomain, applyEnum } from './apply-type.ts';
import type { Origin } from './model.ts';
import { writtenName, writtenRelation } from './names.ts';
import type { Schema } from './schema.ts';
import { applyDefaultPrivileges, applyGrant, applySetting } from './apply-session.ts';

/** What a statement changes in what is known. Statements that change no schema change nothing here. Never throws. */
export function replay(schema: Schema, statement: LintStatement, origin: Origin): void {
  const { node } = statement;
  if (!('CreateFunctionStmt' in node)) {
    for (const { expression } of statement.bodies.flatMap(({ dynamic }) => dynamic))
      schema.putDynamic(expression);
  }
  if ('CreateStmt' in node) applyCreateTable(schema, node.CreateStmt, origin);
  else if ('CreateForeignTableStmt' in node) {
    const { base } = node.CreateForeignTableStmt;
    if (base !== undefined) applyCreateTable(schema, base, origin, 'foreign-table');
  } else if ('CreateTableAsStmt' in node) applyCreateTableAs(schema, node.CreateTableAsStmt, origin);
  else if ('ViewStmt' in node) applyView(schema, node.ViewStmt, origin);
  else if ('IndexStmt' in node) applyCreateIndex(schema, node.IndexStmt, origin);
  else if ('AlterTableStmt' in node) applyAlterTable(schema, node.AlterTableStmt, origin);
  else if ('DropStmt' in node) applyDrop(schema, node.DropStmt);
  else if ('RenameStmt' in node) applyRename(schema, node.RenameStmt);
  else if ('AlterObjectSchemaStmt' in node) applySetSchema(schema, node.AlterObjectSchemaStmt);
  else if ('CreateFunctionStmt' in node) applyFunction(schema, node.CreateFunctionStmt, statement, origin);
  else if ('AlterFunctionStmt' in node) applyFunctionChange(schema, node.AlterFunctionStmt);
  else if ('CreateDomainStmt' in node) applyDomain(schema, node.CreateDomainStmt, origin);
  else if ('AlterDomainStmt' in node) applyAlterDomain(schema, node.AlterDomainStmt);
  else if ('CreateEnumStmt' in node) applyEnum(schema, node.CreateEnumStmt, origin);
  else if ('AlterEnumStmt' in node) applyAlterEnum(schema, node.AlterEnumStmt, origin);
  else if ('CreatePolicyStmt' in node) applyPolicy(schema, node.CreatePolicyStmt, origin);
  else if ('AlterPolicyStmt' in node) applyPolicyChange(schema, node.AlterPolicyStmt);
  else if ('CreateTrigStmt' in node) applyTrigger(schema, node.CreateTrigStmt, origin);
  else if ('VariableSetStmt' in node) applySetting(schema, node.VariableSetStmt);
  else if ('GrantStmt' in node) applyGrant(schema, node.GrantStmt);
  else if ('AlterDefaultPrivilegesStmt' in node)
    applyDefaultPrivileges(schema, node.AlterDefaultPrivilegesStmt);
  else if ('CreateSeqStmt' in node) {
    const name = schema.newName(writtenRelation(node.CreateSeqStmt.sequence));
    const known = schema.sequence(name);
    schema.putSequence({
      ...name,
      origin: known?.origin ?? origin,
      ownedBy: ownerOf(schema, node.CreateSeqStmt.options),
    });
  } else if ('AlterSeqStmt' in node) {
    const sequence = schema.sequence(writtenRelation(node.AlterSeqStmt.sequence));
    const ownedBy = ownerOf(schema, node.AlterSeqStmt.options);
    if (sequence !== undefined && ownedBy !== undefined) schema.putSequence({ ...sequence, ownedBy });
  } else if ('CreateSchemaStmt' in node) {
    for (const element of node.CreateSchemaStmt.schemaElts ?? [])
      replay(schema, { ...statement, node: element }, origin);
  }
}

/** OWNED BY of a sequence. */
function ownerOf(
  schema: Schema,
  options: readonly Node[] | undefined,
):
  | { readonly table: { readonly schema: string; readonly name: string }; readonly column: string }
  | undefined {
  const arg = optionOf(options, 'owned_by')?.arg;
  if (arg === undefined || !('List' in arg)) return undefined;
  const parts = stringsOf(arg.List.items);
  const column = parts.at(-1);
  if (column === undefined || parts.length < 2) return undefined;
  return { table: schema.relationName(writtenName(parts.slice(0, -1))), column };
}
