import type { Rule } from '../core/lint/rule.ts';
import { rootOf, tenantTablesOf } from '../core/lint/tenant-relations.ts';
import { nameText } from '../core/schema/names.ts';
import { typeText } from '../core/schema/types.ts';

/** A tenant column of another type than the key of the tenants. */
export const rule: Rule = {
  id: 'tenant-column-type',
  group: 'tenancy',
  severity: 'error',
  summary: 'tenant column of another type than the key of the tenants',
  why: 'Columns of different types are compared through a cast: no index is used, and no foreign key can hold them together.',
  rewrite: 'give the column the type of the key of the tenants',
  bad: {
    up: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id text NOT NULL);
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
    if (tenancy === undefined) return [];
    const root = rootOf(schema, tenancy);
    const [key, another] = root?.constraints.find(({ kind }) => kind === 'primary-key')?.columns ?? [];
    const type = root?.columns.find(({ name }) => name === key)?.type;
    if (root === undefined || another !== undefined || type === undefined) return [];
    return tenantTablesOf(schema, tenancy).flatMap(({ table, column }) =>
      column.type === undefined || column.type.name === type.name
        ? []
        : [
            {
              message: `${nameText(table)}.${column.name} is ${typeText(column.type)}, and ${nameText(root)}.${key ?? ''} is ${typeText(type)}`,
              origin: column.origin,
            },
          ],
    );
  },
};
