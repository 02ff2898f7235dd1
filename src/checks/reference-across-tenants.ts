import { ofNoExtension, OWN_SCHEMA, quoted, textAt } from '../core/builtin-check.ts';
import type { BuiltinCheck, Probe } from '../core/builtin-check.ts';
import type { Row } from '../core/ports.ts';
import { rootName } from '../core/tenant-tables.ts';
import { tenantComparisons } from '../core/tenant-paths.ts';
import type { TenantComparison, TenantForeignKey, TenantPath, TenantTable } from '../core/tenant-paths.ts';

/** No row refers to a row of another tenant. */
export const check: BuiltinCheck = {
  id: 'reference-across-tenants',
  title: 'no reference across tenants',
  why: 'A row whose parent belongs to another tenant shows the data of one tenant to another. The foreign keys say who the parents are: each table with the tenant column is compared with every parent, through tables that have no such column up to the next one that has; and a row without a tenant of its own must not have parents of two tenants. A foreign key that carries the tenant column along makes this impossible and is not asked about. A null tenant counts as shared.',
  example: `create table academies (id int primary key);
create table courses (id int primary key, academy_id int not null references academies (id));
create table sections (id int primary key, course_id int not null references courses (id));
create table lessons (id int primary key, academy_id int not null references academies (id),
  section_id int not null references sections (id));
create index on courses (academy_id);
create index on sections (course_id);
create index on lessons (academy_id);
create index on lessons (section_id);
insert into academies values (1), (2);
insert into courses values (10, 1);
insert into sections values (20, 10);
insert into lessons values (30, 2, 20);`,
  severity: 'error',
  tenancy: true,
  question: ({ historySchema, tenancy }) => ({
    values: [historySchema, tenancy?.column ?? '', tenancy === undefined ? null : rootName(tenancy.root)],
    sql: `select c.oid::text as id, n.nspname::text as schema, c.relname::text as name,
      c.oid = pg_catalog.to_regclass($3) as root, own.attname::text as tenant, pg_catalog.format_type(own.atttypid, null) as "tenantType",
      pg_catalog.has_schema_privilege(n.oid, 'usage') and pg_catalog.has_table_privilege(c.oid, 'select') as readable,
      array(select a.attname::text from pg_catalog.pg_index as i, pg_catalog.unnest(i.indkey::int2[]) with ordinality as k (number, place),
          pg_catalog.pg_attribute as a
        where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = k.number order by k.place) as key,
      (select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', k.conname, 'parent', k.confrelid::text, 'validated', k.convalidated,
          'columns', (select pg_catalog.jsonb_agg(a.attname order by x.place) from pg_catalog.unnest(k.conkey) with ordinality as x (number, place)
            join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = x.number),
          'parentColumns', (select pg_catalog.jsonb_agg(a.attname order by x.place) from pg_catalog.unnest(k.confkey) with ordinality as x (number, place)
            join pg_catalog.pg_attribute as a on a.attrelid = k.confrelid and a.attnum = x.number)) order by k.conname)
        from pg_catalog.pg_constraint as k where k.conrelid = c.oid and k.contype = 'f' and k.conparentid = 0) as "foreignKeys"
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    left join lateral (
      -- the root's tenant is itself: its key, where that is one column
      select a.attname, a.atttypid from pg_catalog.pg_attribute as a
      where a.attrelid = c.oid and not a.attisdropped and a.attnum > 0 and case when c.oid = pg_catalog.to_regclass($3)
        then exists (select from pg_catalog.pg_index as i where i.indrelid = c.oid and i.indisprimary and i.indnkeyatts = 1 and i.indkey[0] = a.attnum)
        else a.attname = $2 end
    ) as own on true
    where c.relkind in ('r', 'p') and not c.relispartition and ${OWN_SCHEMA} and ${ofNoExtension('pg_class', 'c.oid')}
    order by 2, 3`,
  }),
  read(rows) {
    const { comparisons, givenUp } = tenantComparisons(rows.map(tableOf));
    const readable = comparisons.filter((comparison) =>
      tablesIn(comparison).every((table) => table.readable),
    );
    const hidden = comparisons.filter((comparison) => !readable.includes(comparison));
    return {
      probes: readable.map(probeOf),
      untried: [
        ...givenUp.map((table) => ({
          object: nameOf(table),
          reason: 'there are too many ways from it to a table with a tenant, or too long ones',
        })),
        ...hidden.map((comparison) => ({
          object: nameOf(comparison.child),
          reason: `this role may not read ${nameOf(tablesIn(comparison).find((table) => !table.readable) ?? comparison.child)}`,
        })),
      ],
    };
  },
};

function tableOf(row: Row): TenantTable {
  const keys = Array.isArray(row['foreignKeys']) ? (row['foreignKeys'] as readonly TenantForeignKey[]) : [];
  const optional = (column: string): string | undefined =>
    typeof row[column] === 'string' ? row[column] : undefined;
  return {
    id: textAt(row, 'id'),
    schema: textAt(row, 'schema'),
    name: textAt(row, 'name'),
    isRoot: row['root'] === true,
    tenantColumn: optional('tenant'),
    tenantType: optional('tenantType'),
    key: Array.isArray(row['key']) ? row['key'].map(String) : [],
    readable: row['readable'] === true,
    foreignKeys: keys,
  };
}

function nameOf({ schema, name }: TenantTable): string {
  return `${schema}.${name}`;
}

function relationOf({ schema, name }: TenantTable): string {
  return `${quoted(schema)}.${quoted(name)}`;
}

function tablesIn({ child, left, right }: TenantComparison): readonly TenantTable[] {
  return [child, ...(left?.tables ?? []), ...right.tables];
}

/** One end of a comparison: where its tenant stands, and how to get there from the child, which is `c`. */
interface End {
  /** `l2.academy_id`. */
  readonly tenant: string;
  readonly type: string | undefined;
  readonly from: readonly string[];
  readonly joins: readonly string[];
  /** Columns to show, as select items. */
  readonly shown: readonly string[];
  /** `course_id → courses`, for the sentence. */
  readonly words: string;
}

function endOf(child: TenantTable, path: TenantPath | undefined, prefix: string): End {
  if (path === undefined) {
    const tenant = `c.${quoted(child.tenantColumn ?? '')}`;
    const shown = child.key.includes(child.tenantColumn ?? '') ? [] : [tenant];
    return { tenant, type: child.tenantType, from: [], joins: [], shown, words: child.tenantColumn ?? '' };
  }
  const alias = (index: number): string => (index < 0 ? 'c' : `${prefix}${index + 1}`);
  const last = path.tables.length - 1;
  const end = path.tables[last];
  const column = end?.tenantColumn ?? '';
  const tenant = `${alias(last)}.${quoted(column)}`;
  const [first] = path.edges;
  const reference = (first?.columns ?? []).join(', ');
  const label = `${reference} → ${end?.name ?? ''}.${column}`;
  return {
    tenant,
    type: end?.tenantType,
    from: path.tables.map((table, index) => `${relationOf(table)} as ${alias(index)}`),
    joins: path.edges.flatMap((edge, index) =>
      edge.columns.map(
        (name, place) =>
          `${alias(index - 1)}.${quoted(name)} = ${alias(index)}.${quoted(edge.parentColumns[place] ?? '')}`,
      ),
    ),
    shown: [
      ...(first?.columns ?? [])
        .filter((name) => name !== child.tenantColumn && !child.key.includes(name))
        .map((name) => `c.${quoted(name)}`),
      `${tenant} as ${quoted(label)}`,
    ],
    words: [reference, ...path.tables.map((table) => table.name)].join(' → '),
  };
}

function probeOf({ child, left, right }: TenantComparison): Probe {
  const [one, other] = [endOf(child, left, 'l'), endOf(child, right, 'r')];
  const cast = one.type === other.type ? '' : '::text';
  const from = [...one.from, ...other.from];
  const condition = [...one.joins, ...other.joins, `${one.tenant}${cast} <> ${other.tenant}${cast}`].join(
    ' and ',
  );
  const key = child.key.length === 0 ? ['c.ctid::text'] : child.key.map((name) => `c.${quoted(name)}`);
  const relation = relationOf(child);
  const object = nameOf(child);
  return {
    searchPath: 'empty',
    sql: `select ${[...new Set([...key, ...one.shown, ...other.shown])].join(', ')}
      from ${[`${relation} as c`, ...from].join(', ')} where ${condition} order by ${key.join(', ')}`,
    conclude(answer) {
      if (answer.error !== undefined) return { untried: { object, reason: answer.error.message } };
      if (answer.count === 0) return undefined;
      const rows = answer.count === 1 ? '1 row' : `${answer.count} rows`;
      return {
        finding: {
          object,
          table: object,
          problem:
            left === undefined
              ? `${rows} of ${child.name} with a parent of another tenant: ${one.words}, ${other.words}`
              : `${rows} of ${child.name} with parents of two tenants: ${one.words}, ${other.words}`,
          fix:
            left === undefined && cast === ''
              ? `UPDATE ${relation} AS c SET ${quoted(child.tenantColumn ?? '')} = ${other.tenant} FROM ${from.join(', ')} WHERE ${condition}; -- or point the rows to a parent of their own tenant`
              : `DELETE FROM ${relation} AS c USING ${from.join(', ')} WHERE ${condition}; -- or point the rows to parents of one tenant`,
          offenders: answer.rows,
        },
      };
    },
  };
}
