import type { Tenancy } from '../builtin-check.ts';
import type { Column, Relation } from '../schema/model.ts';
import { sameName, writtenName } from '../schema/names.ts';
import type { Schema } from '../schema/schema.ts';

/** A table with the tenant's column. */
export interface TenantTable {
  readonly table: Relation;
  readonly column: Column;
}

/** Where lms-db keeps its history, and migrations their own notes: no tenant reads there. */
const HISTORY = 'lms_db';

/** The table of the tenants, where a file made it. */
export function rootOf(schema: Schema, { root }: Tenancy): Relation | undefined {
  return schema.relation(writtenName(root.split('.')));
}

/** Every table that a file made and that has the tenant's column, but for the root and for partitions, which follow their parent. */
export function tenantTablesOf(schema: Schema, tenancy: Tenancy | undefined): readonly TenantTable[] {
  if (tenancy === undefined) return [];
  const root = rootOf(schema, tenancy);
  return schema.relations.flatMap((table) => {
    const column = table.columns.find(({ name }) => name === tenancy.column);
    const counts =
      (table.kind === 'table' || table.kind === 'partitioned-table') &&
      table.partition === undefined &&
      table.persistence !== 'temporary' &&
      table.origin !== undefined &&
      table.schema !== HISTORY &&
      (root === undefined || !sameName(root, table));
    return counts && column !== undefined ? [{ table, column }] : [];
  });
}
