/**
 * Pieces of the catalog query. All of them run with an empty search_path, so that PostgreSQL's own
 * deparsing functions qualify every name. What is sorted is sorted by the collation "C": the order must not
 * depend on the locale of the database.
 */

/** The comment on an object: `catalog` is where it is registered. */
export function comment(catalog: string, oid: string, sub = '0'): string {
  return `(select description.description from pg_catalog.pg_description as description
    where description.objoid = ${oid} and description.classoid = 'pg_catalog.${catalog}'::pg_catalog.regclass and description.objsubid = ${sub})`;
}

/**
 * The privileges on an object, sorted; null where they are the default ones, whether they were ever
 * written down or not (a GRANT and its REVOKE leave an explicit list that says the same).
 */
export function grants(acl: string, kind: string, owner: string): string {
  return `(case when ${acl} is null or
      (select pg_catalog.array_agg(x::text order by x::text collate "C") from pg_catalog.unnest(${acl}) as x)
      is not distinct from
      (select pg_catalog.array_agg(x::text order by x::text collate "C") from pg_catalog.unnest(pg_catalog.acldefault(${kind}, ${owner})) as x)
    then null else ${privileges(acl)} end)`;
}

/** The privileges of a list, sorted by text, one grantee and privilege each; an empty list for nobody's. */
export function privileges(acl: string): string {
  return `(select coalesce(pg_catalog.to_jsonb(pg_catalog.array_agg(g.line order by g.line collate "C")), '[]') from (
      select case when e.grantee = 0 then 'PUBLIC' else pg_catalog.pg_get_userbyid(e.grantee)::text end
        || ' ' || e.privilege_type || case when e.is_grantable then ' with grant option' else '' end as line
      from pg_catalog.aclexplode(${acl}) as e) as g)`;
}

/** The name of a role. */
export function role(oid: string): string {
  return `pg_catalog.pg_get_userbyid(${oid})::text`;
}

/** True for an object that an extension brought along: it comes and goes with the extension. */
export function ofExtension(catalog: string, oid: string): string {
  return `exists (select from pg_catalog.pg_depend as x where x.objid = ${oid}
    and x.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass and x.deptype = 'e')`;
}

/** The extensions that an object is dropped with (ALTER … DEPENDS ON EXTENSION). */
export function dependsOnExtensions(catalog: string, oid: string): string {
  return `(select pg_catalog.to_jsonb(pg_catalog.array_agg(e.extname::text order by e.extname)) from pg_catalog.pg_depend as x
    join pg_catalog.pg_extension as e on e.oid = x.refobjid
    where x.objid = ${oid} and x.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass and x.objsubid = 0
      and x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and x.deptype = 'x')`;
}

/** A schema-qualified name as SQL text. */
export function qualifiedName(schema: string, name: string): string {
  return `pg_catalog.format('%I.%I', ${schema}, ${name})`;
}

/** An operator as the options of other objects name it: `OPERATOR(app.===)`; null for none. */
export function operatorName(oid: string): string {
  return `(select 'OPERATOR(' || pg_catalog.quote_ident(s.nspname) || '.' || x.oprname || ')' from pg_catalog.pg_operator as x join pg_catalog.pg_namespace as s on s.oid = x.oprnamespace where x.oid = ${oid})`;
}

/** A list of texts, sorted; null for none. */
export function sortedList(list: string): string {
  return `(select pg_catalog.to_jsonb(pg_catalog.array_agg(o order by o collate "C")) from pg_catalog.unnest(${list}) as o)`;
}

/** `OPTIONS (host 'db', port '5432')`, after a space, of the catalogs' lists of `name=value`; nothing for none. */
export function optionsClause(options: string): string {
  return `coalesce((select ' OPTIONS (' || pg_catalog.string_agg(pg_catalog.quote_ident(x.option_name) || ' ' || pg_catalog.quote_literal(x.option_value), ', ' order by x.option_name collate "C") || ')'
    from pg_catalog.pg_options_to_table(${options}) as x), '')`;
}

/** Joins an expression that several columns show, so that the server computes it once a row: `name.text`. */
export function once(name: string, expression: string): string {
  // OFFSET keeps the planner from putting the expression in the place of each reference to it.
  return `cross join lateral (select ${expression} as text offset 0) as ${name}`;
}

/** The parts of one row of the catalog query; what is left out is null. */
export interface ObjectSelect {
  readonly kind: string;
  readonly schema?: string;
  readonly name: string;
  /** How SQL names it; its schema and name where it is left out. */
  readonly sql?: string;
  /** The catalog that it stands in, and its oid there (`c.oid`, `a.attrelid || ':' || a.attnum`). */
  readonly address: readonly [catalog: string, oid: string];
  readonly on?: string;
  readonly position?: string;
  /** Fact name and the SQL expression that gives it. */
  readonly facts: Readonly<Record<string, string>>;
  readonly create?: string;
  readonly drop?: string;
  readonly from: string;
}

/** One SELECT of the union that makes a picture. */
export function objectSelect(parts: ObjectSelect): string {
  const facts = Object.entries(parts.facts)
    .map(([name, expression]) => `'${name}', ${expression}`)
    .join(', ');
  const sql =
    parts.sql ??
    (parts.schema === undefined
      ? `pg_catalog.quote_ident(${parts.name})`
      : qualifiedName(parts.schema, parts.name));
  return `select ${parts.kind} as kind, ${parts.schema ?? 'null::text'} as schema, ${parts.name} as name,
  ${sql} as sql, '${parts.address[0]}:' || ${parts.address[1]} as address,
  ${parts.on ?? 'null::text'} as "on", ${parts.position ?? 'null::int'} as position,
  pg_catalog.jsonb_build_object(${facts}) as facts,
  ${parts.create ?? 'null::text'} as "create", ${parts.drop ?? 'null::text'} as "drop"
from ${parts.from}`;
}
