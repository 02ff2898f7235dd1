// The schema that bench/picture.ts reads: what an application has, many times over.

/** How many tables; everything else follows from it. */
export const TABLES = 260;

/** SQL of about 6,000 objects: tables with columns, keys, indexes, triggers and policies; enums, functions, views. */
export function schemaSql(): string {
  const parts = ['create schema app; set search_path = app;'];
  for (let index = 0; index < TABLES / 10; index += 1) {
    parts.push(
      `create type state_${index} as enum ('new', 'open', 'done');`,
      `create domain code_${index} as text check (value <> '');`,
      `create function touch_${index}() returns trigger language plpgsql as $$ begin new.changed = now(); return new; end $$;`,
      `create function label_${index}(x integer) returns text language sql immutable as $$ select 'label ' || x $$;`,
      `create sequence counter_${index};`,
    );
  }
  for (let index = 0; index < TABLES; index += 1) {
    const group = index % (TABLES / 10);
    const parent = index === 0 ? '' : `, parent bigint references table_${Math.floor(index / 2)} (id)`;
    parts.push(
      `create table table_${index} (id bigint generated always as identity primary key, name text not null, code code_${group} unique,
        state state_${group} not null default 'new', changed timestamptz not null default now(), amount numeric(10, 2) check (amount > 0)${parent});`,
      `create index on table_${index} (name); create index on table_${index} (state, changed) where state = 'open';`,
      `create trigger touch before update on table_${index} for each row execute function touch_${group}();`,
      `comment on table table_${index} is 'table ${index}'; comment on column table_${index}.name is 'what it is called';`,
    );
    if (index % 3 === 0) {
      parts.push(
        `alter table table_${index} enable row level security; create policy own on table_${index} using (id > 0);`,
        `grant select on table_${index} to pg_monitor;`,
      );
    }
    if (index % 7 === 0) {
      parts.push(`create view view_${index} as select id, name, state from table_${index};`);
    }
  }
  return parts.join('\n');
}
