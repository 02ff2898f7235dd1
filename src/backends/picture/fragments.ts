/**
 * Pieces of the catalog query. All of them run with an empty search_path, so that PostgreSQL's own
 * deparsing functions qualify every name.
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
      (select pg_catalog.array_agg(x::text order by x::text) from pg_catalog.unnest(${acl}) as x)
      is not distinct from
      (select pg_catalog.array_agg(x::text order by x::text) from pg_catalog.unnest(pg_catalog.acldefault(${kind}, ${owner})) as x)
    then null else ${privileges(acl)} end)`;
}

/** The privileges of a list, sorted by text, one grantee and privilege each. */
export function privileges(acl: string): string {
  return `(select pg_catalog.to_jsonb(pg_catalog.array_agg(g.line order by g.line)) from (
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

/** A schema-qualified name as SQL text. */
export function qualifiedName(schema: string, name: string): string {
  return `pg_catalog.format('%I.%I', ${schema}, ${name})`;
}

/** The parts of one row of the catalog query; what is left out is null. */
export interface ObjectSelect {
  readonly kind: string;
  readonly schema?: string;
  readonly name: string;
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
  return `select ${parts.kind} as kind, ${parts.schema ?? 'null::text'} as schema, ${parts.name} as name,
  ${parts.on ?? 'null::text'} as "on", ${parts.position ?? 'null::int'} as position,
  pg_catalog.jsonb_build_object(${facts}) as facts,
  ${parts.create ?? 'null::text'} as "create", ${parts.drop ?? 'null::text'} as "drop"
from ${parts.from}`;
}
