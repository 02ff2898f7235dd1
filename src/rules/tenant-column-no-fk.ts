import type { Rule } from '../core/lint/rule.ts';
import { rootOf, tenantTablesOf } from '../core/lint/tenant-relations.ts';
import { nameText, sameName } from '../core/schema/names.ts';

/** A tenant column without a foreign key to the tenants. */
export const rule: Rule = {
  id: 'tenant-column-no-fk',
  group: 'tenancy',
  severity: 'warning',
  summary: 'tenant column without a foreign key to the tenants',
  why: 'Without the foreign key a row can name a tenant that does not exist, or no longer does: data that outlives its customer.',
  rewrite:
    'add FOREIGN KEY … REFERENCES the table of the tenants; to a table in use NOT VALID, then VALIDATE',
  bad: {
    up: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint NOT NULL);
CREATE INDEX courses_academy ON courses (academy_id);`,
    tenancy: { column: 'academy_id', root: 'academies' },
  },
  good: {
    up: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies);
CREATE INDEX courses_academy ON courses (academy_id);`,
    tenancy: { column: 'academy_id', root: 'academies' },
  },
  lookAtEnd: (schema, { tenancy }) => {
    const root = tenancy === undefined ? undefined : rootOf(schema, tenancy);
    if (root === undefined) return [];
    return tenantTablesOf(schema, tenancy)
      .filter(
        ({ table, column }) =>
          !table.constraints.some(
            ({ references, columns }) =>
              references !== undefined && sameName(references.table, root) && columns.includes(column.name),
          ),
      )
      .map(({ table, column }) => ({
        message: `${nameText(table)}.${column.name} has no foreign key to ${nameText(root)}`,
        origin: column.origin,
      }));
  },
};
