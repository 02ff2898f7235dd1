import { mentions } from '../../core/fill/table.ts';
import type { FillColumn, FillCondition, FillReference, FillTable, FillType } from '../../core/fill/table.ts';
import type { Session } from '../../core/ports.ts';
import { ofExtension } from '../picture/fragments.ts';
import { literal } from '../sql.ts';

/** A table without rows. */
export interface EmptyTable {
  readonly oid: string;
  readonly sql: string;
}

interface CandidateRow extends EmptyTable {
  readonly certain: boolean;
  readonly probe: string;
}

/**
 * The tables that are ours to fill: no partition (its rows come through the root), no foreign or temporary
 * table, none of an extension. A heap without a page has no row; the others have to be looked into.
 */
const CANDIDATES = `select c.oid::text as oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as sql,
  (c.relkind = 'r' and am.amname = 'heap' and pg_catalog.pg_relation_size(c.oid) = 0) as certain,
  pg_catalog.format('select %s as oid where not exists (select from %s%I.%I)', c.oid,
    case when c.relkind = 'r' then 'only ' else '' end, n.nspname, c.relname) as probe
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.pg_am as am on am.oid = c.relam
where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> all ($1::text[])
  and not ${ofExtension('pg_class', 'c.oid')}
order by n.nspname, c.relname`;

/** The empty tables, by name: one question, and a second one only about those that may hold rows. */
export async function emptyTables(
  session: Session,
  leaveOut: readonly string[],
): Promise<readonly EmptyTable[]> {
  const candidates = await session.query<CandidateRow>(CANDIDATES, [[...leaveOut]]);
  const doubtful = candidates.filter(({ certain }) => !certain);
  if (doubtful.length === 0) return candidates;
  const empty = await session.query<{ oid: number }>(
    doubtful.map(({ probe }) => probe).join('\nunion all\n'),
  );
  const found = new Set(empty.map(({ oid }) => String(oid)));
  return candidates.filter(({ oid, certain }) => certain || found.has(oid));
}

/** Names of the columns with these numbers, in their order. */
function columnNames(numbers: string, table: string): string {
  return `(select pg_catalog.array_agg(a.attname::text order by numbered.place)
    from pg_catalog.unnest(${numbers}) with ordinality as numbered(number, place)
    join pg_catalog.pg_attribute as a on a.attrelid = ${table} and a.attnum = numbered.number)`;
}

const COLUMNS = `select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
    'name', a.attname, 'type', a.atttypid::text, 'modifier', a.atttypmod,
    'typeSql', pg_catalog.format_type(a.atttypid, a.atttypmod),
    'collation', case when a.attcollation <> t.typcollation then
      (select pg_catalog.format('%I.%I', n.nspname, l.collname) from pg_catalog.pg_collation as l
       join pg_catalog.pg_namespace as n on n.oid = l.collnamespace where l.oid = a.attcollation) end,
    'notNull', a.attnotnull, 'generated', a.attgenerated <> '',
    'expression', pg_catalog.pg_get_expr(d.adbin, d.adrelid),
    'identity', case when a.attidentity <> '' then
      pg_catalog.pg_get_serial_sequence(c.oid::pg_catalog.regclass::text, a.attname) end
  ) order by a.attnum)
  from pg_catalog.pg_attribute as a
  join pg_catalog.pg_type as t on t.oid = a.atttypid
  left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped`;

const CHECKS = `select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
    'kind', case k.contype when 'c' then 'check' else 'exclusion' end, 'name', k.conname,
    'columns', ${columnNames('k.conkey', 'k.conrelid')},
    'expression', pg_catalog.pg_get_expr(k.conbin, k.conrelid)) order by k.conname)
  from pg_catalog.pg_constraint as k where k.conrelid = c.oid and k.contype in ('c', 'x')`;

/** The columns of a unique index, those in its expressions and its predicate too. */
const UNIQUES = `select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
    'kind', 'unique', 'name', x.relname,
    'columns', (select pg_catalog.array_agg(a.attname::text order by a.attnum) from pg_catalog.pg_attribute as a
      where a.attrelid = c.oid and a.attnum > 0 and (a.attnum = any (i.indkey[0:i.indnkeyatts - 1]) or exists (
        select from pg_catalog.pg_depend as p where p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          and p.objid = i.indexrelid and p.refobjid = c.oid and p.refobjsubid = a.attnum
          and (i.indexprs is not null or i.indpred is not null)))),
    'keys', (select pg_catalog.array_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k, false) order by k)
      from pg_catalog.generate_series(1, i.indnkeyatts) as k),
    'predicate', pg_catalog.pg_get_expr(i.indpred, i.indrelid)) order by x.relname)
  from pg_catalog.pg_index as i join pg_catalog.pg_class as x on x.oid = i.indexrelid
  where i.indrelid = c.oid and i.indisunique and not i.indisexclusion`;

const REFERENCES = `select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
    'name', k.conname, 'columns', ${columnNames('k.conkey', 'k.conrelid')},
    'parent', k.confrelid::text, 'parentName', k.confrelid::pg_catalog.regclass::text,
    'parentSql', case r.relkind when 'r' then 'only ' else '' end || k.confrelid::pg_catalog.regclass::text,
    'parentColumns', ${columnNames('k.confkey', 'k.confrelid')},
    'full', k.confmatchtype = 'f') order by k.conname)
  from pg_catalog.pg_constraint as k join pg_catalog.pg_class as r on r.oid = k.confrelid
  where k.conrelid = c.oid and k.contype = 'f' and k.conparentid = 0`;

/** What a row has to be to fit into any leaf; a default partition that is alone takes every row. */
const PARTITIONS = `select pg_catalog.string_agg(
    coalesce('(' || pg_catalog.pg_get_partition_constraintdef(l.oid) || ')', 'true'), ' or ' order by l.relname)
  from pg_catalog.pg_partition_tree(c.oid) as tree join pg_catalog.pg_class as l on l.oid = tree.relid
  where tree.isleaf and l.relkind = 'r'`;

interface CatalogColumn {
  readonly name: string;
  readonly type: string;
  readonly modifier: number;
  readonly typeSql: string;
  readonly collation: string | null;
  readonly notNull: boolean;
  readonly generated: boolean;
  readonly expression: string | null;
  readonly identity: string | null;
}

interface CatalogCondition {
  readonly kind: 'check' | 'unique' | 'exclusion';
  readonly name: string;
  readonly columns: readonly string[] | null;
  readonly expression?: string | null;
  readonly keys?: readonly string[];
  readonly predicate?: string | null;
}

interface CatalogTable extends EmptyTable {
  readonly columns: readonly CatalogColumn[] | null;
  readonly checks: readonly CatalogCondition[] | null;
  readonly uniques: readonly CatalogCondition[] | null;
  readonly references: readonly FillReference[] | null;
  readonly partitions: string | null;
}

interface CatalogType {
  readonly oid: string;
  readonly name: string;
  readonly kind: string;
  readonly element: string | null;
  readonly base: string | null;
  readonly baseModifier: number;
  readonly baseSql: string | null;
  readonly notNull: boolean;
  readonly labels: readonly string[] | null;
  readonly checks: readonly string[] | null;
  readonly fields: readonly { readonly type: string; readonly modifier: number }[] | null;
}

/** All types that columns of these tables have, and those that these are made of. */
const TYPES = `with recursive used as (
  select a.atttypid as oid from pg_catalog.pg_attribute as a
  where a.attrelid = any ($1::oid[]) and a.attnum > 0 and not a.attisdropped
  union
  select part.oid from used join pg_catalog.pg_type as t on t.oid = used.oid
  cross join lateral (
    select t.typbasetype as oid where t.typtype = 'd'
    union all select t.typelem where t.typelem <> 0 and t.typcategory = 'A' and t.typlen = -1
    union all select r.rngsubtype from pg_catalog.pg_range as r where r.rngtypid = t.oid or r.rngmultitypid = t.oid
    union all select a.atttypid from pg_catalog.pg_attribute as a
      where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
  ) as part
)
select t.oid::text as oid, t.typname::text as name,
  case when t.typname in ('int2vector', 'oidvector') then 'b'
    when t.typcategory = 'A' and t.typelem <> 0 and t.typlen = -1 then 'A' else t.typtype::text end as kind,
  coalesce((select r.rngsubtype from pg_catalog.pg_range as r where t.oid in (r.rngtypid, r.rngmultitypid)),
    t.typelem)::text as element,
  t.typbasetype::text as base, t.typtypmod as "baseModifier",
  pg_catalog.format_type(t.typbasetype, t.typtypmod) as "baseSql", t.typnotnull as "notNull",
  (select pg_catalog.array_agg(e.enumlabel::text order by e.enumsortorder)
   from pg_catalog.pg_enum as e where e.enumtypid = t.oid) as labels,
  (select pg_catalog.array_agg(pg_catalog.pg_get_expr(k.conbin, 0) order by k.conname)
   from pg_catalog.pg_constraint as k where k.contypid = t.oid and k.contype = 'c') as checks,
  (select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('type', a.atttypid::text, 'modifier', a.atttypmod)
     order by a.attnum) from pg_catalog.pg_attribute as a
   where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) as fields
from used join pg_catalog.pg_type as t on t.oid = used.oid`;

/** Reads everything about these tables. Wants an empty search_path, so that every name is qualified. */
export async function readFillTables(
  session: Session,
  oids: readonly string[],
): Promise<readonly FillTable[]> {
  const tables = await session.query<CatalogTable>(
    `select c.oid::text as oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as sql,
       (${COLUMNS}) as columns, (${CHECKS}) as checks, (${UNIQUES}) as uniques, (${REFERENCES}) as "references",
       case when c.relkind = 'p' then (${PARTITIONS}) end as partitions
     from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
     where c.oid = any ($1::oid[]) order by n.nspname, c.relname`,
    [[...oids]],
  );
  const types = await session.query<CatalogType>(TYPES, [[...oids]]);
  const byOid = new Map(types.map((type) => [type.oid, type]));
  return tables.map((table) => tableOf(table, byOid));
}

function tableOf(table: CatalogTable, types: ReadonlyMap<string, CatalogType>): FillTable {
  const columns = (table.columns ?? []).map((column) => columnOf(column, types));
  const conditions = [...(table.checks ?? []), ...(table.uniques ?? [])].map((condition): FillCondition => ({
    kind: condition.kind,
    name: condition.name,
    columns: condition.columns ?? [],
    expression: condition.expression ?? undefined,
    keys: condition.keys,
    predicate: condition.predicate ?? undefined,
  }));
  const { partitions } = table;
  if (partitions !== null) {
    const within = columns.map(({ name }) => name).filter((name) => mentions(partitions, name));
    conditions.push({ kind: 'partition', name: '', columns: within, expression: partitions });
  }
  return { oid: table.oid, sql: table.sql, columns, conditions, references: table.references ?? [] };
}

function columnOf(column: CatalogColumn, types: ReadonlyMap<string, CatalogType>): FillColumn {
  const expression = column.expression ?? undefined;
  const drawn =
    column.identity === null
      ? undefined
      : `pg_catalog.nextval(${literal(column.identity)}::pg_catalog.regclass)`;
  return {
    name: column.name,
    type: typeOf(column.type, column.modifier, types),
    typeSql: column.typeSql,
    collation: column.collation ?? undefined,
    notNull: column.notNull,
    expression,
    generated: column.generated,
    draw:
      drawn ?? (expression !== undefined && /\bnextval\(/.test(expression) ? `(${expression})` : undefined),
  };
}

function typeOf(oid: string, modifier: number, types: ReadonlyMap<string, CatalogType>): FillType {
  const type = types.get(oid);
  if (type === undefined) return { kind: 'base', name: '', modifier };
  switch (type.kind) {
    case 'e':
      return { kind: 'enum', labels: type.labels ?? [] };
    case 'A':
      return { kind: 'array', element: typeOf(type.element ?? '', modifier, types) };
    case 'c':
      return {
        kind: 'composite',
        fields: (type.fields ?? []).map((field) => typeOf(field.type, field.modifier, types)),
      };
    case 'r':
    case 'm':
      return {
        kind: type.kind === 'r' ? 'range' : 'multirange',
        subtype: typeOf(type.element ?? '', -1, types),
      };
    case 'd': {
      const base = typeOf(type.base ?? '', type.baseModifier, types);
      const own = { checks: type.checks ?? [], notNull: type.notNull };
      if (base.kind !== 'domain') return { kind: 'domain', base, baseSql: type.baseSql ?? '', ...own };
      return { ...base, checks: [...base.checks, ...own.checks], notNull: base.notNull || own.notNull };
    }
    default:
      return { kind: 'base', name: type.name, modifier };
  }
}
