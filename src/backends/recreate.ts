import { RefusedError, ServerError } from '../core/errors.ts';
import { connect } from './connect.ts';
import type { ConnectionParameters } from './parameters.ts';
import { identifier, literal } from './sql.ts';

interface DatabaseRow {
  readonly owner: string;
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  /** `c` libc, `i` ICU, `b` builtin; null before PostgreSQL 15. */
  readonly provider: string | null;
  readonly locale: string | null;
  readonly connections: number;
  readonly comment: string | null;
  /** Null where nobody ever granted or revoked anything. */
  readonly grants: readonly Grant[] | null;
  readonly settings: readonly Setting[] | null;
}

interface Grant {
  readonly to: string | null;
  readonly privilege: string;
  readonly option: boolean;
}

interface Setting {
  readonly role: string | null;
  readonly name: string;
  readonly value: string;
}

const DATABASE = `select pg_catalog.pg_get_userbyid(d.datdba) as owner,
    pg_catalog.pg_encoding_to_char(d.encoding) as encoding, d.datcollate as collate, d.datctype as ctype,
    pg_catalog.to_jsonb(d) ->> 'datlocprovider' as provider,
    coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale') as locale,
    d.datconnlimit as connections, pg_catalog.shobj_description(d.oid, 'pg_database') as comment,
    (select pg_catalog.json_agg(pg_catalog.json_build_object(
       'to', case when g.grantee <> 0 then pg_catalog.pg_get_userbyid(g.grantee) end,
       'privilege', g.privilege_type, 'option', g.is_grantable))
     from pg_catalog.aclexplode(d.datacl) as g) as grants,
    (select pg_catalog.json_agg(pg_catalog.json_build_object(
       'role', case when s.setrole <> 0 then pg_catalog.pg_get_userbyid(s.setrole) end,
       'name', pg_catalog.split_part(c, '=', 1), 'value', pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1)))
     from pg_catalog.pg_db_role_setting as s cross join pg_catalog.unnest(s.setconfig) as c
     where s.setdatabase = d.oid) as settings
  from pg_catalog.pg_database as d where d.datname = $1`;

/**
 * Drops the database, whoever is connected to it, and makes it anew, empty, with everything that belongs to
 * the database itself: owner, encoding, locale, connection limit, comment, privileges and settings. Throws
 * RefusedError when the user may not, ConnectionError.
 */
export async function recreateDatabase(parameters: ConnectionParameters): Promise<void> {
  const { database } = parameters;
  const maintenance = database === 'postgres' ? 'template1' : 'postgres';
  const session = await connect({ ...parameters, database: maintenance }, 'work');
  try {
    const [row] = await session.query<DatabaseRow>(DATABASE, [database]);
    const name = identifier(database);
    await session.script(`drop database if exists ${name} with (force)`);
    await session.script(`create database ${name}${row === undefined ? '' : likeness(row)}`);
    for (const statement of row === undefined ? [] : belongings(name, row)) await session.script(statement);
  } catch (error) {
    // 42501 insufficient_privilege
    if (error instanceof ServerError && error.facts.sqlstate === '42501') {
      throw new RefusedError(`this user may not drop and create databases: ${error.facts.message}`, {
        hint: 'connect as the owner of the database with CREATEDB, or roll back with `lms-db down --all`',
        cause: error,
      });
    }
    throw error;
  } finally {
    await session.close();
  }
}

function likeness(row: DatabaseRow): string {
  const provider = { c: 'libc', i: 'icu', b: 'builtin' }[row.provider ?? ''];
  const locale =
    row.locale === null || provider === undefined || provider === 'libc'
      ? ''
      : ` ${provider}_locale ${literal(row.locale)}`;
  return [
    ` owner ${identifier(row.owner)} encoding ${literal(row.encoding)}`,
    ` lc_collate ${literal(row.collate)} lc_ctype ${literal(row.ctype)}`,
    provider === undefined ? '' : ` locale_provider ${provider}${locale}`,
    ` connection limit ${row.connections} template template0`,
  ].join('');
}

/** What belongs to a database and is not in it. */
function belongings(name: string, row: DatabaseRow): readonly string[] {
  const grants = (row.grants ?? []).map(
    ({ to, privilege, option }) =>
      `grant ${privilege} on database ${name} to ${to === null ? 'public' : identifier(to)}${option ? ' with grant option' : ''}`,
  );
  const settings = (row.settings ?? []).flatMap(({ role, name: setting, value }) => [
    // FROM CURRENT keeps a list (search_path) a list, which a quoted value would make one name.
    `select pg_catalog.set_config(${literal(setting)}, ${literal(value)}, false)`,
    role === null
      ? `alter database ${name} set ${setting} from current`
      : `alter role ${identifier(role)} in database ${name} set ${setting} from current`,
  ]);
  return [
    ...(row.comment === null ? [] : [`comment on database ${name} is ${literal(row.comment)}`]),
    ...(row.grants === null ? [] : [`revoke all on database ${name} from public`, ...grants]),
    ...settings,
  ];
}
