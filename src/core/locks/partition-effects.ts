import type { AlterTableCmd, CreateStmt, Node } from '../lint/syntax.ts';
import { nodesOf, stringsOf } from '../lint/syntax.ts';
import type { Relation } from '../schema/model.ts';
import { nameText, sameName, writtenRelation } from '../schema/names.ts';
import type { ObjectName } from '../schema/names.ts';
import { saysNotNull } from './constraint-effects.ts';
import type { Effect } from './effect.ts';
import { onTable } from './effect-scope.ts';
import type { EffectScope } from './effect-scope.ts';

/** ATTACH PARTITION, DETACH PARTITION and DETACH … FINALIZE. */
export function partitionEffects(
  scope: EffectScope,
  table: ObjectName,
  { subtype, def }: AlterTableCmd,
  offset: number,
): readonly Effect[] {
  const { schema } = scope;
  const command = def !== undefined && 'PartitionCmd' in def ? def.PartitionCmd : undefined;
  const partition = schema.relationName(writtenRelation(command?.name));
  const on = `${nameText(partition)} of ${nameText(table)}`;
  if (subtype !== 'AT_AttachPartition') {
    const doing = { what: `DETACH PARTITION ${on}`, offset };
    if (subtype === 'AT_DetachPartitionFinalize' || command?.concurrent === true) {
      return [onTable(table, 'SHARE UPDATE EXCLUSIVE', doing), onTable(partition, 'ACCESS EXCLUSIVE', doing)];
    }
    const facts = { cause: 'detach-partition-blocking' };
    return [onTable(table, 'ACCESS EXCLUSIVE', doing, facts), onTable(partition, 'ACCESS EXCLUSIVE', doing)];
  }
  const doing = { what: `ATTACH PARTITION ${on}`, offset };
  const proven = isBoundProven(
    schema.relation(partition),
    schema.relation(table),
    command?.bound?.is_default === true,
  );
  const scanned = { work: 'scan', cause: 'attach-partition-scan' } as const;
  return [
    onTable(table, 'SHARE UPDATE EXCLUSIVE', doing),
    onTable(partition, 'ACCESS EXCLUSIVE', doing, proven ? {} : scanned),
    ...defaultPartitionEffects(scope, table, partition, doing),
  ];
}

/** CREATE TABLE … PARTITION OF locks the parent, and reads its default partition. */
export function partitionOfEffects(
  scope: EffectScope,
  table: ObjectName,
  parent: ObjectName,
  statement: CreateStmt,
): readonly Effect[] {
  const offset = scope.statement.offsetOf(statement.relation?.location);
  const doing = { what: `CREATE TABLE ${nameText(table)} PARTITION OF ${nameText(parent)}`, offset };
  return [
    onTable(parent, 'ACCESS EXCLUSIVE', doing, { cause: 'create-partition-of' }),
    ...defaultPartitionEffects(scope, parent, table, doing),
  ];
}

/** Rows that belong into a new partition must not stand in the default one: all of it is read. */
function defaultPartitionEffects(
  { schema }: EffectScope,
  table: ObjectName,
  partition: ObjectName,
  doing: { readonly what: string; readonly offset: number },
): readonly Effect[] {
  return schema
    .childrenOf(table)
    .filter((child) => child.partition === 'default' && !sameName(child, partition))
    .map((child) =>
      onTable(child, 'ACCESS EXCLUSIVE', doing, {
        work: 'scan',
        cause: 'default-partition-scan',
        detail: `${nameText(child)} is the default partition`,
      }),
    );
}

/**
 * Whether valid CHECK constraints seem to say what the bound says: each key column IS NOT NULL and is compared
 * with something (https://www.postgresql.org/docs/current/sql-altertable.html, ATTACH PARTITION). Whether the
 * values are those of the bound, only the server can tell.
 */
function isBoundProven(
  partition: Relation | undefined,
  parent: Relation | undefined,
  isDefault: boolean,
): boolean {
  if (partition === undefined || isDefault) return false;
  const checks = partition.constraints.flatMap((one) =>
    one.kind === 'check' && one.valid && one.enforced && one.expression !== undefined ? [one.expression] : [],
  );
  const key = parent?.partitionKey ?? [];
  if (checks.length === 0 || key.length === 0) return false;
  return key.every((column) => {
    const required = partition.columns.find(({ name }) => name === column)?.notNull === true;
    return (
      checks.some((check) => compares(check, column)) &&
      (required || checks.some((check) => saysNotNull(check, column)))
    );
  });
}

function compares(check: Node, column: string): boolean {
  return nodesOf(check, 'A_Expr').some((expression) =>
    nodesOf(expression, 'ColumnRef').some(({ fields }) => stringsOf(fields).at(-1) === column),
  );
}
