/** What a project wants of its generated types: the key `types` of the configuration, and the flags of `types`. */
export interface TypeSettings {
  /** Names of tables and columns as Kysely's CamelCasePlugin gives them. */
  readonly camelCase: boolean;
  /** Interfaces are named in the singular: `User` for the table `users`. */
  readonly singularize: boolean;
  /** Only tables that match one of these patterns (`users`, `audit.*`); empty for all. */
  readonly include: readonly string[];
  /** No tables that match one of these patterns. */
  readonly exclude: readonly string[];
  /** Only these schemas; empty for all but PostgreSQL's own and the tool's. */
  readonly schemas: readonly string[];
  /** The schema whose tables are named without it: what stands first in the application's search_path. */
  readonly defaultSchema: string;
  /** A constant list of the labels beside each enum. */
  readonly enumArrays: boolean;
  /** Partitions as tables of their own. */
  readonly partitions: boolean;
  /** The application registers parsers for arrays of enums, domains and the like, which node-postgres leaves as text. */
  readonly parsedArrays: boolean;
  /** TypeScript types by `table.column` or `schema.table.column`; they win over `@type` in a comment. */
  readonly overrides: Readonly<Record<string, string>>;
}

/** The settings of a project that says nothing. */
export const DEFAULT_TYPE_SETTINGS: TypeSettings = {
  camelCase: false,
  singularize: false,
  include: [],
  exclude: [],
  schemas: [],
  defaultSchema: 'public',
  enumArrays: false,
  partitions: false,
  parsedArrays: false,
  overrides: {},
};
