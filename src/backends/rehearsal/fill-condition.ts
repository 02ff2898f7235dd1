import type { FillCondition, FillReference, FillTable } from '../../core/fill/table.ts';
import { identifier } from '../sql.ts';

/** A boolean expression over columns of the row that is looked for. */
export interface RowCondition {
  readonly columns: readonly string[];
  readonly sql: string;
}

/** A condition as SQL; undefined where only an INSERT can tell. */
export function conditionSql(table: FillTable, condition: FillCondition): string | undefined {
  const { kind, expression, keys, predicate } = condition;
  if (kind === 'unique' && keys !== undefined) {
    // The same text names the row's columns on the left, and in the subquery those of the table.
    const list = keys.map((key) => `(${key})`).join(', ');
    const where = predicate === undefined ? '' : ` where ${predicate}`;
    const repeated = `(${list}) in (select ${list} from ${table.sql}${where})`;
    return `(${predicate === undefined ? repeated : `(${predicate}) and ${repeated}`}) is not true`;
  }
  return expression === undefined ? undefined : `(${expression}) is not false`;
}

/** That a row refers to one that is there, or to that of `pin`, a query of the same statement. */
export function referenceSql(reference: FillReference, pin: string | undefined): string {
  const columns = reference.columns.map(identifier);
  const keys = reference.parentColumns.map((name) => `parent.${identifier(name)}`).join(', ');
  const pinned = pin === undefined ? '' : ` union all select ${keys} from ${pin} as parent`;
  const nulls = columns.map((name) => `${name} is null`).join(reference.full ? ' and ' : ' or ');
  return `(${nulls} or (${columns.join(', ')}) in (select ${keys} from ${reference.parentSql} as parent${pinned}))`;
}
