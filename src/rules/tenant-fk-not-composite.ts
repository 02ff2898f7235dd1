import type { Rule } from '../core/lint/rule.ts';
import { tenantTablesOf } from '../core/lint/tenant-relations.ts';
import { nameText, sameName } from '../core/schema/names.ts';

/** A reference between tables of tenants that may cross from one tenant to another. */
export const rule: Rule = {
  id: 'tenant-fk-not-composite',
  group: 'tenancy',
  severity: 'notice',
  summary: 'foreign key between tenant tables without the tenant',
  why: 'A row of one tenant can refer to a row of another one. Row level security does not prevent it: PostgreSQL checks foreign keys without policies. `lms-db verify` looks for such rows; with the tenant in the key there can be none.',
  rewrite:
    'make the parent UNIQUE (id, tenant), and the foreign key (parent_id, tenant) REFERENCES parent (id, tenant)',
  bad: {
    up: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies);
CREATE INDEX courses_academy ON courses (academy_id);
CREATE TABLE lessons (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies, course_id bigint REFERENCES courses);
CREATE INDEX lessons_academy ON lessons (academy_id, course_id);`,
    tenancy: { column: 'academy_id', root: 'academies' },
  },
  good: {
    up: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies, UNIQUE (id, academy_id));
CREATE INDEX courses_academy ON courses (academy_id);
CREATE TABLE lessons (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies, course_id bigint,
  FOREIGN KEY (course_id, academy_id) REFERENCES courses (id, academy_id));
CREATE INDEX lessons_academy ON lessons (academy_id, course_id);`,
    tenancy: { column: 'academy_id', root: 'academies' },
  },
  lookAtEnd: (schema, { tenancy }) => {
    const tables = tenantTablesOf(schema, tenancy);
    return tables.flatMap(({ table, column }) =>
      table.constraints.flatMap(({ references, columns, name, origin }) => {
        if (references === undefined || columns.includes(column.name)) return [];
        const parent = tables.find((other) => sameName(other.table, references.table));
        // Another foreign key to the same parent may hold the tenant.
        const isHeld = table.constraints.some(
          (other) =>
            other.references !== undefined &&
            sameName(other.references.table, references.table) &&
            [...columns, column.name].every((one) => other.columns.includes(one)),
        );
        if (parent === undefined || isHeld) return [];
        const message = `${name}: a row of ${nameText(table)} can refer to ${nameText(parent.table)} of another tenant`;
        return [{ message, origin }];
      }),
    );
  },
};
