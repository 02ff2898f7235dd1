import type { BuiltinCheck } from '../core/builtin-check.ts';
import { tenantTables } from '../core/tenant-tables.ts';

/** Every tenant table has an index that leads with the tenant. */
export const check: BuiltinCheck = {
  id: 'tenant-without-index',
  title: 'tenant columns lead an index',
  why: 'Every query of a tenant filters by this column. Without an index that begins with it, each one reads the rows of all tenants.',
  example: `create table academies (id int primary key);
create table courses (id int primary key, title text, academy_id int not null references academies (id));
create index on courses (title, academy_id);`,
  severity: 'error',
  tenancy: true,
  question: (scope) => ({
    ...tenantTables(scope),
    sql: `${tenantTables(scope).sql}
      select pg_catalog.format('%s.%s', schema, "table") as object, pg_catalog.format('%s.%s', schema, "table") as "table",
        pg_catalog.format('no index of %s begins with %s', "table", "column") as problem,
        pg_catalog.format('CREATE INDEX %sON %I.%I (%I);', case when kind = 'p' then '' else 'CONCURRENTLY ' end, schema, "table", "column") as fix
      from tenant_tables
      where not exists (select from pg_catalog.pg_index as i
        where i.indrelid = relation and i.indisvalid and i.indisready and i.indpred is null and i.indkey[0] = number)
      order by 1`,
  }),
};
