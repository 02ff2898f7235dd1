import { quoted, textAt } from '../core/builtin-check.ts';
import type { BuiltinCheck, Probe } from '../core/builtin-check.ts';
import type { Row } from '../core/ports.ts';
import { tenantTables } from '../core/tenant-tables.ts';

/** Every row names its tenant. */
export const check: BuiltinCheck = {
  id: 'tenant-null',
  title: 'no row without a tenant',
  why: 'A row that names no tenant belongs to nobody: filtered by tenant it is lost, and unfiltered everybody sees it. Where a null means "for all tenants", accept the table.',
  example: `create table academies (id int primary key);
create table courses (id int primary key, academy_id int references academies (id));
create index on courses (academy_id);
insert into courses values (1, null);`,
  severity: 'error',
  tenancy: true,
  question: (scope) => ({
    ...tenantTables(scope),
    sql: `${tenantTables(scope).sql}
      select schema, "table", "column", key, readable from tenant_tables where not required order by 1, 2`,
  }),
  read: (rows) => ({
    probes: rows.filter((row) => row['readable'] === true).map(probeOf),
    untried: rows
      .filter((row) => row['readable'] !== true)
      .map((row) => ({ object: nameOf(row), reason: 'this role may not read it' })),
  }),
};

function nameOf(row: Row): string {
  return `${textAt(row, 'schema')}.${textAt(row, 'table')}`;
}

function probeOf(row: Row): Probe {
  const table = `${quoted(textAt(row, 'schema'))}.${quoted(textAt(row, 'table'))}`;
  const column = quoted(textAt(row, 'column'));
  const key = Array.isArray(row['key']) ? row['key'].map((name) => quoted(String(name))) : [];
  return {
    searchPath: 'empty',
    sql: `select ${[...(key.length === 0 ? ['ctid::text'] : key), column].join(', ')} from ${table} where ${column} is null`,
    conclude(answer) {
      if (answer.error !== undefined)
        return { untried: { object: nameOf(row), reason: answer.error.message } };
      if (answer.count === 0) return undefined;
      return {
        finding: {
          object: nameOf(row),
          table: nameOf(row),
          problem: `${answer.count} ${answer.count === 1 ? 'row' : 'rows'} of ${textAt(row, 'table')} without ${textAt(row, 'column')}`,
          fix: `DELETE FROM ${table} WHERE ${column} IS NULL; -- or UPDATE them to the tenant that they belong to`,
          offenders: answer.rows,
        },
      };
    },
  };
}
