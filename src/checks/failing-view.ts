import { ofNoExtension, OWN_SCHEMA, quoted, textAt } from '../core/builtin-check.ts';
import type { BuiltinCheck, Probe } from '../core/builtin-check.ts';
import type { Row } from '../core/ports.ts';

/** How long one view may think, in milliseconds. It returns no row. */
const TIMEOUT = 2_000;

/** Every view can be selected from. */
export const check: BuiltinCheck = {
  id: 'failing-view',
  title: 'views run',
  why: 'A view can stop working after it was created: its owner loses the right to read a table, a function in it changes, a materialized view is left without data. Each view is asked for no rows, which plans it but computes nothing.',
  example: `create table orders (id int primary key);
create materialized view order_count as select count(*) from orders with no data;`,
  severity: 'error',
  question: ({ historySchema }) => ({
    values: [historySchema],
    sql: `select n.nspname::text as schema, c.relname::text as view, c.relkind = 'm' as materialized, c.relispopulated as populated,
      pg_catalog.pg_get_userbyid(c.relowner)::text as owner,
      pg_catalog.has_schema_privilege(n.oid, 'usage') and pg_catalog.has_table_privilege(c.oid, 'select') as readable
    from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('v', 'm') and ${OWN_SCHEMA} and ${ofNoExtension('pg_class', 'c.oid')}
    order by 1, 2`,
  }),
  read(rows) {
    return {
      findings: rows
        .filter((row) => row['populated'] === false)
        .map((row) => ({
          object: nameOf(row),
          table: nameOf(row),
          problem: `the materialized view ${textAt(row, 'view')} has never been filled: selecting from it fails`,
          fix: `REFRESH MATERIALIZED VIEW ${relationOf(row)};`,
        })),
      probes: rows.filter((row) => row['populated'] === true && row['readable'] === true).map(probeOf),
      untried: rows
        .filter((row) => row['populated'] === true && row['readable'] !== true)
        .map((row) => ({ object: nameOf(row), reason: 'this role may not read it' })),
    };
  },
};

function nameOf(row: Row): string {
  return `${textAt(row, 'schema')}.${textAt(row, 'view')}`;
}

function relationOf(row: Row): string {
  return `${quoted(textAt(row, 'schema'))}.${quoted(textAt(row, 'view'))}`;
}

function probeOf(row: Row): Probe {
  return {
    sql: `select * from ${relationOf(row)} limit 0`,
    timeout: TIMEOUT,
    conclude(answer) {
      if (answer.error === undefined) return undefined;
      const { sqlstate, message } = answer.error;
      // 57014 query_canceled: the time was up; 55P03 lock_not_available
      if (sqlstate === '57014' || sqlstate === '55P03' || message.includes('row-level security')) {
        return { untried: { object: nameOf(row), reason: message } };
      }
      // 42501 insufficient_privilege, although this role may read the view: then its owner may not read what is below.
      const denied = /permission denied for (\w+) (\S+)/.exec(message);
      const [, kind = 'table', what = ''] = sqlstate === '42501' ? (denied ?? []) : [];
      return {
        finding: {
          object: nameOf(row),
          table: nameOf(row),
          problem: `view ${textAt(row, 'view')} fails: ${message} (${sqlstate})`,
          fix:
            what === ''
              ? `DROP VIEW ${relationOf(row)}; -- or CREATE OR REPLACE it with a query that runs`
              : `GRANT ${{ schema: 'USAGE', function: 'EXECUTE' }[kind] ?? 'SELECT'} ON ${kind === 'view' ? 'TABLE' : kind.toUpperCase()} ${what} TO ${quoted(textAt(row, 'owner'))};`,
        },
      };
    },
  };
}
