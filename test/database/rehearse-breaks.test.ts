// One migration that changes everything that a schema can hold, and its rollback. Each statement of the rollback is
// forgotten, or written wrongly, one at a time: a rehearsal names what is not as it was.
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';
import { rehearsed } from '../support/rehearsal.ts';

/** The schema before. */
const BEFORE = `
  create schema shop;
  create type mood as enum ('calm', 'busy');
  create domain percentage as integer check (value between 0 and 100);
  create type money_pair as (net numeric, gross numeric);
  create sequence numbers;
  create table customers (
    id integer generated always as identity primary key,
    name text not null default 'nobody',
    email varchar(100) constraint customers_email_key unique,
    rate percentage,
    mood mood not null default 'calm',
    notes text,
    total numeric constraint customers_total_check check (total >= 0)
  );
  comment on table customers is 'who buys';
  comment on column customers.name is 'as on the invoice';
  create index customers_name_idx on customers (name);
  create table orders (
    id bigserial primary key,
    customer_id integer not null constraint orders_customer_fkey references customers (id) on delete cascade,
    placed timestamptz not null default now(),
    state text not null default 'new'
  );
  create index orders_customer_idx on orders (customer_id);
  alter table orders enable row level security;
  create policy own_orders on orders for select using (customer_id > 0);
  create view open_orders as select id, customer_id from orders where state = 'new';
  create materialized view order_counts as select customer_id, count(*) as orders from orders group by customer_id;
  create function total_of(customer integer) returns numeric language sql stable as 'select total from customers where id = customer';
  create function touch() returns trigger language plpgsql as 'begin return new; end';
  create trigger orders_touch before update on orders for each row execute function touch();
  create rule no_delete as on delete to customers do instead nothing;
  create statistics customers_stats on name, email from customers;
  create table events (id integer not null, day date not null) partition by range (day);
  create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
`;

/** What the migration does, what takes it back, how a hurried person writes that, and what is then said. */
interface Change {
  readonly what: string;
  readonly up: string;
  readonly down: string;
  /** Instead of \`down\`; nothing at all where it is left out. */
  readonly wrong?: string;
  readonly found: RegExp;
}

const CHANGES: readonly Change[] = [
  {
    what: 'a forgotten index',
    up: 'create index orders_placed_idx on orders (placed)',
    down: 'drop index orders_placed_idx',
    found: /index orders_placed_idx is left behind/,
  },
  {
    what: 'an index not built again',
    up: 'drop index customers_name_idx',
    down: 'create index customers_name_idx on customers (name)',
    found: /index customers_name_idx is missing/,
  },
  {
    what: 'an index built again with another definition',
    up: 'drop index orders_customer_idx',
    down: 'create index orders_customer_idx on orders (customer_id)',
    wrong: 'create index orders_customer_idx on orders (customer_id desc)',
    found: /index orders_customer_idx: definition is/,
  },
  {
    what: 'a table left behind',
    up: 'create table audit (id integer primary key)',
    down: 'drop table audit',
    found: /table audit is left behind/,
  },
  {
    what: 'a table left in another schema',
    up: 'create table shop.items (id integer primary key)',
    down: 'drop table shop.items',
    found: /table shop\.items is left behind/,
  },
  {
    what: 'a schema left behind',
    up: 'create schema archive',
    down: 'drop schema archive',
    found: /schema archive is left behind/,
  },
  {
    what: 'an enum type left behind',
    up: "create type user_status as enum ('active', 'gone')",
    down: 'drop type user_status',
    found: /type user_status is left behind/,
  },
  {
    what: 'a new label of an enum',
    up: "alter type mood add value 'sad'",
    down: "alter table customers alter column mood drop default; alter table customers alter column mood type text using mood::text; drop type mood; create type mood as enum ('calm', 'busy'); alter table customers alter column mood type mood using mood::mood; alter table customers alter column mood set default 'calm'",
    found: /type mood: labels is calm, busy, sad/,
  },
  {
    what: 'a renamed label of an enum',
    up: "alter type mood rename value 'calm' to 'quiet'",
    down: "alter type mood rename value 'quiet' to 'calm'",
    found: /type mood: labels/,
  },
  {
    what: 'a domain left behind',
    up: 'create domain slug as text',
    down: 'drop domain slug',
    found: /domain slug is left behind/,
  },
  {
    what: 'a constraint of a domain',
    up: 'alter domain percentage add constraint whole check (value <> 13)',
    down: 'alter domain percentage drop constraint whole',
    found: /constraint whole on percentage is left behind/,
  },
  {
    what: 'an attribute of a composite type',
    up: 'alter type money_pair add attribute currency text',
    down: 'alter type money_pair drop attribute currency',
    found: /column money_pair\.currency is left behind/,
  },
  {
    what: 'a column left behind',
    up: 'alter table orders add column weight numeric',
    down: 'alter table orders drop column weight',
    found: /column orders\.weight is left behind/,
  },
  {
    what: 'a column not given back',
    up: 'alter table customers drop column notes',
    down: 'alter table customers add column notes text',
    found: /column customers\.notes is missing/,
  },
  {
    what: 'a default lost',
    up: 'alter table orders alter column state drop default',
    down: "alter table orders alter column state set default 'new'",
    found: /column orders\.state: default is none instead of/,
  },
  {
    what: 'a default changed',
    up: "alter table customers alter column name set default 'somebody'",
    down: "alter table customers alter column name set default 'nobody'",
    found: /column customers\.name: default/,
  },
  {
    what: 'a NOT NULL lost',
    up: 'alter table orders alter column placed drop not null',
    down: 'alter table orders alter column placed set not null',
    found: /column orders\.placed: not null is off instead of on/,
  },
  {
    what: 'a NOT NULL that stays',
    up: 'alter table customers alter column rate set not null',
    down: 'alter table customers alter column rate drop not null',
    found: /column customers\.rate: not null is on instead of off/,
  },
  {
    what: 'a type that stays wider',
    up: 'alter table customers alter column email type varchar(200)',
    down: 'alter table customers alter column email type varchar(100)',
    found: /column customers\.email: type is character varying\(200\)/,
  },
  {
    what: 'a column renamed',
    up: 'alter table orders rename column state to status',
    down: 'alter table orders rename column status to state',
    found: /column orders\.(state is missing|status is left behind)/,
  },
  {
    what: 'a comment lost',
    up: 'comment on table customers is null',
    down: "comment on table customers is 'who buys'",
    found: /table customers: comment is none instead of who buys/,
  },
  {
    what: 'a comment on a column changed',
    up: "comment on column customers.name is 'nickname'",
    down: "comment on column customers.name is 'as on the invoice'",
    found: /column customers\.name: comment is nickname/,
  },
  {
    what: 'a foreign key left behind',
    up: 'alter table events add constraint events_customer_fkey foreign key (id) references customers (id)',
    down: 'alter table events drop constraint events_customer_fkey',
    found: /constraint events_customer_fkey on events is left behind/,
  },
  {
    what: 'a foreign key left NOT VALID',
    up: 'alter table orders drop constraint orders_customer_fkey',
    down: 'alter table orders add constraint orders_customer_fkey foreign key (customer_id) references customers (id) on delete cascade',
    wrong:
      'alter table orders add constraint orders_customer_fkey foreign key (customer_id) references customers (id) on delete cascade not valid',
    found: /constraint orders_customer_fkey on orders: validated is off instead of on/,
  },
  {
    what: 'a foreign key with another action',
    up: 'alter table orders drop constraint orders_customer_fkey',
    down: 'alter table orders add constraint orders_customer_fkey foreign key (customer_id) references customers (id) on delete cascade',
    wrong:
      'alter table orders add constraint orders_customer_fkey foreign key (customer_id) references customers (id)',
    found: /constraint orders_customer_fkey on orders: definition/,
  },
  {
    what: 'a check not given back',
    up: 'alter table customers drop constraint customers_total_check',
    down: 'alter table customers add constraint customers_total_check check (total >= 0)',
    found: /constraint customers_total_check on customers is missing/,
  },
  {
    what: 'a check given back weaker',
    up: 'alter table customers drop constraint customers_total_check',
    down: 'alter table customers add constraint customers_total_check check (total >= 0)',
    wrong: 'alter table customers add constraint customers_total_check check (total >= -1)',
    found: /constraint customers_total_check on customers: definition/,
  },
  {
    what: 'a unique key not given back',
    up: 'alter table customers drop constraint customers_email_key',
    down: 'alter table customers add constraint customers_email_key unique (email)',
    found: /constraint customers_email_key on customers is missing/,
  },
  {
    what: 'a unique index in the place of a constraint',
    up: 'alter table customers drop constraint customers_email_key',
    down: 'alter table customers add constraint customers_email_key unique (email)',
    wrong: 'create unique index customers_email_key on customers (email)',
    found: /constraint customers_email_key on customers is missing/,
  },
  {
    what: 'a policy left behind',
    up: 'create policy all_orders on orders using (true)',
    down: 'drop policy all_orders on orders',
    found: /policy all_orders on orders is left behind/,
  },
  {
    what: 'a policy given back weaker',
    up: 'drop policy own_orders on orders',
    down: 'create policy own_orders on orders for select using (customer_id > 0)',
    wrong: 'create policy own_orders on orders for select using (true)',
    found: /policy own_orders on orders: using is true/i,
  },
  {
    what: 'row security that stays off',
    up: 'alter table orders disable row level security',
    down: 'alter table orders enable row level security',
    found: /table orders: row security is off instead of on/,
  },
  {
    what: 'row security that stays forced',
    up: 'alter table orders force row level security',
    down: 'alter table orders no force row level security',
    found: /table orders: .*forced.* is on instead of off/i,
  },
  {
    what: 'a trigger disabled',
    up: 'alter table orders disable trigger orders_touch',
    down: 'alter table orders enable trigger orders_touch',
    found: /trigger orders_touch on orders: enabled/,
  },
  {
    what: 'a trigger not given back',
    up: 'drop trigger orders_touch on orders',
    down: 'create trigger orders_touch before update on orders for each row execute function touch()',
    found: /trigger orders_touch on orders is missing/,
  },
  {
    what: 'a rule not given back',
    up: 'drop rule no_delete on customers',
    down: 'create rule no_delete as on delete to customers do instead nothing',
    found: /rule no_delete on customers is missing/,
  },
  {
    what: 'a function body',
    up: "create or replace function total_of(customer integer) returns numeric language sql stable as 'select 0::numeric'",
    down: "create or replace function total_of(customer integer) returns numeric language sql stable as 'select total from customers where id = customer'",
    found: /function total_of\(customer integer\)|function total_of\(integer\)/,
  },
  {
    what: 'the volatility of a function',
    up: 'alter function total_of(integer) volatile',
    down: 'alter function total_of(integer) stable',
    found: /function total_of/,
  },
  {
    what: 'an overload of a function',
    up: "create function total_of(customer integer, since date) returns numeric language sql as 'select 0::numeric'",
    down: 'drop function total_of(integer, date)',
    found: /function total_of\(.*date\) is left behind/,
  },
  {
    what: 'a view not given back',
    up: 'drop view open_orders',
    down: "create view open_orders as select id, customer_id from orders where state = 'new'",
    found: /view open_orders is missing/,
  },
  {
    what: 'a view with another definition',
    up: "create or replace view open_orders as select id, customer_id from orders where state <> 'done'",
    down: "create or replace view open_orders as select id, customer_id from orders where state = 'new'",
    found: /view open_orders: definition/,
  },
  {
    what: 'a materialized view not given back',
    up: 'drop materialized view order_counts',
    down: 'create materialized view order_counts as select customer_id, count(*) as orders from orders group by customer_id',
    found: /materialized view order_counts is missing/,
  },
  {
    what: 'a sequence left behind',
    up: 'create sequence invoices',
    down: 'drop sequence invoices',
    found: /sequence invoices is left behind/,
  },
  {
    what: 'the increment of a sequence',
    up: 'alter sequence numbers increment by 10',
    down: 'alter sequence numbers increment by 1',
    found: /sequence numbers: increment/,
  },
  {
    what: 'the owner of a sequence',
    up: 'alter sequence numbers owned by customers.id',
    down: 'alter sequence numbers owned by none',
    found: /sequence numbers: owned by is/,
  },
  {
    what: 'an identity that became a choice',
    up: 'alter table customers alter column id set generated by default',
    down: 'alter table customers alter column id set generated always',
    found: /column customers\.id: identity/,
  },
  {
    what: 'a statistics target',
    up: 'alter table customers alter column email set statistics 500',
    down: 'alter table customers alter column email set statistics -1',
    found: /column customers\.email: statistics/,
  },
  {
    what: 'extended statistics not given back',
    up: 'drop statistics customers_stats',
    down: 'create statistics customers_stats on name, email from customers',
    found: /statistics customers_stats is missing/,
  },
  {
    what: 'a storage mode',
    up: 'alter table customers alter column notes set storage external',
    down: 'alter table customers alter column notes set storage extended',
    found: /column customers\.notes: storage/,
  },
  {
    what: 'a grant lost',
    up: 'grant select on orders to pg_monitor',
    down: 'revoke select on orders from pg_monitor',
    found: /table orders: grants: .*pg_monitor/,
  },
  {
    what: 'a grant on a column',
    up: 'grant update (state) on orders to pg_monitor',
    down: 'revoke update (state) on orders from pg_monitor',
    found: /column orders\.state: grants/,
  },
  {
    what: 'default privileges',
    up: 'alter default privileges in schema shop grant select on tables to pg_monitor',
    down: 'alter default privileges in schema shop revoke select on tables from pg_monitor',
    found: /default privileges/,
  },
  {
    what: 'a storage parameter',
    up: 'alter table orders set (fillfactor = 70)',
    down: 'alter table orders reset (fillfactor)',
    found: /table orders: (storage )?options/,
  },
  {
    what: 'a partition left behind',
    up: "create table events_2027 partition of events for values from ('2027-01-01') to ('2028-01-01')",
    down: 'drop table events_2027',
    found: /table events_2027 is left behind/,
  },
  {
    what: 'a partition that stays detached',
    up: 'alter table events detach partition events_2026',
    down: "alter table events attach partition events_2026 for values from ('2026-01-01') to ('2027-01-01')",
    found: /table events_2026: (partition|inherits)/,
  },
  {
    what: 'an unlogged table',
    up: 'alter table orders set unlogged',
    down: 'alter table orders set logged',
    found: /table orders: persistence/,
  },
  {
    what: 'a replica identity',
    up: 'alter table orders replica identity full',
    down: 'alter table orders replica identity default',
    found: /table orders: replica identity/,
  },
  {
    what: 'a clustered index',
    up: 'alter table customers cluster on customers_name_idx',
    down: 'alter table customers set without cluster',
    found: /index customers_name_idx: clustered/,
  },
];

const version = (index: number, part: 0 | 1): string => String(100 + index * 2 + part);

/** The schema, and then each change, taken back by the migration after it, so that the next one meets what was before. */
function project(rollbackOf: (change: Change) => string): TemporaryProject {
  const made = temporaryProject();
  made.migration('001-before', BEFORE, 'select 1;');
  for (const [index, change] of CHANGES.entries()) {
    made.migration(`${version(index, 0)}-change`, `${change.up};\n`, `${rollbackOf(change)};\n`);
    made.migration(`${version(index, 1)}-back`, `${change.down};\n`, 'select 1;');
  }
  return made;
}

describe('a rehearsal of every kind of change', () => {
  const versions = CHANGES.map((_, index) => version(index, 0));
  let broken: Awaited<ReturnType<typeof rehearsed>>;

  beforeAll(async () => {
    const made = project(({ wrong }) => wrong ?? 'select 1');
    broken = await rehearsed(made.root, { versions });
    made.dispose();
  });

  it('knows at least forty of them', () => {
    expect(CHANGES.length).toBeGreaterThanOrEqual(40);
  });

  it('passes the rollbacks that are right', async () => {
    const made = project(({ down }) => down);
    const { findings, rehearsal } = await rehearsed(made.root, { versions });
    made.dispose();
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(rehearsal.migrations.map(({ verdict }) => verdict)).toEqual(CHANGES.map(() => 'proven'));
  });

  it.each(CHANGES.map((change, index) => ({ ...change, index })))('names $what', ({ found, index }) => {
    expect(broken.rehearsal.migrations[index]?.verdict).toBe('failed');
    const own = broken.findings.filter((finding) => finding.version === version(index, 0));
    expect(own.map(({ message }) => message).join('\n')).toMatch(found);
    expect(own.every(({ place }) => place?.file === `rollbacks/${version(index, 0)}-change.sql`)).toBe(true);
  });
});
