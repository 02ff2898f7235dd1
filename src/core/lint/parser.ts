import type { Node } from './syntax.ts';

/** Why a text is no SQL. */
export interface SyntaxFault {
  readonly message: string;
  /** UTF-16 offset into the text; undefined where the parser does not say. */
  readonly offset: number | undefined;
}

/** The statements of a text, or why there are none. */
export type ParsedSql =
  | { readonly statements: readonly Node[]; readonly fault?: undefined }
  | { readonly statements?: undefined; readonly fault: SyntaxFault };

/** The tree of a PL/pgSQL body, as libpg-query writes it down, or why there is none. */
export type ParsedBody =
  | { readonly tree: unknown; readonly fault?: undefined }
  | { readonly tree?: undefined; readonly fault: SyntaxFault };

/** PostgreSQL's own parser, handed to whoever looks into SQL. Loaded by src/parser. */
export interface SqlParser {
  /** Parses a text of statements. */
  parse(sql: string): ParsedSql;
  /** Parses the body of a whole CREATE FUNCTION, CREATE PROCEDURE or DO statement in LANGUAGE plpgsql. */
  parseBody(sql: string): ParsedBody;
}
