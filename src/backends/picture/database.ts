import { comment, grants, objectSelect, ofExtension, privileges, role } from './fragments.ts';

/** Schemas. `public` is there from the start: only what was done to it counts. */
export const schemas = objectSelect({
  kind: `'schema'`,
  name: 'n.nspname::text',
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
  facts: {
    version: 'e.extversion',
    schema: `(select n.nspname::text from pg_catalog.pg_namespace as n where n.oid = e.extnamespace)`,
    owner: role('e.extowner'),
    comment: comment('pg_extension', 'e.oid'),
  },
  create: `'CREATE EXTENSION ' || pg_catalog.quote_ident(e.extname) || ' VERSION ' || pg_catalog.quote_literal(e.extversion)`,
  drop: `'DROP EXTENSION ' || pg_catalog.quote_ident(e.extname)`,
  from: `pg_catalog.pg_extension as e`,
});

/** Publications with their tables; columns and filters came with PostgreSQL 15. */
export const publications = (serverVersion: number): string =>
  objectSelect({
    kind: `'publication'`,
    name: 'p.pubname::text',
    facts: {
      'all tables': 'p.puballtables',
      insert: 'p.pubinsert',
      update: 'p.pubupdate',
      delete: 'p.pubdelete',
      truncate: 'p.pubtruncate',
      'via root': 'p.pubviaroot',
      tables:
        serverVersion >= 150000
          ? `(select pg_catalog.to_jsonb(pg_catalog.array_agg(r.prrelid::pg_catalog.regclass::text
              || coalesce(' (' || (select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by a.attnum) from pg_catalog.pg_attribute as a where a.attrelid = r.prrelid and a.attnum = any (r.prattrs::int2[])) || ')', '')
              || coalesce(' where ' || pg_catalog.pg_get_expr(r.prqual, r.prrelid), '')
              order by r.prrelid::pg_catalog.regclass::text)) from pg_catalog.pg_publication_rel as r where r.prpubid = p.oid)`
          : `(select pg_catalog.to_jsonb(pg_catalog.array_agg(r.prrelid::pg_catalog.regclass::text order by r.prrelid::pg_catalog.regclass::text)) from pg_catalog.pg_publication_rel as r where r.prpubid = p.oid)`,
      schemas:
        serverVersion >= 150000
          ? `(select pg_catalog.to_jsonb(pg_catalog.array_agg(n.nspname::text order by n.nspname)) from pg_catalog.pg_publication_namespace as r join pg_catalog.pg_namespace as n on n.oid = r.pnnspid where r.pnpubid = p.oid)`
          : 'null::text',
      owner: role('p.pubowner'),
      comment: comment('pg_publication', 'p.oid'),
    },
    drop: `'DROP PUBLICATION ' || pg_catalog.quote_ident(p.pubname)`,
    from: `pg_catalog.pg_publication as p where not ${ofExtension('pg_publication', 'p.oid')}`,
  });

/** Subscriptions of this database; their connection strings are not for everybody and are left out. */
export const subscriptions = objectSelect({
  kind: `'subscription'`,
  name: 's.subname::text',
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

/** ALTER DEFAULT PRIVILEGES. */
export const defaultPrivileges = objectSelect({
  kind: `'default privileges'`,
  schema: 'n.nspname::text',
  name: `pg_catalog.format('for %s on %s', pg_catalog.pg_get_userbyid(d.defaclrole), case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas' else d.defaclobjtype::text end)`,
  facts: { grants: privileges('d.defaclacl') },
  from: `pg_catalog.pg_default_acl as d left join pg_catalog.pg_namespace as n on n.oid = d.defaclnamespace
    where d.defaclnamespace = 0 or exists (select from own where own.oid = d.defaclnamespace)`,
});

const optionsOf = (options: string): string =>
  `(select pg_catalog.to_jsonb(pg_catalog.array_agg(o order by o)) from pg_catalog.unnest(${options}) as o)`;

/** Foreign data wrappers. */
export const foreignDataWrappers = objectSelect({
  kind: `'foreign data wrapper'`,
  name: 'w.fdwname::text',
  facts: {
    handler: `nullif(w.fdwhandler::pg_catalog.regproc::text, '-')`,
    validator: `nullif(w.fdwvalidator::pg_catalog.regproc::text, '-')`,
    options: optionsOf('w.fdwoptions'),
    owner: role('w.fdwowner'),
    grants: grants('w.fdwacl', `'F'`, 'w.fdwowner'),
    comment: comment('pg_foreign_data_wrapper', 'w.oid'),
  },
  drop: `'DROP FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname)`,
  from: `pg_catalog.pg_foreign_data_wrapper as w where not ${ofExtension('pg_foreign_data_wrapper', 'w.oid')}`,
});

/** Foreign servers. */
export const servers = objectSelect({
  kind: `'server'`,
  name: 's.srvname::text',
  facts: {
    wrapper: `(select w.fdwname::text from pg_catalog.pg_foreign_data_wrapper as w where w.oid = s.srvfdw)`,
    type: 's.srvtype',
    version: 's.srvversion',
    options: optionsOf('s.srvoptions'),
    owner: role('s.srvowner'),
    grants: grants('s.srvacl', `'S'`, 's.srvowner'),
    comment: comment('pg_foreign_server', 's.oid'),
  },
  drop: `'DROP SERVER ' || pg_catalog.quote_ident(s.srvname)`,
  from: `pg_catalog.pg_foreign_server as s where not ${ofExtension('pg_foreign_server', 's.oid')}`,
});

/** User mappings; their options may hold passwords and are left out. */
export const userMappings = objectSelect({
  kind: `'user mapping'`,
  name: `m.usename || ' on ' || m.srvname`,
  facts: { server: 'm.srvname::text' },
  drop: `'DROP USER MAPPING FOR ' || case when m.umuser = 0 then 'PUBLIC' else pg_catalog.quote_ident(m.usename) end || ' SERVER ' || pg_catalog.quote_ident(m.srvname)`,
  from: `pg_catalog.pg_user_mappings as m`,
});

/** ALTER DATABASE … SET and ALTER ROLE … IN DATABASE … SET. */
export const databaseSettings = objectSelect({
  kind: `'database setting'`,
  name: `case when s.setrole = 0 then 'for everybody' else 'for ' || pg_catalog.pg_get_userbyid(s.setrole)::text end`,
  facts: { settings: optionsOf('s.setconfig') },
  from: `pg_catalog.pg_db_role_setting as s
    where s.setdatabase = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())`,
});
