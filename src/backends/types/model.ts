/** A PostgreSQL type, as far as the driver's treatment of its values depends on it. */
export interface TypeModel {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'base' | 'enum' | 'domain' | 'array' | 'composite' | 'range' | 'multirange' | 'pseudo';
  readonly comment: string | undefined;
  /** Of an enum, in catalog order. */
  readonly labels: readonly string[];
  /** Of an array. */
  readonly element: TypeModel | undefined;
  /** Of a domain. */
  readonly base: TypeModel | undefined;
  /** Of a domain: NOT NULL, its own or that of a domain below it. */
  readonly notNull: boolean;
  /** Of a domain. */
  readonly hasDefault: boolean;
}

/** One column, with everything decided that its type needs. */
export interface ColumnModel {
  readonly name: string;
  readonly type: TypeModel;
  readonly nullable: boolean;
  /** Whether an INSERT must, may or cannot give it a value. */
  readonly insert: 'required' | 'optional' | 'never';
  readonly update: boolean;
  readonly comment: string | undefined;
}

/** A table, view, materialized view or foreign table. */
export interface RelationModel {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view' | 'materialized view' | 'foreign table';
  readonly comment: string | undefined;
  /** In table order. */
  readonly columns: readonly ColumnModel[];
  /** Takes INSERT or UPDATE at all. */
  readonly writable: boolean;
}

/** `schema.table`, or `table` for one in the default schema: how Kysely is asked for it. */
export function relationKey(relation: Pick<RelationModel, 'schema' | 'name'>, defaultSchema: string): string {
  return relation.schema === defaultSchema ? relation.name : `${relation.schema}.${relation.name}`;
}

/** By code unit: the same in every locale. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The default schema first, then by schema and name. */
export function relationOrder(defaultSchema: string) {
  const rank = (schema: string): number => (schema === defaultSchema ? 0 : 1);
  return (
    left: { readonly schema: string; readonly name: string },
    right: { readonly schema: string; readonly name: string },
  ): number =>
    rank(left.schema) - rank(right.schema) ||
    byText(left.schema, right.schema) ||
    byText(left.name, right.name);
}
