import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/** A relation as the catalog has it. */
export interface RelationRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'f';
  readonly partition: boolean;
  readonly comment: string | null;
  /** Of a view, the bits of pg_relation_is_updatable without and with triggers: 4 UPDATE, 8 INSERT. */
  readonly events: number;
  readonly eventsWithTriggers: number;
  readonly triggers: boolean;
}

/** A column as the catalog has it. */
export interface ColumnRow {
  readonly relation: number;
  readonly number: number;
  readonly name: string;
  readonly type: number;
  readonly notNull: boolean;
  readonly identity: '' | 'a' | 'd';
  readonly generated: '' | 's' | 'v';
  readonly hasDefault: boolean;
  readonly updatable: boolean;
  readonly comment: string | null;
}

/** A type as the catalog has it. */
export interface TypeRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly element: number;
  readonly base: number;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  readonly comment: string | null;
  readonly labels: readonly string[] | null;
}

/** The rule that defines a view. */
export interface RuleRow {
  readonly relation: number;
  readonly rule: string;
}

/**
 * All relations that an application may query: nothing of PostgreSQL's own, of the tool, or of an
 * extension, whose views differ from one version of it to the next.
 */
export function relationsQuery(historySchema: string, schemas: readonly string[]): RawBuilder<RelationRow> {
  return sql<RelationRow>`
    select c.oid, n.nspname as schema, c.relname as name, c.relkind::text as kind,
      c.relispartition as partition, c.relhastriggers as triggers, d.description as comment,
      case c.relkind when 'v' then pg_catalog.pg_relation_is_updatable(c.oid, false) else 0 end as events,
      case c.relkind when 'v' then pg_catalog.pg_relation_is_updatable(c.oid, true) else 0 end as "eventsWithTriggers"
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    left join pg_catalog.pg_description as d
      on d.objoid = c.oid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objsubid = 0
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and n.nspname <> ${historySchema}
      and (${schemas.length === 0} or n.nspname = any (${schemas}::pg_catalog.text[]))
      and not exists (
        select from pg_catalog.pg_depend as x
        where x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and x.objid = c.oid and x.deptype = 'e')`;
}

/**
 * The columns of these relations, in table order. A NOT NULL that was never validated, or that does not
 * hold for inheritance children, proves nothing about the rows (PostgreSQL 18 has both).
 */
export function columnsQuery(relations: readonly number[]): RawBuilder<ColumnRow> {
  return sql<ColumnRow>`
    select a.attrelid as relation, a.attnum as number, a.attname as name, a.atttypid as type,
      a.attnotnull and k.conrelid is null as "notNull", a.attidentity::text as identity,
      a.attgenerated::text as generated, a.atthasdef as "hasDefault",
      case c.relkind when 'v' then pg_catalog.pg_column_is_updatable(c.oid, a.attnum, true) else true end as updatable,
      d.description as comment
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_class as c on c.oid = a.attrelid
    left join pg_catalog.pg_description as d
      on d.objoid = a.attrelid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objsubid = a.attnum
    left join pg_catalog.pg_constraint as k
      on k.contype = 'n' and k.conrelid = a.attrelid and k.conkey[1] = a.attnum
      and (not k.convalidated or k.connoinherit and c.relhassubclass)
    where a.attrelid = any (${relations}::pg_catalog.oid[]) and a.attnum > 0 and not a.attisdropped
    order by a.attrelid, a.attnum`;
}

/** These types and everything that they are made of. */
export function typesQuery(types: readonly number[]): RawBuilder<TypeRow> {
  return sql<TypeRow>`
    with recursive used(oid) as (
      select distinct pg_catalog.unnest(${types}::pg_catalog.oid[])
      union
      select case t.typtype when 'd' then t.typbasetype else t.typelem end
      from used join pg_catalog.pg_type as t on t.oid = used.oid
      where t.typtype = 'd' or t.typelem <> 0
    )
    select t.oid, n.nspname as schema, t.typname as name, t.typtype::text as kind, t.typbasetype as base,
      -- The one thing that makes a type an array: its element says so. Not its name, and not int2vector.
      coalesce((select e.oid from pg_catalog.pg_type as e where e.oid = t.typelem and e.typarray = t.oid), 0) as element,
      t.typnotnull as "notNull", t.typdefault is not null as "hasDefault", d.description as comment,
      (select pg_catalog.array_agg(v.enumlabel::text order by v.enumsortorder)
       from pg_catalog.pg_enum as v where v.enumtypid = t.oid) as labels
    from used join pg_catalog.pg_type as t on t.oid = used.oid
    join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
    left join pg_catalog.pg_description as d
      on d.objoid = t.oid and d.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objsubid = 0`;
}

/** The rules of the views among these relations. */
export function rulesQuery(relations: readonly number[]): RawBuilder<RuleRow> {
  return sql<RuleRow>`
    select r.ev_class as relation, r.ev_action::text as rule
    from pg_catalog.pg_rewrite as r
    where r.ev_class = any (${relations}::pg_catalog.oid[]) and r.rulename = '_RETURN'`;
}
