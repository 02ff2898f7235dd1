import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recreateDatabase } from '../../src/backends/recreate.ts';
import { privateDatabase, serverParameters } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';

const BELONGINGS = `select d.datname, pg_get_userbyid(d.datdba) as owner, pg_encoding_to_char(d.encoding) as encoding,
    d.datcollate, d.datctype, to_jsonb(d) ->> 'datlocprovider' as provider, to_jsonb(d) ->> 'datlocale' as locale,
    d.datconnlimit, shobj_description(d.oid, 'pg_database') as comment,
    (select array_agg(x::text order by x::text) from unnest(d.datacl) as x) as grants,
    (select array_agg(s.setrole::regrole::text || ' ' || array_to_string(s.setconfig, ' | ') order by s.setrole::regrole::text)
     from pg_db_role_setting as s where s.setdatabase = d.oid) as settings
  from pg_database as d where d.datname = current_database()`;

describe('a database that is made anew', () => {
  let database: PrivateDatabase;
  let role: string;
  beforeAll(async () => {
    database = await privateDatabase();
    role = `owner_${database.parameters.database}`;
  });
  afterAll(async () => {
    await database.sql(`alter database ${database.parameters.database} owner to current_user;
      alter role ${role} in database ${database.parameters.database} reset all;
      drop owned by ${role}; drop role ${role}`);
    await database.drop();
  });

  it('is empty, and keeps everything that belongs to the database itself', async () => {
    const name = database.parameters.database;
    await database.sql(`create role ${role}; create table t (id int);
      alter database ${name} owner to ${role};
      alter database ${name} connection limit 90;
      alter database ${name} set search_path to app, public, "Odd, name";
      alter database ${name} set work_mem to '5MB';
      alter role ${role} in database ${name} set statement_timeout to '7s';
      comment on database ${name} is 'it''s ours';
      revoke connect on database ${name} from public;
      grant connect on database ${name} to ${role} with grant option`);
    const before = await database.sql(BELONGINGS);
    await recreateDatabase(database.parameters);
    expect(await database.sql(BELONGINGS)).toEqual(before);
    expect(await database.sql(`select from pg_tables where schemaname = 'public'`)).toEqual([]);
  });

  it('is refused to a role that may not, and stays as it was', async () => {
    const weak = `weak_${database.parameters.database}`;
    await database.sql(`create role ${weak} login password 'x'; create table kept (id int)`);
    try {
      const parameters = {
        ...serverParameters(),
        database: database.parameters.database,
        user: weak,
        password: 'x',
      };
      await expect(recreateDatabase(parameters)).rejects.toMatchObject({
        code: 'refused',
        hint: expect.stringContaining('lms-db down --all') as string,
      });
      expect(await database.sql(`select from pg_tables where tablename = 'kept'`)).toHaveLength(1);
    } finally {
      await database.sql(`drop role ${weak}`);
    }
  });
});
