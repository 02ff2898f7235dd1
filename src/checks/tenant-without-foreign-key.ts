import type { BuiltinCheck } from '../core/builtin-check.ts';
import { tenantTables } from '../core/tenant-tables.ts';

/** Every tenant column refers to the table of the tenants. */
export const check: BuiltinCheck = {
  id: 'tenant-without-foreign-key',
  title: 'tenant columns refer to the root',
  why: 'Without the foreign key a row can name a tenant that does not exist, or no longer does.',
  example: `create table academies (id int primary key);
create table courses (id int primary key, academy_id int not null);
create index on courses (academy_id);`,
  severity: 'error',
  tenancy: true,
  question: (scope) => ({
    ...tenantTables(scope),
    sql: `${tenantTables(scope).sql}
      select pg_catalog.format('%s.%s', schema, "table") as object, pg_catalog.format('%s.%s', schema, "table") as "table",
        pg_catalog.format('%s.%s has no foreign key to %s', "table", "column", root_table) as problem,
        pg_catalog.format('ALTER TABLE %I.%I ADD FOREIGN KEY (%I) REFERENCES %I.%I;', schema, "table", "column", root_schema, root_table) as fix
      from tenant_tables
      where not exists (select from pg_catalog.pg_constraint as k
        where k.conrelid = relation and k.contype = 'f' and k.confrelid = root and k.conkey = array[number])
      order by 1`,
  }),
};
