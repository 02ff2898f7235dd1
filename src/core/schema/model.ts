import type { Direction } from '../migration.ts';
import type { Node } from '../lint/syntax.ts';
import type { ObjectName } from './names.ts';

/** Which statement made something. */
export interface Origin {
  /** The migration. */
  readonly version: string;
  readonly path: string;
  readonly direction: Direction;
  /** The statement's 1-based position in its file. */
  readonly ordinal: number;
  /** UTF-16 offset of the statement in its file. */
  readonly offset: number;
}

/** A type as a statement names it: `int4`, `varchar` with [50], `mood`. Aliases are resolved. */
export interface DataType {
  /** `pg_catalog` for PostgreSQL's own; undefined where it was not written. */
  readonly schema?: string | undefined;
  readonly name: string;
  /** Length, precision and scale, as written. */
  readonly modifiers: readonly number[];
  readonly array: boolean;
}

/** A column of a table. */
export interface Column {
  readonly name: string;
  /** Undefined where it is not known: of CREATE TABLE AS. */
  readonly type: DataType | undefined;
  readonly notNull: boolean;
  readonly default?: Node | undefined;
  /** A serial type brings a sequence and a default. */
  readonly serial?: true | undefined;
  readonly identity?: 'always' | 'by-default' | undefined;
  readonly generated?: 'stored' | 'virtual' | undefined;
  readonly collation?: string | undefined;
  readonly origin: Origin | undefined;
}

/** A constraint of a table. */
export interface Constraint {
  readonly name: string;
  readonly kind: 'primary-key' | 'unique' | 'check' | 'foreign-key' | 'exclusion' | 'not-null';
  /** Of a key or foreign key, in order; of a check, those that it names. */
  readonly columns: readonly string[];
  readonly references?:
    | {
        readonly table: ObjectName;
        /** Empty for the primary key. */
        readonly columns: readonly string[];
        /** `a` no action, `r` restrict, `c` cascade, `n` set null, `d` set default. */
        readonly onDelete: string;
        readonly onUpdate: string;
      }
    | undefined;
  readonly expression?: Node | undefined;
  /** False while it is NOT VALID. */
  readonly valid: boolean;
  /** False for NOT ENFORCED (PostgreSQL 18). */
  readonly enforced: boolean;
  readonly origin: Origin | undefined;
}

/** An index. That of a key bears the name of its constraint. */
export interface Index {
  readonly name: string;
  readonly schema: string;
  readonly table: ObjectName;
  /** In order; undefined for an expression. INCLUDE columns are left out. */
  readonly columns: readonly (string | undefined)[];
  /** All columns that it holds, those of expressions, predicate and INCLUDE too. */
  readonly uses: readonly string[];
  readonly unique: boolean;
  /** Has a WHERE. */
  readonly partial: boolean;
  /** Made for a primary key, unique or exclusion constraint. */
  readonly constraint: boolean;
  /** ON ONLY a partitioned table, until partitions are attached. */
  readonly only?: true | undefined;
  readonly origin: Origin | undefined;
}

/** A row level security policy. */
export interface Policy {
  readonly name: string;
  /** `all`, `select`, `insert`, `update`, `delete`. */
  readonly command: string;
  readonly permissive: boolean;
  /** Empty for PUBLIC. */
  readonly roles: readonly string[];
  readonly using?: Node | undefined;
  readonly check?: Node | undefined;
  readonly origin: Origin | undefined;
}

/** A trigger. */
export interface Trigger {
  readonly name: string;
  /** As written. */
  readonly function: readonly string[];
  readonly row: boolean;
  readonly enabled: boolean;
  readonly origin: Origin | undefined;
}

/** What a relation is. */
export type RelationKind = 'table' | 'partitioned-table' | 'view' | 'materialized-view' | 'foreign-table';

/** A table, view or the like. */
export interface Relation extends ObjectName {
  readonly kind: RelationKind;
  readonly persistence: 'permanent' | 'unlogged' | 'temporary';
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly policies: readonly Policy[];
  readonly triggers: readonly Trigger[];
  readonly rowSecurity: boolean;
  readonly forcedRowSecurity: boolean;
  /** Of a partition or an inheriting table. */
  readonly parent?: ObjectName | undefined;
  readonly partition?: 'range' | 'default' | undefined;
  /** Of a partitioned table: its columns. */
  readonly partitionKey?: readonly string[] | undefined;
  /** Storage parameters and view options, in lower case: `security_invoker`. */
  readonly options: Readonly<Record<string, string>>;
  /** Relations that a view reads. */
  readonly reads: readonly ObjectName[];
  /** Of a view: its query. */
  readonly query?: Node | undefined;
  /** `schema.access` as COMMENT wrote it. */
  readonly comment?: string | undefined;
  /** False when it was met without ever being created: it has more than what is known here. */
  readonly complete: boolean;
  /** Undefined for one that existed before the first file. */
  readonly origin: Origin | undefined;
}

/** A function or procedure; overloads are several of them. */
export interface Routine extends ObjectName {
  /** Types of its IN arguments, as written, aliases resolved. */
  readonly arguments: readonly string[];
  readonly procedure: boolean;
  readonly language: string;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly securityDefiner: boolean;
  /** Settings of its own, by name in lower case: `search_path`. */
  readonly settings: readonly string[];
  /** EXECUTE was revoked from PUBLIC, to whom every new function is open. */
  readonly closed?: true | undefined;
  /** What an inlinable LANGUAGE sql function gives back, where it is one expression. */
  readonly expression?: Node | undefined;
  /** The statement that made it. */
  readonly source: Node;
  readonly text: string;
  readonly origin: Origin | undefined;
}

/** A domain. */
export interface Domain extends ObjectName {
  readonly base: DataType | undefined;
  readonly notNull: boolean;
  readonly constraints: readonly { readonly name: string; readonly valid: boolean }[];
  readonly origin: Origin | undefined;
}

/** An enum. */
export interface Enum extends ObjectName {
  readonly labels: readonly string[];
  /** Labels that a file added, with the statement that did. */
  readonly added: readonly { readonly label: string; readonly origin: Origin | undefined }[];
  readonly origin: Origin | undefined;
}

/** A sequence that stands alone, or that a serial or identity column brought. */
export interface Sequence extends ObjectName {
  readonly ownedBy?: { readonly table: ObjectName; readonly column: string } | undefined;
  readonly origin: Origin | undefined;
}

/** A privilege that was granted. */
export interface Grant {
  /** `table`, `function`, `schema`, …, in lower case. */
  readonly on: string;
  readonly object: ObjectName;
  readonly privileges: readonly string[];
  /** `public` for PUBLIC. */
  readonly roles: readonly string[];
}
