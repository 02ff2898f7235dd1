import type { Rule } from '../core/lint/rule.ts';
import { tenantTablesOf } from '../core/lint/tenant-relations.ts';
import { nameText } from '../core/schema/names.ts';

/** A tenant column that leads no index. */
export const rule: Rule = {
  id: 'tenant-column-no-index',
  group: 'tenancy',
  severity: 'warning',
  summary: 'tenant column that leads no index',
  why: 'Every query of a tenant filters by this column, and with row level security every query does. Without an index that begins with it, each one reads the rows of all tenants; an index with a WHERE does not help.',
  rewrite: 'add an index that begins with the tenant; to a table in use CONCURRENTLY',
  bad: {
    up: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies);`,
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
        ({ table, column }) =>
          !schema.indexesOf(table).some(({ columns, partial }) => columns[0] === column.name && !partial),
      )
      .map(({ table, column }) => ({
        message: `no index of ${nameText(table)} begins with ${column.name}`,
        origin: column.origin,
      })),
};
