import type * as LibPgQuery from 'libpg-query';
import type { ParsedBody, ParsedSql, SqlParser, SyntaxFault } from '../core/lint/parser.ts';
import { offsetOfCodePoint } from '../core/place.ts';

/** What of libpg-query is used here. */
type Library = Pick<typeof LibPgQuery, 'parseSync' | 'parsePlPgSQLSync' | 'hasSqlDetails'>;

/**
 * Loads PostgreSQL 18's parser (WebAssembly, about 30 ms). It accepts everything that this version knows, also
 * what an older server refuses: a rehearsal on the server's own version is the judge of that.
 */
export async function loadParser(): Promise<SqlParser> {
  const library = await import('libpg-query');
  await library.loadModule();
  return { parse: (sql) => parse(library, sql), parseBody: (sql) => parseBody(library, sql) };
}

function parse(library: Library, sql: string): ParsedSql {
  // libpg-query throws for an empty text, and reads nothing after a NUL byte.
  if (sql.trim() === '') return { statements: [] };
  try {
    const { stmts = [] } = library.parseSync(sql);
    return { statements: stmts.flatMap(({ stmt }) => (stmt === undefined ? [] : [stmt])) };
  } catch (error) {
    return { fault: faultOf(library, sql, error) };
  }
}

function parseBody(library: Library, sql: string): ParsedBody {
  try {
    return { tree: library.parsePlPgSQLSync(sql) };
  } catch (error) {
    // Errors in a body carry no position.
    return { fault: { message: faultOf(library, sql, error).message, offset: undefined } };
  }
}

/** `cursorPosition` counts code points from 0. */
function faultOf(library: Library, sql: string, error: unknown): SyntaxFault {
  if (library.hasSqlDetails(error) && error.sqlDetails !== undefined) {
    const { message, cursorPosition } = error.sqlDetails;
    return { message, offset: offsetOfCodePoint(sql, cursorPosition + 1) };
  }
  // Very deep nesting ends in a RangeError of the engine; the parser works on afterwards.
  return { message: error instanceof Error ? error.message : String(error), offset: undefined };
}
