import type { ServerErrorFacts } from './errors.ts';
import type { Inquiry, Row } from './ports.ts';
import type { BuiltinFinding, Untried } from './verification.ts';

/** One question to the server, with bound values. */
export type Question = Pick<Inquiry, 'sql' | 'values' | 'timeout' | 'searchPath'>;

/** What came back: the first rows and how many there were, or the server's words. */
export type Answer =
  | { readonly rows: readonly Row[]; readonly count: number; readonly error?: undefined }
  | { readonly error: ServerErrorFacts };

/** Which rows belong to whom. */
export interface Tenancy {
  /** The column that names the tenant, the same in every table. */
  readonly column: string;
  /** The table of the tenants, with its schema where that is needed: `academies`, `app.academies`. */
  readonly root: string;
}

/** What a built-in check is told. */
export interface CheckScope {
  /** The tool's own schema: never looked at. */
  readonly historySchema: string;
  readonly tenancy?: Tenancy | undefined;
}

/** A second question, made from what the catalog said, and what its answer means. */
export interface Probe extends Question {
  readonly conclude: (
    answer: Answer,
  ) => { readonly finding: BuiltinFinding } | { readonly untried: Untried } | undefined;
}

/** What a check makes of the catalog. */
export interface Reading {
  readonly findings?: readonly BuiltinFinding[] | undefined;
  /** Asked together with those of all other checks, in one round trip. */
  readonly probes?: readonly Probe[] | undefined;
  readonly untried?: readonly Untried[] | undefined;
}

/**
 * A check of any database. Adding one is adding a file in checks/, whose name is its id, and a line to the list in
 * operations/verify-builtin.ts. The tests run its example and see that it, and no other, fails.
 */
export interface BuiltinCheck {
  readonly id: string;
  /** What holds when it passes, in two or three words: `indexes valid`. */
  readonly title: string;
  /** Why it matters, in whole sentences, for docs/checks.md. */
  readonly why: string;
  /** Statements that break it and nothing else: for docs/checks.md, and for the test that runs them. */
  readonly example: string;
  /** `error` fails the run. */
  readonly severity: 'error' | 'warning';
  /** Runs only where the config names the tenancy. */
  readonly tenancy?: true | undefined;
  /** Its question to the catalog. */
  readonly question: (scope: CheckScope) => Question;
  /** Without it, each row is a finding: object, table, problem, fix. */
  readonly read?: ((rows: readonly Row[], scope: CheckScope) => Reading) | undefined;
}

/** The rows of a check that needs no probes. */
export function findingsOf(rows: readonly Row[]): readonly BuiltinFinding[] {
  return rows.map((row) => ({
    object: textAt(row, 'object'),
    table: typeof row['table'] === 'string' ? row['table'] : undefined,
    problem: textAt(row, 'problem'),
    fix: textAt(row, 'fix'),
  }));
}

/** A column of a row that is text. */
export function textAt(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : String(value);
}

/**
 * SQL for "this schema is the project's": not PostgreSQL's, not the tool's, which is bound as $1.
 * `n` is the alias of pg_namespace.
 */
export const OWN_SCHEMA = `n.nspname <> $1 and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'`;

/** SQL for "this object belongs to no extension" (https://www.postgresql.org/docs/current/catalog-pg-depend.html, deptype e). */
export function ofNoExtension(catalog: string, oid: string): string {
  return `not exists (select from pg_catalog.pg_depend as e where e.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass
    and e.objid = ${oid} and e.deptype = 'e')`;
}

/** Quotes an identifier for the SQL of a probe. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
