import type { BuiltinCheck } from '../core/builtin-check.ts';
import { tenantTables } from '../core/tenant-tables.ts';

/** Every tenant column is NOT NULL. */
export const check: BuiltinCheck = {
  id: 'tenant-nullable',
  title: 'tenant columns NOT NULL',
  why: 'As long as the column that names the tenant may be null, the next row without a tenant is one forgotten value away.',
  example: `create table academies (id int primary key);
create table courses (id int primary key, academy_id int references academies (id));
create index on courses (academy_id);`,
  severity: 'error',
  tenancy: true,
  question: (scope) => ({
    ...tenantTables(scope),
    sql: `${tenantTables(scope).sql}
      select pg_catalog.format('%s.%s', schema, "table") as object, pg_catalog.format('%s.%s', schema, "table") as "table",
        pg_catalog.format('%s.%s may be null', "table", "column") as problem,
        pg_catalog.format('ALTER TABLE %I.%I ALTER COLUMN %I SET NOT NULL;', schema, "table", "column") as fix
      from tenant_tables where not required order by 1`,
  }),
};
