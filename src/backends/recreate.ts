import { RefusedError, ServerError } from '../core/errors.ts';
import { connect } from './connect.ts';
import type { ConnectionParameters } from './parameters.ts';
import { identifier, literal } from './sql.ts';

interface DatabaseRow {
  readonly owner: string;
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
}

/**
 * Drops the database, whoever is connected to it, and makes it anew with the same owner, encoding and
 * locale. Throws RefusedError when the user may not, ConnectionError.
 */
export async function recreateDatabase(parameters: ConnectionParameters): Promise<void> {
  const { database } = parameters;
  const maintenance = database === 'postgres' ? 'template1' : 'postgres';
  const session = await connect({ ...parameters, database: maintenance }, 'work');
  try {
    const [row] = await session.query<DatabaseRow>(
      `select pg_catalog.pg_get_userbyid(datdba) as owner, pg_catalog.pg_encoding_to_char(encoding) as encoding,
         datcollate as collate, datctype as ctype
       from pg_catalog.pg_database where datname = $1`,
      [database],
    );
    await session.script(`drop database if exists ${identifier(database)} with (force)`);
    const like =
      row === undefined
        ? ''
        : ` owner ${identifier(row.owner)} encoding ${literal(row.encoding)} lc_collate ${literal(row.collate)} lc_ctype ${literal(row.ctype)} template template0`;
    await session.script(`create database ${identifier(database)}${like}`);
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
