/** A table as the search for references across tenants sees it. */
export interface TenantTable {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly isRoot: boolean;
  /** The column that names its tenant; for the root, its own key. Undefined where only its parents have one. */
  readonly tenantColumn: string | undefined;
  /** Type of that column, as format_type writes it. */
  readonly tenantType: string | undefined;
  /** Its primary key. */
  readonly key: readonly string[];
  readonly readable: boolean;
  readonly foreignKeys: readonly TenantForeignKey[];
}

/** A foreign key, column by column. */
export interface TenantForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  /** Id of the table that it refers to. */
  readonly parent: string;
  readonly parentColumns: readonly string[];
  readonly validated: boolean;
}

/** A way from a table to the nearest table above it that has a tenant. */
export interface TenantPath {
  readonly edges: readonly TenantForeignKey[];
  /** The tables after each edge; the last one has a tenant. */
  readonly tables: readonly TenantTable[];
}

/** Two places that must name one tenant: the row itself and a parent, or two parents of a row without a tenant of its own. */
export interface TenantComparison {
  readonly child: TenantTable;
  /** Undefined where the child names its tenant itself. */
  readonly left: TenantPath | undefined;
  readonly right: TenantPath;
}

/** What there is to compare, and the tables for which the search was given up. */
export interface TenantComparisons {
  readonly comparisons: readonly TenantComparison[];
  readonly givenUp: readonly TenantTable[];
}

/** Longer chains, and tables with more ways up, are said not to have been tried. */
const LONGEST_PATH = 8;
const MOST_PATHS = 64;

/**
 * Finds, from the foreign keys alone, every pair of places that must agree on the tenant. A key that carries
 * the tenant's column along proves the agreement by itself, so nothing is asked about it.
 */
export function tenantComparisons(tables: readonly TenantTable[]): TenantComparisons {
  const byId = new Map(tables.map((table) => [table.id, table]));
  const comparisons: TenantComparison[] = [];
  const givenUp: TenantTable[] = [];
  for (const child of tables) {
    if (child.isRoot) continue;
    const { paths, complete } = pathsFrom(child, byId);
    if (!complete) givenUp.push(child);
    if (child.tenantColumn !== undefined) {
      for (const right of paths) comparisons.push({ child, left: undefined, right });
      continue;
    }
    for (const [index, left] of paths.entries()) {
      for (const right of paths.slice(index + 1)) {
        // Two ways that begin alike part at a parent, which is compared on its own account.
        if (left.edges[0] !== right.edges[0]) comparisons.push({ child, left, right });
      }
    }
  }
  return { comparisons, givenUp };
}

function pathsFrom(
  child: TenantTable,
  byId: ReadonlyMap<string, TenantTable>,
): { readonly paths: readonly TenantPath[]; readonly complete: boolean } {
  const paths: TenantPath[] = [];
  let complete = true;
  const seen = new Set<string>();
  const walk = (table: TenantTable, path: TenantPath): void => {
    for (const edge of table.foreignKeys) {
      const parent = byId.get(edge.parent);
      if (parent === undefined) continue;
      const next = { edges: [...path.edges, edge], tables: [...path.tables, parent] };
      if (parent.tenantColumn !== undefined) {
        const signature = next.edges.map(({ columns, parent: to }) => `${columns.join()}>${to}`).join(' ');
        if (seen.has(signature) || (path.edges.length === 0 && isProven(child, edge, parent))) continue;
        seen.add(signature);
        if (paths.length >= MOST_PATHS) complete = false;
        else paths.push(next);
        continue;
      }
      // A table counts once in a way: a cycle leads nowhere new.
      if (parent === child || path.tables.includes(parent)) continue;
      if (next.edges.length >= LONGEST_PATH || paths.length >= MOST_PATHS) complete = false;
      else walk(parent, next);
    }
  };
  walk(child, { edges: [], tables: [] });
  return { paths, complete };
}

/** Whether the key itself carries the tenant of the child to the tenant of the parent. */
function isProven(child: TenantTable, edge: TenantForeignKey, parent: TenantTable): boolean {
  return edge.columns.some(
    (column, index) =>
      column === child.tenantColumn && edge.parentColumns[index] === parent.tenantColumn && edge.validated,
  );
}
