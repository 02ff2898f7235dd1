import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seedTest } from '../support/seeds.ts';
import type { SeedTest } from '../support/seeds.ts';

let test: SeedTest;
beforeAll(async () => {
  test = await seedTest();
});
afterAll(() => test.dispose());

/** One file of rows for a fresh table `items`. */
async function table(columns: string): Promise<void> {
  await test.sql(`drop table if exists items; create table items (${columns})`);
}

beforeEach(async () => {
  test.remove('seeds');
  await test.sql(
    `do 'begin if to_regclass(''lms_db.seeds'') is not null then delete from lms_db.seeds; end if; end'`,
  );
});

function rows(): Promise<Record<string, unknown>[]> {
  return test.sql('select * from items order by 1');
}

describe('the rows of a .csv', () => {
  it('go into an empty table, and a second run changes nothing', async () => {
    await table('id int primary key, name text, updated_at timestamptz default clock_timestamp()');
    test.write('seeds/reference/010-items.csv', 'id,name\n1,one\n2,two\n');
    expect(await test.loaded()).toMatchObject({
      status: 'loaded',
      reason: 'new',
      counts: { inserted: 2, updated: 0, unchanged: 0 },
    });
    const before = await rows();
    expect(await test.loaded()).toMatchObject({ status: 'unchanged' });
    expect(await test.loaded({ force: true })).toMatchObject({
      reason: 'forced',
      counts: { inserted: 0, updated: 0, unchanged: 2 },
    });
    expect(await rows()).toEqual(before);
  });

  it('are inserted where they are new, updated where they changed, and left alone otherwise', async () => {
    await table('id int primary key, name text, touched int default 0');
    await test.sql(`
      create or replace function touch() returns trigger language plpgsql as
        'begin new.touched := old.touched + 1; return new; end';
      create trigger touch before update on items for each row execute function touch();
      insert into items (id, name) values (1, 'one'), (2, 'two'), (9, 'mine')`);
    test.write('seeds/reference/010-items.csv', 'id,name\n1,one\n2,TWO\n3,three\n');
    expect(await test.loaded()).toMatchObject({ counts: { inserted: 1, updated: 1, unchanged: 1 } });
    expect(await rows()).toEqual([
      { id: 1, name: 'one', touched: 0 },
      { id: 2, name: 'TWO', touched: 1 },
      { id: 3, name: 'three', touched: 0 },
      { id: 9, name: 'mine', touched: 0 },
    ]);
    test.write('seeds/reference/010-items.csv', 'id,name\n1,one\n2,TWO\n3,drei\n');
    expect(await test.loaded()).toMatchObject({
      reason: 'changed',
      counts: { inserted: 0, updated: 1, unchanged: 2 },
    });
  });

  it('keep NULL and the empty string apart', async () => {
    await table('id int primary key, a text, b text');
    const text = 'id,a,b\n1,,""\n2,x,\n';
    test.write('seeds/reference/010-items.csv', text);
    await test.loaded();
    expect(await rows()).toEqual([
      { id: 1, a: null, b: '' },
      { id: 2, a: 'x', b: null },
    ]);
    expect(await test.loaded({ force: true })).toMatchObject({ counts: { unchanged: 2 } });
  });

  it('have another marker for NULL, another delimiter and another quote where the file says so', async () => {
    await table('id int primary key, a text, b text');
    test.write(
      'seeds/reference/010-items.csv',
      "# rows of items\n# @null NIL\n# @delimiter ;\n# @quote '\nid;a;b\n1;NIL;\n2;'NIL';'it''s; so'\n",
    );
    await test.loaded();
    expect(await rows()).toEqual([
      { id: 1, a: null, b: '' },
      { id: 2, a: 'NIL', b: "it's; so" },
    ]);
  });

  it('may have tabs between them', async () => {
    await table('id int primary key, a text');
    test.write('seeds/reference/010-items.csv', '# @delimiter tab\nid\ta\n1\tx, y\n');
    await test.loaded();
    expect(await rows()).toEqual([{ id: 1, a: 'x, y' }]);
  });

  it('hold quotes, delimiters and line ends inside values', async () => {
    await table('id int primary key, a text');
    test.write('seeds/reference/010-items.csv', 'id,a\n1,"say ""hi"",\nthen go"\n2,"x\r\ny"\n');
    await test.loaded();
    expect(await rows()).toEqual([
      { id: 1, a: 'say "hi",\nthen go' },
      { id: 2, a: 'x\r\ny' },
    ]);
  });

  it('may end in CRLF, and begin with a byte order mark', async () => {
    await table('id int primary key, a text');
    test.write('seeds/reference/010-items.csv', '\ufeffid,a\r\n1,x\r\n2,ä€😀\r\n');
    await test.loaded();
    expect(await rows()).toEqual([
      { id: 1, a: 'x' },
      { id: 2, a: 'ä€😀' },
    ]);
  });

  it('have every type of the table', async () => {
    await test.sql(`drop type if exists mood cascade; create type mood as enum ('sad', 'happy');
      drop domain if exists short cascade; create domain short as varchar(4) check (value <> 'bad')`);
    await table(
      'id uuid primary key, n numeric(10,2), t timestamptz, j jsonb, b bool, a text[], m mood, d short, p point, x json, by bytea, r int4range, i interval',
    );
    const id = '00000000-0000-4000-8000-000000000001';
    test.write(
      'seeds/reference/010-items.csv',
      `id,n,t,j,b,a,m,d,p,x,by,r,i\n${id},1.5,2025-01-02 03:04:05+00,"{""k"": [1, 2]}",true,"{a,""b c"",NULL}",happy,ok,"(1,2)","{""z"":  1}",\\x00ff,"[1,5)",1 day\n`,
    );
    await test.loaded();
    expect(
      await test.sql(
        'select n::text, t, j, b, a, m::text, d, p::text, x::text, by::text, r::text, i::text from items',
      ),
    ).toEqual([
      {
        n: '1.50',
        t: new Date('2025-01-02T03:04:05Z'),
        j: { k: [1, 2] },
        b: true,
        a: ['a', 'b c', null],
        m: 'happy',
        d: 'ok',
        p: '(1,2)',
        x: '{"z":  1}',
        by: '\\x00ff',
        r: '[1,5)',
        i: '1 day',
      },
    ]);
    // json and point have no equality operator; their bytes are compared.
    expect(await test.loaded({ force: true })).toMatchObject({
      counts: { inserted: 0, updated: 0, unchanged: 1 },
    });
  });

  it('get the defaults of columns that the file leaves out, and generated ones are computed', async () => {
    await table(
      `id int generated always as identity primary key, name text unique, state text not null default 'new', upper text generated always as (upper(name)) stored`,
    );
    test.write('seeds/reference/010-items.csv', '# @key name\nname\none\ntwo\n');
    await test.loaded();
    expect(await rows()).toEqual([
      { id: 1, name: 'one', state: 'new', upper: 'ONE' },
      { id: 2, name: 'two', state: 'new', upper: 'TWO' },
    ]);
    test.write('seeds/reference/010-items.csv', '# @key name\nname\nthree\none\nfour\n');
    await test.loaded();
    expect((await rows()).map(({ name }) => name)).toEqual(['one', 'two', 'three', 'four']);
  });

  it.each(['generated always as identity', 'generated by default as identity', 'serial'])(
    'fill a column %s and move its sequence behind',
    async (kind) => {
      await table(
        kind === 'serial' ? 'id serial primary key, name text' : `id int ${kind} primary key, name text`,
      );
      test.write('seeds/reference/010-items.csv', 'id,name\n7,seven\n3,three\n');
      await test.loaded();
      await test.sql(`insert into items (name) values ('next')`);
      expect((await rows()).map(({ id }) => id)).toEqual([3, 7, 8]);
      test.write('seeds/reference/010-items.csv', 'id,name\n7,seven\n3,three\n20,twenty\n');
      expect(await test.loaded()).toMatchObject({ counts: { inserted: 1, updated: 0, unchanged: 2 } });
      await test.sql(`insert into items (name) values ('next')`);
      expect((await rows()).map(({ id }) => id)).toEqual([3, 7, 8, 20, 21]);
    },
  );

  it('are told apart by a key of several columns, in which NULL equals NULL', async () => {
    await table('id int generated always as identity primary key, a text not null, b text, v int');
    await test.sql('create unique index on items (a, b)');
    test.write('seeds/reference/010-items.csv', '# @key b, a\na,b,v\nx,,1\nx,y,2\n');
    await test.loaded();
    test.write('seeds/reference/010-items.csv', '# @key b, a\na,b,v\nx,,5\nx,y,2\n');
    expect(await test.loaded()).toMatchObject({ counts: { inserted: 0, updated: 1, unchanged: 1 } });
    expect(await test.sql('select a, b, v from items order by v')).toEqual([
      { a: 'x', b: 'y', v: 2 },
      { a: 'x', b: null, v: 5 },
    ]);
  });

  it('refer to rows of the same table, above or below', async () => {
    await table('id int primary key, parent int references items');
    test.write('seeds/reference/010-items.csv', 'id,parent\n1,2\n2,\n3,1\n');
    await test.loaded();
    test.write('seeds/reference/010-items.csv', 'id,parent\n1,2\n2,\n3,1\n4,5\n5,\n');
    expect(await test.loaded()).toMatchObject({ counts: { inserted: 2 } });
  });

  it('go into a table of another schema, with an odd name, by name of the file or @table', async () => {
    await test.sql(
      'create schema if not exists app; create table app."Odd one" (id int primary key, "The Name" text)',
    );
    test.write('seeds/reference/010-app.Odd one.csv', 'id,The Name\n1,x\n');
    test.write('seeds/reference/020-more.csv', '# @table app."Odd one"\nid,The Name\n2,y\n');
    await test.loaded();
    expect(await test.sql('select * from app."Odd one" order by id')).toEqual([
      { id: 1, 'The Name': 'x' },
      { id: 2, 'The Name': 'y' },
    ]);
  });

  it('go into partitions, and through row security and rules by INSERT', async () => {
    await test.sql(`drop table if exists items; create table items (id int primary key, v text) partition by range (id);
      create table items_1 partition of items for values from (0) to (10);
      create table items_2 partition of items for values from (10) to (20)`);
    test.write('seeds/reference/010-items.csv', 'id,v\n1,a\n11,b\n');
    await test.loaded();
    expect(await test.sql('select id from items_2')).toEqual([{ id: 11 }]);
  });

  it('of none, below a header, are fine', async () => {
    await table('id int primary key');
    test.write('seeds/reference/010-items.csv', 'id\n');
    expect(await test.loaded()).toMatchObject({ counts: { inserted: 0 } });
  });
});

describe('the rows of a .ndjson', () => {
  it('have every type of the table, and numbers lose no digit', async () => {
    await table(
      'id int8 primary key, n numeric, t text, j jsonb, js json, a text[], ints int[], aj jsonb[], b bool, at timestamptz',
    );
    const line =
      '{"id": 9007199254740993, "n": 12345678901234567890.123456789, "t": "a\\tb\\n\\"c\\" \\\\ ä \\ud83d\\ude00", "j": {"k": 1.10}, "js": "text", "a": ["x", "b c", null, "q\\"\\\\"], "ints": [[1,2],[3,4]], "aj": [{"a": 1}, "s"], "b": true, "at": "2025-01-01T00:00:00Z"}';
    const nulls =
      '{"id": 2, "n": null, "t": "", "j": null, "js": null, "a": [], "ints": null, "aj": null, "b": false, "at": null}';
    test.write('seeds/reference/010-items.ndjson', `\ufeff# @key id\n${line}\r\n\n${nulls}`);
    expect(await test.loaded()).toMatchObject({ counts: { inserted: 2 } });
    expect(
      await test.sql(
        'select id::text, n::text, t, j::text, js::text, a, ints, aj::text, b, at from items order by id desc',
      ),
    ).toEqual([
      {
        id: '9007199254740993',
        n: '12345678901234567890.123456789',
        t: 'a\tb\n"c" \\ ä 😀',
        j: '{"k": 1.10}',
        js: '"text"',
        a: ['x', 'b c', null, 'q"\\'],
        ints: [
          [1, 2],
          [3, 4],
        ],
        aj: '{"{\\"a\\": 1}","\\"s\\""}',
        b: true,
        at: new Date('2025-01-01T00:00:00Z'),
      },
      { id: '2', n: null, t: '', j: null, js: null, a: [], ints: null, aj: null, b: false, at: null },
    ]);
    expect(await test.loaded({ force: true })).toMatchObject({
      counts: { inserted: 0, updated: 0, unchanged: 2 },
    });
  });

  it('may have their keys in another order on another line', async () => {
    await table('id int primary key, a text');
    test.write('seeds/reference/010-items.ndjson', '{"id":1,"a":"x"}\n{"a":"y","id":2}\n');
    await test.loaded();
    expect(await rows()).toEqual([
      { id: 1, a: 'x' },
      { id: 2, a: 'y' },
    ]);
  });

  it.each([
    ['{"id":1,"a":"x"}\n{"id":2}\n', 'the key "a" is missing; every line has the same keys: write null'],
    [
      '{"id":1,"a":"x"}\n{"id":2,"a":"y","b":1}\n',
      'the key "b" is not in the first object; every line has the same keys',
    ],
    ['{"id":1,"a":"x"}\n{"id":2,"a":}\n', 'a value comes here, not "}" (character 13)'],
    ['{"id":1,"a":"x"}\n[1]\n', 'a line is one JSON object, and here is "["'],
    ['{"id":1,"a":"x"}\n{"id":2,"id":3}\n', 'the key "id" stands twice (character 9)'],
  ])('are refused where a line is none: %s', async (text, message) => {
    await table('id int primary key, a text');
    test.write('seeds/reference/010-items.ndjson', text);
    const { failure } = await test.failed();
    expect(failure).toMatchObject({
      message,
      place: { file: 'seeds/reference/010-items.ndjson', line: 2, column: 1 },
    });
    expect(await rows()).toEqual([]);
  });
});
