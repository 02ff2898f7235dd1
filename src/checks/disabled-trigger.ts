import { ofNoExtension, OWN_SCHEMA } from '../core/builtin-check.ts';
import type { BuiltinCheck } from '../core/builtin-check.ts';

/** Every trigger and rule is switched on. */
export const check: BuiltinCheck = {
  id: 'disabled-trigger',
  title: 'triggers enabled',
  why: 'A trigger that was switched off for a backfill and not on again is silent: nothing it keeps true is kept true any more. DISABLE TRIGGER ALL also switches foreign keys off, which are enforced by triggers. Rules and event triggers count too.',
  example: `create table orders (id int primary key, updated_at timestamptz);
create function touch() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end $$;
create trigger orders_touch before update on orders for each row execute function touch();
alter table orders disable trigger orders_touch;`,
  severity: 'error',
  question: ({ historySchema }) => ({
    values: [historySchema],
    sql: `with off as (
      select n.nspname, c.oid, c.relname,
        case when g.tgisinternal then coalesce(k.conname, g.tgname) else g.tgname end as name,
        case when g.tgisinternal then 'the foreign key %s of %s is switched off' else 'trigger %s of %s is switched off' end as problem,
        case when g.tgisinternal then 'ALTER TABLE %1$I.%2$I ENABLE TRIGGER ALL;' else 'ALTER TABLE %1$I.%2$I ENABLE TRIGGER %3$I;' end as fix
      from pg_catalog.pg_trigger as g
      join pg_catalog.pg_class as c on c.oid = g.tgrelid
      join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
      left join pg_catalog.pg_constraint as k on k.oid = g.tgconstraint and g.tgconstraint <> 0
      where g.tgenabled = 'D' and ${OWN_SCHEMA}
      union
      select n.nspname, c.oid, c.relname, r.rulename, 'rule %s of %s is switched off', 'ALTER TABLE %1$I.%2$I ENABLE RULE %3$I;'
      from pg_catalog.pg_rewrite as r
      join pg_catalog.pg_class as c on c.oid = r.ev_class
      join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
      where r.ev_enabled = 'D' and ${OWN_SCHEMA}
    )
    select pg_catalog.format('%s.%s', nspname, name) as object, pg_catalog.format('%s.%s', nspname, relname) as "table",
      pg_catalog.format(problem, name, relname) as problem, pg_catalog.format(fix, nspname, relname, name) as fix
    from off where ${ofNoExtension('pg_class', 'oid')}
    union all
    select v.evtname::text, null, pg_catalog.format('event trigger %s is switched off', v.evtname),
      pg_catalog.format('ALTER EVENT TRIGGER %I ENABLE;', v.evtname)
    from pg_catalog.pg_event_trigger as v
    where v.evtenabled = 'D' and ${ofNoExtension('pg_event_trigger', 'v.oid')}
    order by 1, 3`,
  }),
};
