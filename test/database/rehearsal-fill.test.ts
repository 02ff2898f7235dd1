import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filler } from '../../src/backends/rehearsal/fill.ts';
import type { FilledTable } from '../../src/core/rehearsal.ts';
import type { Session } from '../../src/core/ports.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { BASELINE, down, serverVersion, succeeded, up } from '../support/lms.ts';

/** The lms project needs PostgreSQL 15. */
const tooOld = (await serverVersion()) < 150_000;

const LEAVE_OUT = ['lms_db'];

/** Fills what is empty, on a connection of its own. */
async function fill(database: PrivateDatabase, rows = 3): Promise<readonly FilledTable[]> {
  const session = await database.database.connect('work');
  try {
    return await filler.fill(session, { rows, leaveOut: LEAVE_OUT });
  } finally {
    await session.close();
  }
}

/** A database with these statements run in it, for as long as it is used. */
async function withSchema(sql: string, use: (database: PrivateDatabase) => Promise<void>): Promise<void> {
  const database = await privateDatabase();
  try {
    await database.sql(sql);
    await use(database);
  } finally {
    await database.drop();
  }
}

function unfilled(filled: readonly FilledTable[]): readonly FilledTable[] {
  return filled.filter(({ inserted }) => inserted === 0);
}

describe('an awkward schema', () => {
  let database: PrivateDatabase;
  let filled: readonly FilledTable[];

  beforeAll(async () => {
    database = await privateDatabase();
    await database.sql(readFileSync('test/fixtures/rehearsal/awkward.sql', 'utf8'));
    filled = await fill(database);
  });
  afterAll(() => database.drop());

  const rows = <Row extends object>(sql: string): Promise<Row[]> => database.sql<Row>(sql);

  it('gets rows in every table, as many as were asked for and can be', () => {
    expect(unfilled(filled)).toEqual([]);
    // A unique boolean has two values.
    expect(filled.filter(({ inserted }) => inserted < 3)).toEqual([
      { table: 'shop.unique_keys', inserted: 2 },
    ]);
  });

  it('has everything filled in the first row, and nothing that may be null in the second', async () => {
    const [first, second] = await rows<Record<string, unknown>>(
      'select kind, rating, status, tags, options from shop.checked order by id',
    );
    expect(first).toMatchObject({ kind: 'odd', rating: 1, status: 'paid' });
    expect(first!['tags']).toEqual(['käse 1', expect.any(String)]);
    expect(first!['options']).toMatchObject({ name: 'Zoë 1' });
    expect(second).toEqual({ kind: null, rating: null, status: 'new', tags: [], options: {} });
  });

  it('meets conditions over several columns, each with and without values', async () => {
    const coupled = await rows(
      'select status, done_at is not null as done, low is null as low from shop.coupled order by id',
    );
    expect(coupled.slice(0, 2)).toEqual([
      { status: 'done', done: true, low: false },
      { status: 'open', done: false, low: true },
    ]);
  });

  it('finds the few right combinations of many columns', async () => {
    const methods = await rows('select method from shop.payments order by 1');
    expect(methods).toEqual([{ method: 'card' }, { method: 'cash' }, { method: 'transfer' }]);
    const [arcs] = await rows('select count(*)::int as rows, count(a)::int as a from shop.arcs');
    expect(arcs).toEqual({ rows: 3, a: 2 });
  });

  it('cycles through labels and both truth values', async () => {
    const types = await rows('select a_mood, a_boolean from shop.types order by a_integer');
    expect(types).toEqual([
      { a_mood: 'sad', a_boolean: true },
      { a_mood: 'ok', a_boolean: false },
      { a_mood: 'very happy', a_boolean: true },
    ]);
  });

  it('lets references point at rows, late ones too, and rows of a circle at each other', async () => {
    const [counts] = await rows(
      `select (select count(*)::int from shop.authors where best_book is not null) as "best books",
         (select count(*)::int from shop.trees where parent is not null) as "with a parent",
         (select count(*)::int from shop.nodes where parent = id) as "their own parents",
         (select count(distinct hen)::int from shop.eggs join shop.hens on hens.egg = eggs.id) as hens,
         (select count(*)::int from shop.members where invited_by is not null) as invited,
         (select count(*)::int from shop.notes where tenant is null and project is null) as "about nothing"`,
    );
    expect(counts).toEqual({
      'best books': 1,
      'with a parent': 1,
      'their own parents': 1,
      hens: 3,
      invited: 2,
      'about nothing': 1,
    });
  });

  it('puts partitioned rows where a partition takes them', async () => {
    const [counts] = await rows(
      `select (select count(*)::int from shop.by_range_1999) as range, (select count(*)::int from shop.by_hash_0) as hash,
         (select count(*)::int from shop.by_list_north_high) as list, (select count(*)::int from shop.with_default_rest) as rest`,
    );
    expect(counts).toEqual({ range: 3, hash: 3, list: 3, rest: 3 });
  });

  it('keeps triggers at work, and learns from what they refuse', async () => {
    const triggered = await rows<{ n: number; filled: string }>('select n, filled from shop.triggered');
    expect(triggered.map(({ n, filled: by }) => [n % 2, by])).toEqual(Array(3).fill([0, 'by the trigger']));
    const lines = await rows('select distinct line from log where line = $$triggered$$');
    expect(lines).toEqual([{ line: 'triggered' }]);
  });

  it('keeps sequences in step', async () => {
    const [next] = await rows<{ id: number }>('insert into shop.only_a_key default values returning id');
    expect(next).toEqual({ id: 4 });
  });

  it('shows new rows in materialized views that held any', async () => {
    expect(await rows('select n::int from shop.counted')).toEqual([{ n: 3 }]);
    const [unread] = await rows(`select relispopulated from pg_class where relname = 'unread'`);
    expect(unread).toEqual({ relispopulated: false });
  });

  it('leaves tables alone that hold rows', async () => {
    await database.sql('create table shop.late (id int primary key); create table shop.deleted (id int)');
    await database.sql('insert into shop.deleted values (1)');
    await database.sql('delete from shop.deleted');
    expect(await fill(database)).toEqual([
      { table: 'shop.deleted', inserted: 3 },
      { table: 'shop.late', inserted: 3 },
    ]);
    expect(await fill(database)).toEqual([]);
  });

  it('gives the same rows each time', async () => {
    const other = await privateDatabase();
    try {
      await other.sql(readFileSync('test/fixtures/rehearsal/awkward.sql', 'utf8'));
      expect(await fill(other)).toEqual(filled);
      for (const table of [
        'types',
        'checked',
        'coupled',
        'members',
        'raising',
        'triggered',
        'eggs',
        'users',
      ]) {
        const text = `select t::text as row from shop.${table} as t order by 1`;
        expect(await other.sql(text)).toEqual(await rows(text));
      }
    } finally {
      await other.drop();
    }
  });
});

describe('a table that cannot be filled', () => {
  const HOPELESS: readonly (readonly [what: string, sql: string, reason: string])[] = [
    [
      'a check that no value meets',
      'create table hopeless (n int not null check (n < 0 and n > 0))',
      'new row for relation "hopeless" violates check constraint "hopeless_n_check"',
    ],
    [
      'a trigger that refuses everything',
      `create function no() returns trigger language plpgsql as $$ begin raise exception 'closed since 1999'; end $$;
       create table hopeless (n int); create trigger no before insert on hopeless for each row execute function no()`,
      'closed since 1999',
    ],
    [
      'a trigger that swallows everything',
      `create function no() returns trigger language plpgsql as $$ begin return null; end $$;
       create table hopeless (n int); create trigger no before insert on hopeless for each row execute function no()`,
      'a trigger or a rule of the table keeps the row out',
    ],
    [
      'no partition',
      'create table hopeless (n int not null) partition by list (n)',
      'no partition of relation "hopeless" found for row',
    ],
    [
      'a parent in a schema that is left out',
      'create schema lms_db; create table lms_db.parents (id int primary key); create table hopeless (id int not null references lms_db.parents)',
      'lms_db.parents, which it refers to, has no rows',
    ],
  ];

  it.each(HOPELESS)('is named with the reason: %s', async (_what, sql, reason) => {
    await withSchema(`${sql}; create table fine (n int)`, async (database) => {
      const filled = await fill(database);
      expect(filled.find(({ table }) => table === 'public.fine')).toEqual({
        table: 'public.fine',
        inserted: 3,
      });
      expect(unfilled(filled)).toEqual([{ table: 'public.hopeless', inserted: 0, reason }]);
    });
  });

  it('is tried again once it, or what else is empty, has changed', async () => {
    await withSchema(
      'create table parents (id int primary key check (false)); create table children (id int not null references parents)',
      async (database) => {
        const session = await database.database.connect('work');
        try {
          const again = async () => {
            const filled = await filler.fill(session, { rows: 1, leaveOut: [] });
            return filled.map(({ table, inserted }) => `${table} ${inserted}`);
          };
          const nothing = ['public.parents 0', 'public.children 0'];
          expect(await again()).toEqual(nothing);
          expect(await again()).toEqual(nothing);
          await session.script('create table fresh (n int)');
          expect(await again()).toEqual(['public.fresh 1', ...nothing]);
          await session.script('alter table parents drop constraint parents_check');
          expect(await again()).toEqual(['public.parents 1', 'public.children 1']);
          expect(await again()).toEqual([]);
        } finally {
          await session.close();
        }
      },
    );
  });

  it('keeps no other table from being filled, and its children are named too', async () => {
    await withSchema(
      `create table parents (id int primary key check (false)); create table children (id int references parents);
       create table orphans (id int not null references parents)`,
      async (database) => {
        const filled = await fill(database);
        expect(filled.map(({ table, inserted }) => [table, inserted])).toEqual([
          ['public.parents', 0],
          ['public.children', 3],
          ['public.orphans', 0],
        ]);
        expect(filled[2]!.reason).toBe('parents, which it refers to, has no rows');
      },
    );
  });
});

it('counts a table as filled that a trigger of another one filled', async () => {
  await withSchema(
    `create table a (id int primary key); create table b (id int primary key references a);
     create function copy() returns trigger language plpgsql as $$ begin insert into b values (new.id); return null; end $$;
     create trigger copy after insert on a for each row execute function copy()`,
    async (database) => {
      expect(await fill(database)).toEqual([
        { table: 'public.a', inserted: 3 },
        { table: 'public.b', inserted: 3 },
      ]);
    },
  );
});

it('leaves out temporary and foreign tables, those of extensions and the schemas that are named', async () => {
  await withSchema(
    `create extension file_fdw; create server files foreign data wrapper file_fdw;
     create foreign table elsewhere (n int) server files options (filename '/nothing');
     create schema lms_db; create table lms_db.migrations (version text);
     create table ours (n int); alter extension file_fdw add table ours`,
    async (database) => {
      const session = await database.database.connect('work');
      try {
        await session.script('create temporary table passing (n int)');
        expect(await filler.fill(session, { rows: 1, leaveOut: LEAVE_OUT })).toEqual([]);
      } finally {
        await session.close();
      }
    },
  );
});

it('fills a table whose type nobody knows by its default or by what the type reads', async () => {
  await withSchema(
    `create type odd; create function odd_in(cstring) returns odd language internal immutable strict as 'boolin';
     create function odd_out(odd) returns cstring language internal immutable strict as 'boolout';
     create type odd (input = odd_in, output = odd_out, internallength = 1, passedbyvalue, alignment = char);
     create table odds (n int primary key, o odd not null)`,
    async (database) => {
      expect(await fill(database, 1)).toEqual([{ table: 'public.odds', inserted: 1 }]);
    },
  );
});

it('works whatever the session has set, and leaves its settings as they were', async () => {
  await withSchema(
    `create schema app; create function app.ok(t text) returns boolean language sql immutable as 'select t <> $$$$';
     create function app.stamp() returns trigger language plpgsql as $$ begin perform ok('x'); return new; end $$;
     create table app.a (d date not null check (d > '2001-02-03'), i interval not null);
     create trigger stamp before insert on app.a for each row execute function app.stamp()`,
    async (database) => {
      const session: Session = await database.database.connect('work');
      try {
        await session.script(
          `set datestyle = 'SQL, DMY'; set intervalstyle = 'iso_8601'; set search_path = app`,
        );
        expect(await filler.fill(session, { rows: 2, leaveOut: [] })).toEqual([
          { table: 'app.a', inserted: 2 },
        ]);
        const [settings] = await session.query(
          `select current_setting('datestyle') as dates, current_setting('search_path') as path,
             current_setting('join_collapse_limit') as joins, pg_current_xact_id_if_assigned() as transaction`,
        );
        expect(settings).toEqual({ dates: 'SQL, DMY', path: 'app', joins: '8', transaction: null });
      } finally {
        await session.close();
      }
    },
  );
});

describe('other schemas of this repository', () => {
  it('fills the schema of the picture fixture', async () => {
    const role = `reader_${randomBytes(4).toString('hex')}`;
    const text = readFileSync('test/fixtures/picture/awkward.sql', 'utf8')
      .replace(/^CREATE SUBSCRIPTION.*$/gm, '')
      .replaceAll('@reader', role)
      .replaceAll(/@(publication|event)/g, role);
    const database = await privateDatabase();
    try {
      await database.sql(`create role ${role}`);
      await database.sql(text);
      const filled = await fill(database);
      expect(filled.map(({ table }) => table)).toContain('app.events');
      expect(unfilled(filled)).toEqual([]);
    } finally {
      await database.sql(`drop owned by ${role}`);
      await database.drop();
      const other = await privateDatabase();
      await other.sql(`drop role ${role}`);
      await other.drop();
    }
  });

  it.skipIf(tooOld)('fills all 42 tables of lms, but for one that its own migration fills', async () => {
    const database = await privateDatabase();
    try {
      await succeeded(up(database));
      const filled = await fill(database);
      expect(unfilled(filled)).toEqual([]);
      expect(filled).toHaveLength(41);
      const [empty] = await database.sql(
        `select count(*)::int as empty from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
           and (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %s', oid::regclass), false, true, '')))[1]::text = '0'`,
      );
      expect(empty).toEqual({ empty: 0 });
    } finally {
      await database.drop();
    }
  });

  it.skipIf(tooOld)(
    'fills the baseline of lms so that its evolution goes up and down again with the rows',
    async () => {
      const database = await privateDatabase();
      try {
        await succeeded(up(database, BASELINE));
        expect(unfilled(await fill(database))).toEqual([]);
        await succeeded(up(database));
        expect(unfilled(await fill(database))).toEqual([]);
        await succeeded(down(database, BASELINE));
      } finally {
        await database.drop();
      }
    },
  );
});
