import {
  comment,
  dependsOnExtensions,
  grants,
  objectSelect,
  once,
  ofExtension,
  privileges,
  qualifiedName,
  role,
  sortedList,
} from './fragments.ts';

const TABLE = qualifiedName('n.nspname', 'c.relname');
const FROM_CLASS = `pg_catalog.pg_class as c join own as n on n.oid = c.relnamespace`;
const options = sortedList('c.reloptions');
const tablespace = `(select t.spcname::text from pg_catalog.pg_tablespace as t where t.oid = c.reltablespace)`;
const accessMethod = `(select a.amname::text from pg_catalog.pg_am as a where a.oid = c.relam)`;
const CLASS = ['pg_class', 'c.oid'] as const;

/** Tables, partitions and foreign tables. */
export const tables = objectSelect({
  kind: `case c.relkind when 'f' then 'foreign table' else 'table' end`,
  schema: 'n.nspname',
  name: 'c.relname::text',
  address: CLASS,
  facts: {
    persistence: `case c.relpersistence when 'u' then 'unlogged' when 't' then 'temporary' else 'permanent' end`,
    'partition key': 'pg_catalog.pg_get_partkeydef(c.oid)',
    'partition bound': 'pg_catalog.pg_get_expr(c.relpartbound, c.oid)',
    inherits: `(select pg_catalog.to_jsonb(pg_catalog.array_agg(i.inhparent::pg_catalog.regclass::text || case when i.inhdetachpending then ' (detach pending)' else '' end order by i.inhseqno)) from pg_catalog.pg_inherits as i where i.inhrelid = c.oid)`,
    options,
    'toast options': `(select ${sortedList('o.reloptions')} from pg_catalog.pg_class as o where o.oid = c.reltoastrelid)`,
    'row security': 'c.relrowsecurity',
    'forced row security': 'c.relforcerowsecurity',
    'replica identity': `(case when c.relkind <> 'f' then case c.relreplident when 'd' then 'default' when 'n' then 'nothing' when 'f' then 'full' else 'index' end end)`,
    'access method': accessMethod,
    tablespace,
    'of type': `(case when c.reloftype <> 0 then c.reloftype::pg_catalog.regtype::text end)`,
    'foreign server': `(select s.srvname::text from pg_catalog.pg_foreign_table as f join pg_catalog.pg_foreign_server as s on s.oid = f.ftserver where f.ftrelid = c.oid)`,
    'foreign options': `(select ${sortedList('f.ftoptions')} from pg_catalog.pg_foreign_table as f where f.ftrelid = c.oid)`,
    owner: role('c.relowner'),
    grants: grants('c.relacl', `'r'`, 'c.relowner'),
    comment: comment('pg_class', 'c.oid'),
  },
  drop: `'DROP ' || case c.relkind when 'f' then 'FOREIGN TABLE ' else 'TABLE ' end || ${TABLE}`,
  from: `${FROM_CLASS} where c.relkind in ('r', 'p', 'f') and not ${ofExtension('pg_class', 'c.oid')}`,
});

/** Views and materialized views. */
export const views = objectSelect({
  kind: `case c.relkind when 'm' then 'materialized view' else 'view' end`,
  schema: 'n.nspname',
  name: 'c.relname::text',
  address: CLASS,
  facts: {
    definition: 'd.text',
    options,
    populated: `(case when c.relkind = 'm' then c.relispopulated end)`,
    'access method': `(case when c.relkind = 'm' then ${accessMethod} end)`,
    tablespace: `(case when c.relkind = 'm' then ${tablespace} end)`,
    'depends on extensions': `(case when c.relkind = 'm' then ${dependsOnExtensions('pg_class', 'c.oid')} end)`,
    owner: role('c.relowner'),
    grants: grants('c.relacl', `'r'`, 'c.relowner'),
    comment: comment('pg_class', 'c.oid'),
  },
  create: `'CREATE ' || case c.relkind when 'm' then 'MATERIALIZED VIEW ' else 'VIEW ' end || ${TABLE}
    || coalesce(' WITH (' || pg_catalog.array_to_string(c.reloptions, ', ') || ')', '') || ' AS' || pg_catalog.chr(10) || pg_catalog.rtrim(d.text, ';')
    || case when c.relkind = 'm' and not c.relispopulated then pg_catalog.chr(10) || 'WITH NO DATA' else '' end`,
  drop: `'DROP ' || case c.relkind when 'm' then 'MATERIALIZED VIEW ' else 'VIEW ' end || ${TABLE}`,
  from: `${FROM_CLASS} ${once('d', 'pg_catalog.pg_get_viewdef(c.oid)')} where c.relkind in ('v', 'm') and not ${ofExtension('pg_class', 'c.oid')}`,
});

/** Columns of tables, views and composite types. */
export const columns = objectSelect({
  kind: `'column'`,
  schema: 'n.nspname',
  name: 'a.attname::text',
  sql: 'pg_catalog.quote_ident(a.attname)',
  address: ['pg_class', `a.attrelid || ':' || a.attnum`],
  on: TABLE,
  position: `(pg_catalog.row_number() over (partition by a.attrelid order by a.attnum))::int`,
  facts: {
    type: 'pg_catalog.format_type(a.atttypid, a.atttypmod)',
    'not null': 'a.attnotnull',
    default: `(case when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end)`,
    generated: `(case a.attgenerated when '' then null when 's' then 'stored: ' else 'virtual: ' end) || pg_catalog.pg_get_expr(d.adbin, d.adrelid)`,
    identity: `case a.attidentity when 'a' then 'always' when 'd' then 'by default' end`,
    collation: `(case when a.attcollation <> t.typcollation then a.attcollation::pg_catalog.regcollation::text end)`,
    storage: `(case when a.attstorage <> t.typstorage then a.attstorage::text end)`,
    compression: `nullif(a.attcompression::text, '')`,
    'statistics target': `nullif(a.attstattarget, -1)`,
    options: sortedList('a.attoptions'),
    'foreign options': sortedList('a.attfdwoptions'),
    inherited: '(a.attinhcount > 0)',
    local: 'a.attislocal',
    grants: `(case when pg_catalog.cardinality(a.attacl) > 0 then ${privileges('a.attacl')} end)`,
    comment: comment('pg_class', 'a.attrelid', 'a.attnum'),
  },
  drop: `case when c.relkind in ('r', 'p', 'f') then 'ALTER TABLE ' || ${TABLE} || ' DROP COLUMN ' || pg_catalog.quote_ident(a.attname) end`,
  from: `pg_catalog.pg_attribute as a join pg_catalog.pg_class as c on c.oid = a.attrelid
    join own as n on n.oid = c.relnamespace
    join pg_catalog.pg_type as t on t.oid = a.atttypid
    left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f', 'v', 'm', 'c')
      and not ${ofExtension('pg_class', 'c.oid')}
      and not (c.relkind = 'c' and ${ofExtension('pg_type', 'c.reltype')})`,
});

/** Constraints of tables and of domains. */
export const constraints = objectSelect({
  kind: `'constraint'`,
  schema: 'n.nspname',
  name: 'k.conname::text',
  sql: 'pg_catalog.quote_ident(k.conname)',
  address: ['pg_constraint', 'k.oid'],
  on: `case when k.conrelid <> 0 then ${qualifiedName('n.nspname', 'c.relname')} else k.contypid::pg_catalog.regtype::text end`,
  facts: {
    definition: `pg_catalog.regexp_replace(d.text, ' NOT VALID$', '')`,
    validated: 'k.convalidated',
    inherited: '(k.coninhcount > 0)',
    local: 'k.conislocal',
    comment: comment('pg_constraint', 'k.oid'),
  },
  create: `(case when k.conrelid <> 0 then 'ALTER TABLE ' || ${qualifiedName('n.nspname', 'c.relname')} else 'ALTER DOMAIN ' || k.contypid::pg_catalog.regtype::text end)
    || ' ADD CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || d.text`,
  drop: `(case when k.conrelid <> 0 then 'ALTER TABLE ' || ${qualifiedName('n.nspname', 'c.relname')} else 'ALTER DOMAIN ' || k.contypid::pg_catalog.regtype::text end)
    || ' DROP CONSTRAINT ' || pg_catalog.quote_ident(k.conname)`,
  from: `pg_catalog.pg_constraint as k join own as n on n.oid = k.connamespace
    left join pg_catalog.pg_class as c on c.oid = k.conrelid
    ${once('d', 'pg_catalog.pg_get_constraintdef(k.oid)')}
    where k.contype <> 't' and (k.conparentid = 0 or not k.conislocal is distinct from true)
      and not ${ofExtension('pg_class', 'k.conrelid')} and not ${ofExtension('pg_type', 'k.contypid')}
      and not ${ofExtension('pg_constraint', 'k.oid')}`,
});

/** Indexes, those behind constraints too: their validity is their own. */
export const indexes = objectSelect({
  kind: `'index'`,
  schema: 'n.nspname',
  name: 'c.relname::text',
  address: CLASS,
  on: 'i.indrelid::pg_catalog.regclass::text',
  facts: {
    definition: 'd.text',
    valid: 'i.indisvalid',
    ready: 'i.indisready',
    clustered: 'i.indisclustered',
    'replica identity': 'i.indisreplident',
    'attached to': `(select p.inhparent::pg_catalog.regclass::text from pg_catalog.pg_inherits as p where p.inhrelid = c.oid)`,
    'statistics targets': `(select pg_catalog.to_jsonb(pg_catalog.array_agg(a.attnum || ': ' || a.attstattarget order by a.attnum)) from pg_catalog.pg_attribute as a where a.attrelid = c.oid and a.attstattarget >= 0)`,
    tablespace,
    constraint: 'k.conname::text',
    // That of a partition is no object of its own: it belongs to that of the partitioned table.
    'constraint definition': '(case when k.conparentid <> 0 then pg_catalog.pg_get_constraintdef(k.oid) end)',
    // Its own definition does not say them (pg_get_constraintdef).
    'constraint options': `(case when k.oid is not null then ${sortedList('c.reloptions')} end)`,
    'depends on extensions': dependsOnExtensions('pg_class', 'c.oid'),
    comment: comment('pg_class', 'c.oid'),
  },
  create: '(case when k.oid is null then d.text end)',
  drop: `(case when k.oid is null then 'DROP INDEX ' || ${TABLE} end)`,
  from: `pg_catalog.pg_index as i join pg_catalog.pg_class as c on c.oid = i.indexrelid
    join own as n on n.oid = c.relnamespace
    left join pg_catalog.pg_constraint as k on k.conindid = c.oid and k.conrelid = i.indrelid and k.contype in ('p', 'u', 'x')
    ${once('d', 'pg_catalog.pg_get_indexdef(i.indexrelid)')}
    where not ${ofExtension('pg_class', 'c.oid')} and not ${ofExtension('pg_class', 'i.indrelid')}`,
});

/** Sequences, with the column that owns them. */
export const sequences = objectSelect({
  kind: `'sequence'`,
  schema: 'n.nspname',
  name: 'c.relname::text',
  address: CLASS,
  facts: {
    type: 's.seqtypid::pg_catalog.regtype::text',
    start: 's.seqstart::text',
    increment: 's.seqincrement::text',
    minimum: 's.seqmin::text',
    maximum: 's.seqmax::text',
    cache: 's.seqcache::text',
    cycle: 's.seqcycle',
    persistence: `case c.relpersistence when 'u' then 'unlogged' when 't' then 'temporary' else 'permanent' end`,
    'owned by': `(select d.refobjid::pg_catalog.regclass::text || '.' || pg_catalog.quote_ident(a.attname) from pg_catalog.pg_depend as d
      join pg_catalog.pg_attribute as a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
      where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.objsubid = 0
        and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype in ('a', 'i'))`,
    identity: `exists (select from pg_catalog.pg_depend as d where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.objsubid = 0
        and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'i')`,
    owner: role('c.relowner'),
    grants: grants('c.relacl', `'s'`, 'c.relowner'),
    comment: comment('pg_class', 'c.oid'),
  },
  create: `'CREATE ' || case c.relpersistence when 'u' then 'UNLOGGED ' else '' end || 'SEQUENCE ' || ${TABLE} || ' AS ' || s.seqtypid::pg_catalog.regtype::text
    || ' START WITH ' || s.seqstart || ' INCREMENT BY ' || s.seqincrement || ' MINVALUE ' || s.seqmin || ' MAXVALUE ' || s.seqmax
    || ' CACHE ' || s.seqcache || case when s.seqcycle then ' CYCLE' else '' end`,
  drop: `'DROP SEQUENCE ' || ${TABLE}`,
  from: `pg_catalog.pg_sequence as s join pg_catalog.pg_class as c on c.oid = s.seqrelid
    join own as n on n.oid = c.relnamespace where not ${ofExtension('pg_class', 'c.oid')}`,
});

function state(column: string): string {
  return `(case ${column} when 'O' then 'enabled' when 'D' then 'disabled' when 'A' then 'always' else 'replica' end)`;
}

/** Triggers that somebody wrote; those of foreign keys belong to their constraints. */
export const triggers = objectSelect({
  kind: `'trigger'`,
  schema: 'n.nspname',
  name: 't.tgname::text',
  sql: 'pg_catalog.quote_ident(t.tgname)',
  address: ['pg_trigger', 't.oid'],
  on: TABLE,
  facts: {
    definition: 'd.text',
    enabled: state('t.tgenabled'),
    // On a partition it may be switched on its own.
    'in partitions': `(case when c.relkind = 'p' then (with recursive clone as (
        select x.oid, x.tgrelid, x.tgenabled from pg_catalog.pg_trigger as x where x.tgparentid = t.oid
        union all select x.oid, x.tgrelid, x.tgenabled from pg_catalog.pg_trigger as x join clone on x.tgparentid = clone.oid)
      select pg_catalog.to_jsonb(pg_catalog.array_agg(line order by line collate "C")) from (
        select clone.tgrelid::pg_catalog.regclass::text || ': ' || ${state('clone.tgenabled')} as line from clone where clone.tgenabled <> t.tgenabled) as lines) end)`,
    'depends on extensions': dependsOnExtensions('pg_trigger', 't.oid'),
    comment: comment('pg_trigger', 't.oid'),
  },
  create: 'd.text',
  drop: `'DROP TRIGGER ' || pg_catalog.quote_ident(t.tgname) || ' ON ' || ${TABLE}`,
  from: `pg_catalog.pg_trigger as t join pg_catalog.pg_class as c on c.oid = t.tgrelid
    join own as n on n.oid = c.relnamespace
    ${once('d', 'pg_catalog.pg_get_triggerdef(t.oid)')}
    where not t.tgisinternal and t.tgparentid = 0 and not ${ofExtension('pg_class', 'c.oid')} and not ${ofExtension('pg_trigger', 't.oid')}`,
});

/** Rewrite rules, but for the one that makes a view. */
export const rules = objectSelect({
  kind: `'rule'`,
  schema: 'n.nspname',
  name: 'r.rulename::text',
  sql: 'pg_catalog.quote_ident(r.rulename)',
  address: ['pg_rewrite', 'r.oid'],
  on: TABLE,
  facts: {
    definition: 'pg_catalog.pg_get_ruledef(r.oid)',
    enabled: state('r.ev_enabled'),
    comment: comment('pg_rewrite', 'r.oid'),
  },
  create: 'pg_catalog.pg_get_ruledef(r.oid)',
  drop: `'DROP RULE ' || pg_catalog.quote_ident(r.rulename) || ' ON ' || ${TABLE}`,
  from: `pg_catalog.pg_rewrite as r join pg_catalog.pg_class as c on c.oid = r.ev_class
    join own as n on n.oid = c.relnamespace
    where r.rulename <> '_RETURN' and not ${ofExtension('pg_class', 'c.oid')}`,
});

const policyRoles = `(select pg_catalog.array_agg(case when x = 0 then 'PUBLIC' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x)) end order by pg_catalog.pg_get_userbyid(x)) from pg_catalog.unnest(p.polroles) as x)`;
const policyCommand = `case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE' else 'ALL' end`;

/** Row security policies. */
export const policies = objectSelect({
  kind: `'policy'`,
  schema: 'n.nspname',
  name: 'p.polname::text',
  sql: 'pg_catalog.quote_ident(p.polname)',
  address: ['pg_policy', 'p.oid'],
  on: TABLE,
  facts: {
    command: policyCommand,
    permissive: 'p.polpermissive',
    roles: `pg_catalog.to_jsonb(${policyRoles})`,
    using: 'pg_catalog.pg_get_expr(p.polqual, p.polrelid)',
    'with check': 'pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)',
    comment: comment('pg_policy', 'p.oid'),
  },
  create: `'CREATE POLICY ' || pg_catalog.quote_ident(p.polname) || ' ON ' || ${TABLE}
    || case when p.polpermissive then '' else ' AS RESTRICTIVE' end || ' FOR ' || ${policyCommand}
    || ' TO ' || pg_catalog.array_to_string(${policyRoles}, ', ')
    || coalesce(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
    || coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')`,
  drop: `'DROP POLICY ' || pg_catalog.quote_ident(p.polname) || ' ON ' || ${TABLE}`,
  from: `pg_catalog.pg_policy as p join pg_catalog.pg_class as c on c.oid = p.polrelid
    join own as n on n.oid = c.relnamespace where not ${ofExtension('pg_class', 'c.oid')}`,
});

/** Extended statistics objects. */
export const statistics = objectSelect({
  kind: `'statistics'`,
  schema: 'n.nspname',
  name: 's.stxname::text',
  address: ['pg_statistic_ext', 's.oid'],
  facts: {
    definition: 'pg_catalog.pg_get_statisticsobjdef(s.oid)',
    target: 'nullif(s.stxstattarget, -1)',
    owner: role('s.stxowner'),
    comment: comment('pg_statistic_ext', 's.oid'),
  },
  create: 'pg_catalog.pg_get_statisticsobjdef(s.oid)',
  drop: `'DROP STATISTICS ' || ${qualifiedName('n.nspname', 's.stxname')}`,
  from: `pg_catalog.pg_statistic_ext as s join own as n on n.oid = s.stxnamespace
    where not ${ofExtension('pg_statistic_ext', 's.oid')}`,
});
