import type { Rule } from '../core/lint/rule.ts';
import { tenantTablesOf } from '../core/lint/tenant-relations.ts';
import { nameText } from '../core/schema/names.ts';

/** A tenant column that may be NULL. */
export const rule: Rule = {
  id: 'tenant-column-nullable',
  group: 'tenancy',
  severity: 'warning',
  summary: 'tenant column that may be NULL',
  why: 'A row without a tenant belongs to nobody: no tenant finds it, no policy lets it through, and a foreign key with the tenant in it is not checked. Where NULL means that a row is for all tenants, say so.',
  rewrite:
    'make the column NOT NULL, or say what NULL means: -- @allow tenant-column-nullable NULL is a template for all',
  bad: {
    up: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint REFERENCES academies);
CREATE INDEX courses_academy ON courses (academy_id);`,
    tenancy: { column: 'academy_id', root: 'academies' },
  },
  good: {
    up: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies);
CREATE INDEX courses_academy ON courses (academy_id);`,
    tenancy: { column: 'academy_id', root: 'academies' },
  },
  lookAtEnd: (schema, { tenancy }) =>
    tenantTablesOf(schema, tenancy)
      .filter(
        ({ column, table }) =>
          !column.notNull && !table.constraints.some((one) => requires(one, column.name)),
      )
      .map(({ table, column }) => ({
        message: `${nameText(table)}.${column.name} may be NULL: such a row belongs to no tenant`,
        origin: column.origin,
      })),
};

/** CHECK (academy_id IS NOT NULL), valid or not, keeps new rows from it. */
function requires(
  {
    kind,
    columns,
    expression,
  }: { readonly kind: string; readonly columns: readonly string[]; readonly expression?: unknown },
  column: string,
): boolean {
  return (
    kind === 'check' &&
    columns.length === 1 &&
    columns[0] === column &&
    /"IS_NOT_NULL"/.test(JSON.stringify(expression))
  );
}
