import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seedTest } from '../support/seeds.ts';
import type { SeedTest } from '../support/seeds.ts';

let test: SeedTest;
beforeAll(async () => {
  test = await seedTest();
});
afterAll(() => test.dispose());

const FILE = 'seeds/reference/010-items.csv';

beforeEach(async () => {
  test.remove('seeds');
  await test.sql(`
    do 'begin if to_regclass(''lms_db.seeds'') is not null then delete from lms_db.seeds; end if; end';
    drop table if exists items, parents;
    create table parents (id int primary key);
    insert into parents values (1), (2);
    create table items (
      id int primary key, name varchar(5) not null, n int check (n > 0), parent int references parents,
      twin int references items, code text unique
    )`);
});

const HEADER = 'id,name,n,parent,twin,code';

/** Bad in one way each: the text, and what is said of it. */
const CASES: readonly (readonly [what: string, row: string, said: object])[] = [
  [
    'a value that is no integer',
    'x,a,1,1,,',
    { message: 'column id: invalid input syntax for type integer: "x"', sqlstate: '22P02' },
  ],
  [
    'a value that is too long',
    '9,abcdef,1,1,,',
    { message: 'column name: value too long for type character varying(5)', sqlstate: '22001' },
  ],
  [
    'NULL where none may be',
    '9,,1,1,,',
    {
      message: 'column name: null value in column "name" of relation "items" violates not-null constraint',
      sqlstate: '23502',
    },
  ],
  [
    'a broken check',
    '9,a,0,1,,',
    { message: 'new row for relation "items" violates check constraint "items_n_check"', sqlstate: '23514' },
  ],
  [
    'a reference to nothing',
    '9,a,1,7,,',
    {
      message: 'insert or update on table "items" violates foreign key constraint "items_parent_fkey"',
      detail: 'Key (parent)=(7) is not present in table "parents".',
      sqlstate: '23503',
    },
  ],
  [
    'a reference to no row of its own table',
    '9,a,1,1,77,',
    {
      message: 'insert or update on table "items" violates foreign key constraint "items_twin_fkey"',
      sqlstate: '23503',
    },
  ],
  ['too few values', '9,a', { message: 'missing data for column "n"' }],
  ['too many values', '9,a,1,1,,,,', { message: 'extra data after last expected column' }],
];

describe.each(['an empty table', 'a table with rows'])('a bad row for %s', (which) => {
  beforeEach(async () => {
    if (which !== 'an empty table')
      await test.sql(`insert into items values (100, 'old', 1, 1, null, 'taken')`);
  });

  it.each(CASES)('is named with its line: %s', async (_, row, said) => {
    test.write(FILE, `# a remark\n${HEADER}\n1,"a\nb",1,1,2,c1\n2,b,1,2,1,c2\n${row}\n3,c,1,1,,c3\n`);
    const { failure, badRows } = await test.failed();
    expect(failure).toMatchObject({
      ...said,
      place: { file: FILE, line: 6, column: 1 },
      snippet: [{ line: 6, text: row }],
      remains: 'rolled back: nothing of this file is loaded.',
    });
    expect(badRows).toHaveLength(1);
    expect(await test.sql(`select count(*)::int as count from items where id < 100`)).toEqual([{ count: 0 }]);
    expect(await test.sql(`select count(*)::int as count from lms_db.seeds`)).toEqual([{ count: 0 }]);
  });

  it('is each of several, up to --max-errors', async () => {
    const bad = CASES.map(([, row], index) => row.replace(/^9/, String(90 + index)));
    test.write(FILE, `${HEADER}\n${bad.join('\n')}\n1,a,1,1,2,c1\n2,b,1,2,1,c2\n`);
    const { badRows = [], failure } = await test.failed({ maxErrors: 20 });
    expect(badRows.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(badRows.map(({ column }) => column)).toEqual([
      'id',
      'name',
      'name',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(failure?.place?.line).toBe(2);
    const some = await test.failed({ maxErrors: 3 });
    expect(some.badRows).toHaveLength(3);
    expect(await test.sql(`select count(*)::int as count from items where id < 100`)).toEqual([{ count: 0 }]);
  });

  it('is a second one with the same key', async () => {
    test.write(FILE, `${HEADER}\n1,a,1,1,,\n2,b,1,1,,\n1,c,1,1,,\n`);
    const { failure } = await test.failed();
    expect(failure?.place?.line).toBe(4);
    expect(failure?.message).toMatch(/the key of this row stands in the file before|duplicate key value/);
  });

  it('is one whose unique value another row has', async () => {
    test.write(FILE, `${HEADER}\n1,a,1,1,,x\n2,b,1,1,,x\n`);
    const { failure } = await test.failed();
    expect(failure).toMatchObject({
      sqlstate: '23505',
      place: { line: 3 },
      detail: 'Key (code)=(x) already exists.',
    });
  });

  it('is one whose bytes are not UTF-8', async () => {
    const text = Buffer.concat([
      Buffer.from(`${HEADER}\n1,a,1,1,,\n2,b`),
      Buffer.from([0xff]),
      Buffer.from(',1,1,,\n'),
    ]);
    test.write(FILE, text);
    const { failure } = await test.failed();
    expect(failure).toMatchObject({
      message: expect.stringContaining('invalid byte sequence for encoding "UTF8"') as unknown,
      place: { line: 3 },
    });
    const more = await test.failed({ maxErrors: 5 });
    expect(more.badRows).toMatchObject([{ line: 3, column: 'name' }]);
  });

  it('is the one in which a quote is never closed', async () => {
    test.write(FILE, `${HEADER}\n1,a,1,1,,\n2,"b,1,1,,\n3,c,1,1,,\n`);
    const { failure } = await test.failed();
    expect(failure).toMatchObject({ message: 'unterminated CSV quoted field', place: { line: 3 } });
  });
});

describe('a bad row', () => {
  it('in words of a trigger is named with its line', async () => {
    await test.sql(`create or replace function no() returns trigger language plpgsql as
      'begin if new.name = ''no'' then raise exception ''not this one''; end if; return new; end';
      create trigger no before insert on items for each row execute function no()`);
    test.write(FILE, `${HEADER}\n1,a,1,1,,\n2,no,1,1,,\n`);
    const { failure } = await test.failed();
    expect(failure).toMatchObject({ sqlstate: 'P0001', message: 'not this one', place: { line: 3 } });
  });

  it('of JSON is named with its line, and bytes that are not UTF-8 too', async () => {
    test.write(
      'seeds/reference/010-items.ndjson',
      '{"id":1,"name":"a"}\n\n{"id":2,"name":"much too long"}\n',
    );
    expect((await test.failed()).failure).toMatchObject({
      message: 'column name: value too long for type character varying(5)',
      place: { file: 'seeds/reference/010-items.ndjson', line: 3, column: 1 },
    });
    test.write(
      'seeds/reference/010-items.ndjson',
      Buffer.concat([
        Buffer.from('{"id":1,"name":"a"}\n{"id":2,"name":"'),
        Buffer.from([0xc3]),
        Buffer.from('"}\n'),
      ]),
    );
    expect((await test.failed()).failure).toMatchObject({
      message: 'invalid byte sequence for encoding "UTF8"',
      place: { line: 2 },
    });
  });

  it('leaves the seeds before it loaded, and those behind it not run', async () => {
    test.write('seeds/reference/005-parents.csv', 'id\n5\n');
    test.write(FILE, `${HEADER}\nx,a,1,1,,\n`);
    test.write('seeds/reference/020-parents.csv', 'id\n6\n');
    const report = await test.seed();
    expect(report.seeds?.map(({ status }) => status)).toEqual(['loaded', 'failed', 'not-run']);
    expect(report).toMatchObject({ exitCode: 5, error: { code: 'seed-failed' } });
    expect(await test.sql('select id from parents order by id')).toEqual([{ id: 1 }, { id: 2 }, { id: 5 }]);
    test.write(FILE, `${HEADER}\n1,a,1,1,,\n`);
    expect((await test.seed()).seeds?.map(({ status }) => status)).toEqual(['unchanged', 'loaded', 'loaded']);
    expect(
      await test.sql(
        `select kind, name, sqlstate from lms_db.events where kind = 'failed' order by id desc limit 1`,
      ),
    ).toEqual([{ kind: 'failed', name: 'reference/010-items.csv', sqlstate: '22P02' }]);
  });
});

describe('the order of files', () => {
  it('that would work is named when a foreign key finds it wrong', async () => {
    await test.sql('delete from parents');
    test.write(FILE, 'id,name,parent\n1,a,1\n');
    test.write('seeds/reference/020-note.sql', 'SELECT 1;\n');
    test.write('seeds/reference/030-parents.csv', 'id\n1\n');
    const { failure } = await test.failed();
    expect(failure).toMatchObject({
      sqlstate: '23503',
      place: { line: 2 },
      next: 'rows of items refer to parents, which reference/030-parents.csv fills later; this order works: reference/020-note.sql, reference/030-parents.csv, reference/010-items.csv: give the files numbers that make it so',
    });
  });

  it('is named for .sql too, on both sides', async () => {
    await test.sql('delete from parents');
    test.write('seeds/reference/010-a.sql', "INSERT INTO items (id, name, parent)\nVALUES (1, 'a', 1);\n");
    test.write('seeds/reference/030-b.sql', 'SELECT 1;\nINSERT INTO public.parents VALUES (1);\n');
    const { failure } = await test.failed();
    expect(failure).toMatchObject({
      place: { file: 'seeds/reference/010-a.sql', line: 1, column: 1 },
      next: expect.stringContaining('this order works: reference/030-b.sql, reference/010-a.sql') as unknown,
    });
  });

  it('is not blamed where the row is nowhere', async () => {
    test.write(FILE, 'id,name,parent\n1,a,77\n');
    expect((await test.failed()).failure?.next).toContain('correct the file');
  });

  it('is said to be none where tables refer to each other', async () => {
    await test.sql('delete from parents; alter table parents add item int references items');
    test.write(FILE, 'id,name,parent\n1,a,1\n');
    test.write('seeds/reference/030-parents.csv', 'id,item\n1,1\n');
    expect((await test.failed()).failure?.next).toContain('in a circle');
  });
});
