/** What kinds of objects a picture shows, in the words of PostgreSQL's own statements. */
export type ObjectKind =
  | 'schema'
  | 'extension'
  | 'table'
  | 'foreign table'
  | 'view'
  | 'materialized view'
  | 'column'
  | 'constraint'
  | 'index'
  | 'sequence'
  | 'function'
  | 'procedure'
  | 'aggregate'
  | 'operator'
  | 'operator class'
  | 'operator family'
  | 'cast'
  | 'transform'
  | 'access method'
  | 'collation'
  | 'conversion'
  | 'language'
  | 'trigger'
  | 'rule'
  | 'policy'
  | 'type'
  | 'domain'
  | 'event trigger'
  | 'publication'
  | 'subscription'
  | 'statistics'
  | 'text search configuration'
  | 'text search dictionary'
  | 'text search parser'
  | 'text search template'
  | 'foreign data wrapper'
  | 'server'
  | 'user mapping'
  | 'default privileges'
  | 'database setting'
  | 'security label';

/** One value of a fact. Lists keep their order where it means something, and are sorted where not. */
export type Fact = string | number | boolean | null | readonly string[];

/** One object of the schema, as plain facts that are compared one by one. */
export interface PictureObject {
  readonly kind: ObjectKind;
  /** Undefined for objects that live in no schema. */
  readonly schema: string | undefined;
  /** Its own name; with argument types for a function. */
  readonly name: string;
  /** The table, view, type or domain that it belongs to, qualified and quoted as SQL needs it. */
  readonly on: string | undefined;
  /** 1-based position of a column among those that are not dropped. */
  readonly position: number | undefined;
  readonly facts: Readonly<Record<string, Fact>>;
  /** How SQL names it, qualified and quoted: `app.parents`, `app.twice(x integer)`; without its table where it has one. */
  readonly sql: string;
  /** Where the catalogs have it, `pg_class:16385`: not the same in two databases, and no part of what is compared. */
  readonly address: string;
  /** The statement that makes it anew, where one is certain. */
  readonly create: string | undefined;
  /** The statement that removes it, where one is certain. */
  readonly drop: string | undefined;
}

/** The schema of a database at one moment, in a deterministic order. */
export interface Picture {
  /** `server_version_num`; pictures of different major versions are not to be compared. */
  readonly serverVersion: number;
  readonly objects: readonly PictureObject[];
}

/** What makes an object the same one in two pictures. */
export function identityOf(object: PictureObject): string {
  return [object.kind, object.schema ?? '', object.on ?? '', object.name].join('\0');
}

/** How a person names it: `index idx_courses_slug`, `policy p on users`, `column courses.slug`. */
export function objectText(object: PictureObject): string {
  const on = object.on?.replace(/^public\./, '');
  if (object.kind === 'column') return `column ${on ?? ''}.${object.name}`;
  const schema = object.schema === undefined || object.schema === 'public' ? '' : `${object.schema}.`;
  const belongs = ON_TABLE.has(object.kind) && on !== undefined ? ` on ${on}` : '';
  return `${object.kind} ${belongs === '' ? schema : ''}${object.name}${belongs}`;
}

const ON_TABLE: ReadonlySet<ObjectKind> = new Set<ObjectKind>(['constraint', 'trigger', 'rule', 'policy']);
