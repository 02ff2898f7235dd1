import type { Session } from '../../core/ports.ts';
import type { Dependencies } from '../../core/snapshot/pieces.ts';

/**
 * pg_depend between the objects that a picture shows, by their addresses. Parts stand for the whole: a row type
 * for its table, an array for its element, the rule that is a view for the view, the index of a constraint for
 * the constraint, an operator of an operator class for the class. The default of a column is a thing of its own,
 * `pg_attrdef:` with the address of the column.
 */
const DEPENDENCIES = `with alias (classid, objid, address) as materialized (
  select 'pg_catalog.pg_type'::pg_catalog.regclass::oid, t.oid,
    case when c.oid is null then 'pg_type:' || e.oid when c.relkind = 'c' then 'pg_type:' || e.oid else 'pg_class:' || c.oid end
  from pg_catalog.pg_type as t
  -- An array type stands for its element, a multirange for its range, and so does the array of one.
  left join pg_catalog.pg_type as element on element.typarray = t.oid
  left join pg_catalog.pg_range as r on r.rngmultitypid = coalesce(element.oid, t.oid)
  join pg_catalog.pg_type as e on e.oid = coalesce(r.rngtypid, element.oid, t.oid)
  left join pg_catalog.pg_class as c on c.oid = e.typrelid
  where e.oid <> t.oid or c.relkind <> 'c'
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 'pg_type:' || c.reltype from pg_catalog.pg_class as c where c.relkind = 'c'
  union all
  select 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, 'pg_class:' || r.ev_class from pg_catalog.pg_rewrite as r where r.rulename = '_RETURN'
  union all
  select 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid, case when a.attgenerated = '' then 'pg_attrdef:' || d.adrelid || ':' || d.adnum else 'pg_class:' || d.adrelid end
  from pg_catalog.pg_attrdef as d join pg_catalog.pg_attribute as a on a.attrelid = d.adrelid and a.attnum = d.adnum
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, k.conindid, 'pg_constraint:' || k.oid
  from pg_catalog.pg_constraint as k where k.contype in ('p', 'u', 'x') and k.conindid <> 0 and k.conparentid = 0
  union all
  -- The constraint of a partition belongs to that of the partitioned table; its index is an object.
  select 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, 'pg_class:' || k.conindid
  from pg_catalog.pg_constraint as k where k.contype in ('p', 'u', 'x') and k.conindid <> 0 and k.conparentid <> 0
  union all
  select d.classid, d.objid, d.address from (
    select distinct on (m.classid, m.oid) m.classid, m.oid as objid, coalesce('pg_opclass:' || x.refobjid, 'loose:pg_opfamily:' || m.family) as address
    from (select 'pg_catalog.pg_amop'::pg_catalog.regclass as classid, o.oid, o.amopfamily as family from pg_catalog.pg_amop as o
      union all select 'pg_catalog.pg_amproc'::pg_catalog.regclass, p.oid, p.amprocfamily from pg_catalog.pg_amproc as p) as m
    left join pg_catalog.pg_depend as x on x.classid = m.classid and x.objid = m.oid and x.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
    where m.oid >= 16384 order by m.classid, m.oid, x.refobjid) as d
)
select distinct dependent.address as dependent, referenced.address as referenced
from pg_catalog.pg_depend as d
left join alias as a on a.classid = d.classid and a.objid = d.objid
left join alias as r on r.classid = d.refclassid and r.objid = d.refobjid
cross join lateral (select coalesce(a.address, d.classid::pg_catalog.regclass::text || ':' || d.objid) as address) as dependent
cross join lateral (select coalesce(r.address, d.refclassid::pg_catalog.regclass::text || ':' || d.refobjid) as address) as referenced
where d.objid >= 16384 and d.refobjid >= 2200 and d.deptype in ('n', 'a', 'i', 'P', 'S')
  and dependent.address <> referenced.address`;

interface DependencyRow {
  readonly dependent: string;
  readonly referenced: string;
}

/** Reads what needs what, with the settings of withOwnSettings. Throws ServerError. */
export async function readDependencies(session: Session): Promise<Dependencies> {
  const rows = await session.query<DependencyRow>(DEPENDENCIES);
  const needs = new Map<string, string[]>();
  for (const { dependent, referenced } of rows) {
    const known = needs.get(dependent);
    if (known === undefined) needs.set(dependent, [referenced]);
    else known.push(referenced);
  }
  return needs;
}
