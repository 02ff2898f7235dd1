import {
  comment,
  grants,
  objectSelect,
  ofExtension,
  optionsClause,
  privileges,
  role,
  sortedList,
} from './fragments.ts';

/** Schemas. `public` is there from the start: only what was done to it counts. */
export const schemas = objectSelect({
  kind: `'schema'`,
  name: 'n.nspname::text',
  address: ['pg_namespace', 'n.oid'],
  facts: {
    owner: role('s.nspowner'),
    grants: grants('s.nspacl', `'n'`, 's.nspowner'),
    comment: comment('pg_namespace', 'n.oid'),
  },
  create: `'CREATE SCHEMA ' || pg_catalog.quote_ident(n.nspname)`,
  drop: `'DROP SCHEMA ' || pg_catalog.quote_ident(n.nspname)`,
  from: `own as n join pg_catalog.pg_namespace as s on s.oid = n.oid where not ${ofExtension('pg_namespace', 'n.oid')}`,
});

/** Extensions with their versions. */
export const extensions = objectSelect({
  kind: `'extension'`,
  name: 'e.extname::text',
  address: ['pg_extension', 'e.oid'],
  facts: {
    version: 'e.extversion',
    schema: `(select n.nspname::text from pg_catalog.pg_namespace as n where n.oid = e.extnamespace)`,
    // plpgsql comes with the database, and belongs to whoever made the cluster (FirstNormalObjectId, transam.h).
    owner: `case when e.oid >= 16384 then ${role('e.extowner')} end`,
    comment: comment('pg_extension', 'e.oid'),
  },
  // A schema that the extension itself makes is not there before it.
  create: `'CREATE EXTENSION ' || pg_catalog.quote_ident(e.extname)
    || coalesce((select ' WITH SCHEMA ' || pg_catalog.quote_ident(n.nspname) from own as n where n.oid = e.extnamespace and not ${ofExtension('pg_namespace', 'n.oid')}), '')
    || ' VERSION ' || pg_catalog.quote_literal(e.extversion)`,
  drop: `'DROP EXTENSION ' || pg_catalog.quote_ident(e.extname)`,
  from: `pg_catalog.pg_extension as e`,
});

/** The tables of a publication as CREATE PUBLICATION writes them; columns and filters came with PostgreSQL 15. */
const publishedTables = (serverVersion: number): string => {
  const extras =
    serverVersion >= 150000
      ? `|| coalesce(' (' || (select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by a.attnum) from pg_catalog.pg_attribute as a where a.attrelid = r.prrelid and a.attnum = any (r.prattrs::int2[])) || ')', '')
         || coalesce(' WHERE (' || pg_catalog.pg_get_expr(r.prqual, r.prrelid) || ')', '')`
      : '';
  return `(select pg_catalog.array_agg(r.prrelid::pg_catalog.regclass::text ${extras} order by r.prrelid::pg_catalog.regclass::text collate "C") from pg_catalog.pg_publication_rel as r where r.prpubid = p.oid)`;
};

const publishedSchemas = (serverVersion: number): string =>
  serverVersion >= 150000
    ? `(select pg_catalog.array_agg(n.nspname::text order by n.nspname) from pg_catalog.pg_publication_namespace as r join pg_catalog.pg_namespace as n on n.oid = r.pnnspid where r.pnpubid = p.oid)`
    : 'null::text[]';

const GENERATED_COLUMNS = `case pg_catalog.to_jsonb(p) ->> 'pubgencols' when 's' then 'stored' end`;

/** Publications with their tables. */
export const publications = (serverVersion: number): string =>
  objectSelect({
    kind: `'publication'`,
    name: 'p.pubname::text',
    address: ['pg_publication', 'p.oid'],
    facts: {
      'all tables': 'p.puballtables',
      insert: 'p.pubinsert',
      update: 'p.pubupdate',
      delete: 'p.pubdelete',
      truncate: 'p.pubtruncate',
      'via root': 'p.pubviaroot',
      'generated columns': GENERATED_COLUMNS,
      tables: `pg_catalog.to_jsonb(${publishedTables(serverVersion)})`,
      schemas: `pg_catalog.to_jsonb(${publishedSchemas(serverVersion)})`,
      owner: role('p.pubowner'),
      comment: comment('pg_publication', 'p.oid'),
    },
    create: `'CREATE PUBLICATION ' || pg_catalog.quote_ident(p.pubname) || case when p.puballtables then ' FOR ALL TABLES'
      else coalesce(' FOR ' || nullif(pg_catalog.concat_ws(', ',
        (select pg_catalog.string_agg('TABLE ONLY ' || x, ', ') from pg_catalog.unnest(${publishedTables(serverVersion)}) as x),
        (select pg_catalog.string_agg('TABLES IN SCHEMA ' || pg_catalog.quote_ident(x), ', ') from pg_catalog.unnest(${publishedSchemas(serverVersion)}) as x)), ''), '') end
      || ' WITH (publish = ' || pg_catalog.quote_literal(pg_catalog.concat_ws(', ', case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
        case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end))
      || case when p.pubviaroot then ', publish_via_partition_root = true' else '' end
      || coalesce(', publish_generated_columns = ' || ${GENERATED_COLUMNS}, '') || ')'`,
    drop: `'DROP PUBLICATION ' || pg_catalog.quote_ident(p.pubname)`,
    from: `pg_catalog.pg_publication as p where not ${ofExtension('pg_publication', 'p.oid')}`,
  });

/** Subscriptions of this database; their connection strings are not for everybody and are left out. */
export const subscriptions = objectSelect({
  kind: `'subscription'`,
  name: 's.subname::text',
  address: ['pg_subscription', 's.oid'],
  facts: {
    enabled: 's.subenabled',
    publications: 'pg_catalog.to_jsonb(s.subpublications)',
    slot: 's.subslotname::text',
    owner: role('s.subowner'),
    comment: comment('pg_subscription', 's.oid'),
  },
  from: `pg_catalog.pg_subscription as s
    where s.subdbid = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())`,
});

const KIND_OF_DEFAULT = `case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas' when 'L' then 'large objects' else d.defaclobjtype::text end`;

/** ALTER DEFAULT PRIVILEGES. */
export const defaultPrivileges = objectSelect({
  kind: `'default privileges'`,
  schema: 'n.nspname::text',
  name: `pg_catalog.format('for %s on %s', pg_catalog.pg_get_userbyid(d.defaclrole), ${KIND_OF_DEFAULT})`,
  // No statement names them; a schema they may not have.
  sql: 'd.oid::text',
  address: ['pg_default_acl', 'd.oid'],
  facts: {
    // The role whose new objects get them.
    owner: role('d.defaclrole'),
    objects: KIND_OF_DEFAULT,
    grants: privileges('d.defaclacl'),
  },
  from: `pg_catalog.pg_default_acl as d left join pg_catalog.pg_namespace as n on n.oid = d.defaclnamespace
    where d.defaclnamespace = 0 or exists (select from own where own.oid = d.defaclnamespace)`,
});

/** Foreign data wrappers. */
export const foreignDataWrappers = objectSelect({
  kind: `'foreign data wrapper'`,
  name: 'w.fdwname::text',
  address: ['pg_foreign_data_wrapper', 'w.oid'],
  facts: {
    handler: `nullif(w.fdwhandler::pg_catalog.regproc::text, '-')`,
    validator: `nullif(w.fdwvalidator::pg_catalog.regproc::text, '-')`,
    options: sortedList('w.fdwoptions'),
    owner: role('w.fdwowner'),
    grants: grants('w.fdwacl', `'F'`, 'w.fdwowner'),
    comment: comment('pg_foreign_data_wrapper', 'w.oid'),
  },
  create: `'CREATE FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname) || coalesce(' HANDLER ' || nullif(w.fdwhandler::pg_catalog.regproc::text, '-'), '')
    || coalesce(' VALIDATOR ' || nullif(w.fdwvalidator::pg_catalog.regproc::text, '-'), '') || ${optionsClause('w.fdwoptions')}`,
  drop: `'DROP FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname)`,
  from: `pg_catalog.pg_foreign_data_wrapper as w where not ${ofExtension('pg_foreign_data_wrapper', 'w.oid')}`,
});

/** Foreign servers. */
export const servers = objectSelect({
  kind: `'server'`,
  name: 's.srvname::text',
  address: ['pg_foreign_server', 's.oid'],
  facts: {
    wrapper: `(select w.fdwname::text from pg_catalog.pg_foreign_data_wrapper as w where w.oid = s.srvfdw)`,
    type: 's.srvtype',
    version: 's.srvversion',
    options: sortedList('s.srvoptions'),
    owner: role('s.srvowner'),
    grants: grants('s.srvacl', `'S'`, 's.srvowner'),
    comment: comment('pg_foreign_server', 's.oid'),
  },
  create: `'CREATE SERVER ' || pg_catalog.quote_ident(s.srvname) || coalesce(' TYPE ' || pg_catalog.quote_literal(s.srvtype), '')
    || coalesce(' VERSION ' || pg_catalog.quote_literal(s.srvversion), '')
    || (select ' FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname) from pg_catalog.pg_foreign_data_wrapper as w where w.oid = s.srvfdw) || ${optionsClause('s.srvoptions')}`,
  drop: `'DROP SERVER ' || pg_catalog.quote_ident(s.srvname)`,
  from: `pg_catalog.pg_foreign_server as s where not ${ofExtension('pg_foreign_server', 's.oid')}`,
});

const MAPPING = `'FOR ' || case when m.umuser = 0 then 'PUBLIC' else pg_catalog.quote_ident(m.usename) end || ' SERVER ' || pg_catalog.quote_ident(m.srvname)`;

/** User mappings; their options may hold passwords and are left out. */
export const userMappings = objectSelect({
  kind: `'user mapping'`,
  name: `m.usename || ' on ' || m.srvname`,
  sql: MAPPING,
  address: ['pg_user_mapping', 'm.umid'],
  facts: { server: 'm.srvname::text', role: `case when m.umuser <> 0 then m.usename::text end` },
  create: `'CREATE USER MAPPING ' || ${MAPPING}`,
  drop: `'DROP USER MAPPING ' || ${MAPPING}`,
  from: `pg_catalog.pg_user_mappings as m`,
});

/** ALTER DATABASE … SET and ALTER ROLE … IN DATABASE … SET. */
export const databaseSettings = objectSelect({
  kind: `'database setting'`,
  name: `case when s.setrole = 0 then 'for everybody' else 'for ' || pg_catalog.pg_get_userbyid(s.setrole)::text end`,
  address: ['pg_db_role_setting', 's.setrole'],
  facts: {
    settings: sortedList('s.setconfig'),
    role: `case when s.setrole <> 0 then pg_catalog.pg_get_userbyid(s.setrole)::text end`,
  },
  from: `pg_catalog.pg_db_role_setting as s
    where s.setdatabase = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())`,
});

/** Labels that security providers gave to objects of this database. */
export const securityLabels = objectSelect({
  kind: `'security label'`,
  name: `s.provider || ' on ' || s.objtype || ' ' || s.objname`,
  sql: `'FOR ' || pg_catalog.quote_ident(s.provider) || ' ON ' || pg_catalog.upper(s.objtype) || ' ' || s.objname`,
  address: ['pg_seclabel', `s.classoid || ':' || s.objoid || ':' || s.objsubid || ':' || s.provider`],
  facts: { label: 's.label' },
  create: `'SECURITY LABEL FOR ' || pg_catalog.quote_ident(s.provider) || ' ON ' || pg_catalog.upper(s.objtype) || ' ' || s.objname || ' IS ' || pg_catalog.quote_literal(s.label)`,
  drop: `'SECURITY LABEL FOR ' || pg_catalog.quote_ident(s.provider) || ' ON ' || pg_catalog.upper(s.objtype) || ' ' || s.objname || ' IS NULL'`,
  // The view has shared objects (databases, roles) too, which are not of the schema.
  from: `pg_catalog.pg_seclabels as s where s.classoid not in ('pg_catalog.pg_database'::pg_catalog.regclass, 'pg_catalog.pg_authid'::pg_catalog.regclass, 'pg_catalog.pg_tablespace'::pg_catalog.regclass)
    and (s.objnamespace is null or s.objnamespace in (select own.oid from own))`,
});
