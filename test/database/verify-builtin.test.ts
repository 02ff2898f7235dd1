import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuiltinResult } from '../../src/core/verification.ts';
import { BUILTIN_CHECKS } from '../../src/operations/verify-builtin.ts';
import { splitStatements } from '../../src/core/statements.ts';
import { privateDatabase, serverParameters } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';
import { verifyContext, verified, brokenNames } from '../support/verify.ts';
import { BUILTIN_COMPANIONS } from '../support/violations.ts';

const tenancy = { column: 'academy_id', root: 'academies' };

let database: PrivateDatabase;
let project: TemporaryProject;

beforeEach(async () => {
  database = await privateDatabase();
  project = temporaryProject({ 'migrations/.keep': '' });
});
afterEach(async () => {
  project.dispose();
  await database.drop();
});

/** Runs statement by statement, as psql does: some of them are meant to fail. */
async function run(text: string): Promise<readonly string[]> {
  const errors: string[] = [];
  for (const { start, end } of splitStatements(text).statements) {
    await database.sql(text.slice(start, end)).catch((error: unknown) => errors.push(String(error)));
  }
  return errors;
}

async function resultOf(id: string, allowed?: Record<string, readonly string[]>): Promise<BuiltinResult> {
  const { verification } = await verified(verifyContext(database, project.root, { tenancy, allowed }), {
    only: [id],
  });
  const [result] = verification.builtin;
  if (result === undefined) throw new Error(`${id} did not run`);
  return result;
}

async function problemsOf(id: string): Promise<readonly string[]> {
  return (await resultOf(id)).findings.map(({ problem }) => problem);
}

describe('every built-in check', () => {
  it('passes on an empty database', async () => {
    const { verification, exitCode } = await verified(verifyContext(database, project.root, { tenancy }));
    expect(brokenNames(verification)).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it.each(BUILTIN_CHECKS.map((check) => [check.id, check] as const))(
    '%s: its example breaks it and no other, and its fix mends it',
    async (id, check) => {
      const errors = await run(check.example);
      expect(errors).toHaveLength(id === 'invalid-index' ? 1 : 0);
      const companions = BUILTIN_COMPANIONS[id] ?? [];
      const first = await verified(verifyContext(database, project.root, { tenancy }));
      expect([...brokenNames(first.verification)].sort()).toEqual([id, ...companions].sort());
      expect(first.exitCode).toBe(check.severity === 'warning' && companions.length === 0 ? 0 : 6);
      const broken = first.verification.builtin.find((result) => result.id === id);
      expect(broken?.findings.length).toBeGreaterThan(0);
      // A unique index over a duplicate cannot be rebuilt before the duplicate is gone.
      if (id === 'invalid-index') await database.sql('delete from orders where id = 2');
      for (const { fix } of broken?.findings ?? []) await database.sql(fix);
      expect((await resultOf(id)).findings).toEqual([]);
    },
  );

  it('leaves out extensions, the history and the schemas of PostgreSQL', async () => {
    await run(`create schema lms_db; create table lms_db.log (at timestamptz);
      create table of_extension (n int); alter extension plpgsql add table of_extension;`);
    const { verification } = await verified(verifyContext(database, project.root, { tenancy }));
    expect(brokenNames(verification)).toEqual([]);
  });

  it('works with an empty search_path and names that need quotes', async () => {
    await database.sql(`create schema "Odd ""one"""; create table "Odd ""one"""."a.b" ("c'd" int)`);
    await database.sql(`alter database ${database.parameters.database} set search_path = ''`);
    const [finding] = (await resultOf('missing-primary-key')).findings;
    expect(finding?.object).toBe('Odd "one".a.b');
    await database.sql(finding?.fix ?? '');
    expect(await problemsOf('missing-primary-key')).toEqual([]);
  });
});

describe('foreign-key-without-index', () => {
  const index = async (sql: string): Promise<readonly string[]> => {
    await run(`create table parents (a int, b int, primary key (a, b));
      create table children (id int primary key, x int, y int, foreign key (x, y) references parents (a, b));
      ${sql}`);
    return problemsOf('foreign-key-without-index');
  };
  const missing = ['foreign key children_x_y_fkey of children (x, y) has no index'];

  it.each([
    ['the columns in the order of the key', 'create index on children (x, y)', []],
    ['the columns in another order, and more behind', 'create index on children (y, x, id)', []],
    ['a hash index does for one column only', 'create index on children using hash (x)', missing],
    ['only the first column', 'create index on children (x)', missing],
    ['another column between', 'create index on children (x, id, y)', missing],
    ['a condition on other columns', 'create index on children (x, y) where id > 5', missing],
    [
      'a condition that leaves out the nulls of the key',
      'create index on children (x, y) where x is not null',
      [],
    ],
    ['an expression', 'create index on children ((x + 0), y)', missing],
    ['included, not indexed', 'create index on children (x) include (y)', missing],
  ])('%s', async (_, sql, expected) => {
    expect(await index(sql)).toEqual(expected);
  });

  it('looks at a partitioned table once', async () => {
    await run(`create table parents (id int primary key);
      create table children (id int, parent_id int references parents (id), primary key (id, parent_id)) partition by list (parent_id);
      create table children_1 partition of children for values in (1);`);
    expect(await problemsOf('foreign-key-without-index')).toEqual([
      'foreign key children_parent_id_fkey of children (parent_id) has no index',
    ]);
  });
});

describe('disabled-trigger', () => {
  it('sees foreign keys that are switched off, rules and event triggers', async () => {
    await run(`create table parents (id int primary key);
      create table children (id int primary key, parent_id int references parents (id));
      alter table children disable trigger all;
      create rule quiet as on update to parents do instead nothing;
      alter table parents disable rule quiet;`);
    expect(await problemsOf('disabled-trigger')).toEqual([
      'the foreign key children_parent_id_fkey of children is switched off',
      'rule quiet of parents is switched off',
    ]);
  });
});

describe('sequence-behind', () => {
  it('sees serial, identity and default columns, upwards and downwards', async () => {
    await run(`create table serials (id serial primary key); insert into serials values (5);
      create sequence numbers; create table defaults (id int primary key default nextval('numbers')); insert into defaults values (1);
      create table downwards (id int generated by default as identity (increment by -1) primary key); insert into downwards values (-9);
      create table ahead (id serial primary key); insert into ahead default values; insert into ahead default values;
      create table empty (id serial primary key);`);
    expect(await problemsOf('sequence-behind')).toEqual([
      'sequence numbers makes 1 next, and defaults.id already has 1',
      'sequence downwards_id_seq makes -1 next, and downwards.id already has -9',
      'sequence serials_id_seq makes 1 next, and serials.id already has 5',
    ]);
    for (const { fix } of (await resultOf('sequence-behind')).findings) await database.sql(fix);
    expect(await problemsOf('sequence-behind')).toEqual([]);
  });
});

describe('failing-view', () => {
  it('sees a view whose owner may no longer read what is below', async () => {
    const role = `owner_${database.parameters.database}`;
    await run(`create table orders (id int primary key); create role ${role};
      grant select on orders to ${role}; create view order_ids as select id from orders;
      alter view order_ids owner to ${role}; revoke select on orders from ${role};`);
    try {
      const [finding] = (await resultOf('failing-view')).findings;
      expect(finding?.problem).toBe('view order_ids fails: permission denied for table orders (42501)');
      expect(finding?.fix).toBe(`GRANT SELECT ON TABLE orders TO "${role}";`);
      await database.sql(finding?.fix ?? '');
      expect(await problemsOf('failing-view')).toEqual([]);
    } finally {
      await run(`drop owned by ${role}; drop role ${role};`);
    }
  });
});

describe('failing-function', () => {
  it('tells which never run, which do, and which were not tried and why', async () => {
    await run(`create table orders (id int primary key, tenant_id int, amount int);
      create function ambiguous(tenant_id int) returns boolean stable language plpgsql as
        $$ begin return exists (select from orders where tenant_id = 1); end $$;
      create function nested() returns bigint stable language plpgsql as
        $$ begin return (select sum(count(*)) from orders); end $$;
      create function writes() returns void stable language plpgsql as
        $$ begin insert into orders values (1); end $$;
      create function "Raises"(who text default null) returns int immutable language plpgsql as
        $$ begin if who is null then raise exception 'who?'; end if; return 1; end $$;
      create function rows_of() returns setof orders stable language plpgsql as $$ begin return query select * from orders; end $$;
      create function summed(variadic numbers int[]) returns bigint stable language plpgsql as $$ begin return (select sum(n) from unnest(numbers) as n); end $$;
      create function volatile_one() returns int language plpgsql as $$ begin return missing_column; end $$;
      create function strict_one(a int) returns int stable strict language plpgsql as $$ begin return missing_column; end $$;
      create function any_one(a anyelement) returns int stable language plpgsql as $$ begin return missing_column; end $$;
      create function sleeps() returns void stable language plpgsql as $$ begin perform pg_sleep(5); end $$;
      create function on_change() returns trigger language plpgsql as $$ begin return missing_column; end $$;
      create procedure work() language plpgsql as $$ begin perform missing_column; end $$;
      create function sql_volatile(n int) returns int language sql as 'select amount from orders where id = n';
      alter table orders rename column amount to total;`);
    const { findings, untried } = await resultOf('failing-function');
    expect(findings.map(({ object, problem }) => [object, problem])).toEqual([
      [
        'public.ambiguous(tenant_id integer)',
        'function ambiguous can never run: column reference "tenant_id" is ambiguous (42702)',
      ],
      ['public.nested()', 'function nested can never run: aggregate function calls cannot be nested (42803)'],
      [
        'public.sql_volatile(n integer)',
        'function sql_volatile can never run: column "amount" does not exist (42703)',
      ],
      [
        'public.writes()',
        'function writes can never run: INSERT is not allowed in a non-volatile function (0A000)',
      ],
    ]);
    expect(untried.map(({ object, reason }) => `${object}: ${reason}`)).toEqual([
      'public.any_one(a anyelement): a null does not say which type its polymorphic argument has',
      'public.on_change(): it is a trigger function: only its trigger can call it',
      'public.sleeps(): its body names something that a rollback does not take back',
      'public.strict_one(a integer): it is STRICT: with null arguments its body would not run',
      'public.volatile_one(): it is VOLATILE, so it may change something; declared STABLE, it would be called',
      'public.work(): it is a procedure',
    ]);
    for (const { fix } of findings) await database.sql(fix);
    expect(await problemsOf('failing-function')).toEqual([]);
  });

  it('gives up on a function that does not end', async () => {
    await run(`create function forever() returns int stable language plpgsql as
      $$ declare n int := 0; begin loop n := (n + 1) % 1000; end loop; end $$;`);
    const { passed, untried } = await resultOf('failing-function');
    expect(passed).toBe(true);
    expect(untried).toEqual([
      { object: 'public.forever()', reason: 'canceling statement due to statement timeout' },
    ]);
  });
});

describe('definers', () => {
  it('do not take a search_path with "$user" for a fixed one, and leave trigger functions alone', async () => {
    await run(`create function one() returns int language sql security definer set search_path = "$user", public as 'select 1';
      create function touch() returns trigger language plpgsql security definer set search_path = '' as $$ begin return new; end $$;
      revoke execute on function one() from public;`);
    expect(await problemsOf('definer-without-search-path')).toEqual([
      `function one runs as its owner ${serverParameters().user} with the search_path of its caller`,
    ]);
    expect(await problemsOf('definer-open-to-public')).toEqual([]);
  });
});
