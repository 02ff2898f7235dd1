import { namesText } from '../core/lint/expressions.ts';
import type { Rule } from '../core/lint/rule.ts';
import { tenantTablesOf } from '../core/lint/tenant-relations.ts';
import { nameText, sameName } from '../core/schema/names.ts';
import type { ObjectName } from '../core/schema/names.ts';
import type { Relation } from '../core/schema/model.ts';

/** A unique key that all tenants share. */
export const rule: Rule = {
  id: 'tenant-unique-not-scoped',
  group: 'tenancy',
  severity: 'notice',
  summary: 'unique key without the tenant',
  why: 'One tenant cannot use a name that another one has taken, and the error 23505 tells that it is taken: row level security does not hide that. For an e-mail address of a login it may be meant. Primary keys, and keys with a column that refers to another table of the tenant, are not reported.',
  rewrite: 'make it UNIQUE (tenant, …), or say why it is one for all: -- @allow tenant-unique-not-scoped why',
  bad: {
    up: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies, slug text NOT NULL UNIQUE);
CREATE INDEX courses_academy ON courses (academy_id);`,
    tenancy: { column: 'academy_id', root: 'academies' },
  },
  good: {
    up: `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies, slug text NOT NULL);
CREATE UNIQUE INDEX courses_slug ON courses (academy_id, slug);`,
    tenancy: { column: 'academy_id', root: 'academies' },
  },
  lookAtEnd: (schema, { tenancy }) => {
    const tables = tenantTablesOf(schema, tenancy);
    const isTenants = (name: ObjectName): boolean => tables.some(({ table }) => sameName(table, name));
    return tables.flatMap(({ table, column }) =>
      schema
        .indexesOf(table)
        .filter(({ unique, uses, columns, name }) => {
          const known = columns.flatMap((one) => one ?? []);
          const isPrimary = table.constraints.some((one) => one.kind === 'primary-key' && one.name === name);
          return unique && !isPrimary && !uses.includes(column.name) && !isScoped(table, known, isTenants);
        })
        .map(({ name, columns, origin }) => ({
          message: `${name} of ${nameText(table)} is one for all tenants: ${namesText(columns.map((one) => one ?? 'an expression'))} without ${column.name}`,
          origin,
        })),
    );
  },
};

/** A column that refers to a row of the tenant carries the tenant; one of the primary key makes it a key of the row itself. */
function isScoped(
  table: Relation,
  columns: readonly string[],
  isTenants: (name: ObjectName) => boolean,
): boolean {
  return table.constraints.some(({ kind, columns: own, references }) => {
    if (kind === 'primary-key') return own.every((column) => columns.includes(column));
    return (
      references !== undefined &&
      isTenants(references.table) &&
      own.some((column) => columns.includes(column))
    );
  });
}
