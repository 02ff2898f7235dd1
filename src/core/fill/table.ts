import { literalPattern } from '../literal-pattern.ts';

/**
 * What the filler of a rehearsal knows of a table. SQL texts are as the catalog prints them with an empty
 * search_path: every name in them is qualified.
 */

/** A type, down to the ones that PostgreSQL itself or an extension brings. */
export type FillType =
  | { readonly kind: 'base'; readonly name: string; readonly modifier: number }
  | { readonly kind: 'enum'; readonly labels: readonly string[] }
  | {
      readonly kind: 'domain';
      /** What is below all domains. */
      readonly base: FillType;
      /** Its name with its modifier, as SQL. */
      readonly baseSql: string;
      /** The expressions of its checks and of those of the domains below it, about VALUE. */
      readonly checks: readonly string[];
      readonly notNull: boolean;
    }
  | { readonly kind: 'array'; readonly element: FillType }
  | { readonly kind: 'composite'; readonly fields: readonly FillType[] }
  | { readonly kind: 'range' | 'multirange'; readonly subtype: FillType };

/** A column that a row needs a value for, or that comes by itself. */
export interface FillColumn {
  readonly name: string;
  readonly type: FillType;
  /** The type with its modifier, as SQL. */
  readonly typeSql: string;
  /** Qualified, where it is not that of the type. */
  readonly collation?: string | undefined;
  readonly notNull: boolean;
  /** The expression of its default, or of a generated column. */
  readonly expression?: string | undefined;
  readonly generated: boolean;
  /** SQL that draws its next value from a sequence; only asked for where another row has to know it beforehand. */
  readonly draw?: string | undefined;
}

/** Something that a row has to meet: a boolean expression over columns of the candidate. */
export interface FillCondition {
  readonly kind: 'check' | 'unique' | 'exclusion' | 'partition';
  /** As the server names it in an error. */
  readonly name: string;
  readonly columns: readonly string[];
  /** For a check and for a partition the condition itself. Of an exclusion nothing is known but the columns. */
  readonly expression?: string | undefined;
  /** Of a unique index: what may not repeat, and for which rows. */
  readonly keys?: readonly string[] | undefined;
  readonly predicate?: string | undefined;
}

/** A foreign key of a table that is to be filled. */
export interface FillReference {
  readonly name: string;
  readonly columns: readonly string[];
  /** `pg_class.oid` of the parent. */
  readonly parent: string;
  /** The parent as SQL, to stand after FROM: with ONLY where its children's rows do not count. */
  readonly parentSql: string;
  /** The parent as a person writes it. */
  readonly parentName: string;
  readonly parentColumns: readonly string[];
  readonly full: boolean;
}

/** An empty table that is to be filled. */
export interface FillTable {
  readonly oid: string;
  /** Qualified and quoted. */
  readonly sql: string;
  readonly columns: readonly FillColumn[];
  readonly conditions: readonly FillCondition[];
  readonly references: readonly FillReference[];
}

/** Columns whose value the server brings: a sequence, an identity, a generated one. */
export function isOmitted(column: FillColumn): boolean {
  return column.generated || column.draw !== undefined;
}

/** True where a row can leave this reference out, because a column of it may be null. */
export function isOptional(table: FillTable, reference: FillReference): boolean {
  const nullable = reference.columns.map(
    (name) => table.columns.find((column) => column.name === name)?.notNull === false,
  );
  return reference.full ? nullable.every(Boolean) : nullable.some(Boolean);
}

/** True where an expression has the name of a column in it, as a name. */
export function mentions(expression: string, name: string): boolean {
  return (
    expression.includes(`"${name.replaceAll('"', '""')}"`) ||
    new RegExp(`(?<![\\w"])${literalPattern(name)}(?![\\w"])`).test(expression)
  );
}
