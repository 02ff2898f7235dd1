import { isNeverNull, isNullFirst, mostCandidates, poolOf } from '../../core/fill/pool.ts';
import type { FillLessons } from '../../core/fill/pool.ts';
import type { FillUnit } from '../../core/fill/order.ts';
import { isOmitted, isOptional, mentions } from '../../core/fill/table.ts';
import type { FillColumn, FillReference, FillTable } from '../../core/fill/table.ts';
import { identifier } from '../sql.ts';
import { castSql, keysSql, valuesSql } from './fill-candidates.ts';
import { conditionSql, referenceSql } from './fill-condition.ts';
import type { RowCondition } from './fill-condition.ts';
import { groupsOf, searchOrder } from './fill-groups.ts';

/** The other rows of the same statement. */
export interface RowSurroundings {
  readonly unit: FillUnit;
  /** Columns by table whose values other rows refer to: they are chosen first, in a query `pin_N`. */
  readonly pins: ReadonlyMap<string, readonly string[]>;
  /** False while these are chosen. */
  readonly pinned: boolean;
}

/**
 * Makes the query of one row of a table: each column has its candidates, and the server takes the first
 * combination that meets all conditions. Columns that no condition holds together are chosen apart.
 */
export class RowSource {
  /** The columns that get a value in the statement. */
  readonly names: readonly string[];
  /** The names that are chosen together. */
  readonly groups: readonly (readonly string[])[];
  readonly #columns: ReadonlyMap<string, FillColumn>;
  readonly #conditions: readonly RowCondition[];

  constructor(
    readonly table: FillTable,
    readonly row: number,
    readonly lessons: FillLessons,
    readonly around: RowSurroundings,
  ) {
    const pins = around.pins.get(table.oid) ?? [];
    const referring = new Set(table.references.flatMap(({ columns }) => columns));
    const given = table.columns.filter(
      (column) =>
        !isOmitted(column) ||
        (!column.generated && (pins.includes(column.name) || referring.has(column.name))),
    );
    this.#columns = new Map(given.map((column) => [column.name, column]));
    this.names = given.map(({ name }) => name);
    this.#conditions = this.#allConditions();
    this.groups = groupsOf(
      this.names,
      this.#conditions.map(({ columns }) => this.#bases(columns)),
    );
  }

  /** A query of one row with these columns, or none. */
  select(names: readonly string[]): string {
    const needed = this.groups.filter((group) => group.some((name) => names.includes(name)));
    const from = needed.map((group, index) => `(${this.group(group)}) as g${String(index)}`);
    return `select ${names.map(identifier).join(', ')} from ${from.join(' cross join ')}`;
  }

  /** A query of the first combination of candidates that meets the conditions of these columns. */
  group(names: readonly string[]): string {
    const about = this.#conditions.filter(
      ({ columns }) => columns.length > 0 && this.#bases(columns).every((name) => names.includes(name)),
    );
    const order = searchOrder(
      names,
      about.map(({ columns }) => this.#bases(columns)),
      (name) => this.#columns.get(name)?.notNull === false,
    );
    const pools = order.map((name, index) => this.#pool(name, index, order[index - 1]));
    const joined = pools.join(' cross join lateral ');
    const generated = this.table.columns
      .filter((column) => column.generated && about.some(({ columns }) => columns.includes(column.name)))
      .map((column) => `(${column.expression ?? 'null'})::${column.typeSql} as ${identifier(column.name)}`);
    const from =
      generated.length === 0 ? joined : `(select *, ${generated.join(', ')} from ${joined}) as computed`;
    const where = about.map(({ sql }) => sql).join(' and ');
    return `select * from ${from}${where === '' ? '' : ` where ${where}`} limit 1`;
  }

  /** The columns that these stand for: a generated one stands for those that it is made of. */
  #bases(columns: readonly string[]): readonly string[] {
    return columns.flatMap((name) => {
      if (this.#columns.has(name)) return [name];
      const expression = this.table.columns.find((column) => column.name === name)?.expression ?? '';
      return this.names.filter((other) => mentions(expression, other));
    });
  }

  /**
   * The candidates of a column as a table of one column. OFFSET keeps the planner from evaluating casts and
   * conditions in another order, and its reference to the column before from looping the other way round.
   */
  #pool(name: string, index: number, before: string | undefined): string {
    const fence =
      before === undefined ? '0' : `(0 * (p${String(index - 1)}.${identifier(before)} is null)::integer)`;
    const values = `select v.c as ${identifier(name)} from (${this.#candidates(name)}) as v(c)`;
    return `(${values} offset ${fence}) as p${String(index)}`;
  }

  #candidates(name: string): string {
    const column = this.#columns.get(name);
    if (column === undefined) throw new Error(`${this.table.sql} gets no value for ${name}`);
    if (this.around.pinned && this.around.pins.get(this.table.oid)?.includes(name) === true) {
      return this.#pinSql(column, this.table.oid, name);
    }
    const reference = this.#referenceOf(column);
    if (reference === undefined) {
      if (column.draw !== undefined) return `select ${column.draw}${castSql(column)}`;
      return valuesSql(column, poolOf(this.table, column, this.row, this.lessons));
    }
    return this.#keys(column, reference).join(' union all ');
  }

  /** The reference that gives this column its values; the others that it is part of are conditions. */
  #referenceOf({ name }: FillColumn): FillReference | undefined {
    const all = this.#references().filter(({ columns }) => columns.includes(name));
    return all.find((reference) => !isOptional(this.table, reference)) ?? all[0];
  }

  #references(): readonly FillReference[] {
    const { references } = this.table;
    return this.around.pinned ? references : references.filter(({ parent }) => !this.around.pins.has(parent));
  }

  /** Keys of the parent, those of this statement's own rows, NULL; the order is that of preference. */
  #keys(column: FillColumn, reference: FillReference): readonly string[] {
    const { name } = column;
    const shift = this.row - 1 + (this.lessons.turns.get(name) ?? 0);
    const most = mostCandidates(this.table, name);
    const parts = [`(${keysSql(column, reference, { shift, most })})`];
    if (this.around.pins.has(reference.parent)) {
      const key = reference.parentColumns[reference.columns.indexOf(name)] ?? '';
      const pin = `(${this.#pinSql(column, reference.parent, key)})`;
      if (reference.parent === this.table.oid) parts.push(pin);
      else parts.unshift(pin);
    }
    if (!isNeverNull(column) && !this.lessons.required.has(name)) {
      const none = `(select null${castSql(column)})`;
      if (isNullFirst({ key: `${this.table.sql}.${name}`, row: this.row })) parts.unshift(none);
      else parts.push(none);
    } else if (isOptional(this.table, reference)) {
      // Another column of the reference may be null, and then this one refers to nothing.
      parts.push(`(${valuesSql(column, poolOf(this.table, column, this.row, this.lessons))})`);
    }
    return parts;
  }

  #pinSql(column: FillColumn, oid: string, key: string): string {
    return `select pin.${identifier(key)}${castSql(column)} from ${this.#pin(oid)} as pin`;
  }

  #pin(oid: string): string {
    return `pin_${String(this.around.unit.findIndex((table) => table.oid === oid))}`;
  }

  #allConditions(): readonly RowCondition[] {
    const { conditions } = this.table;
    const all = [
      ...conditions.flatMap((condition): readonly RowCondition[] => {
        const left = condition.columns.some((name) => this.lessons.unchecked.has(name));
        const sql = condition.kind === 'check' && left ? undefined : conditionSql(this.table, condition);
        return sql === undefined ? [] : [{ columns: condition.columns, sql }];
      }),
      ...this.#references().map((reference) => ({
        columns: reference.columns,
        sql: referenceSql(
          reference,
          this.around.pins.has(reference.parent) ? this.#pin(reference.parent) : undefined,
        ),
      })),
    ];
    return all.filter(({ columns }) => columns.every((name) => this.#isKnown(name)));
  }

  /** True for a column that has its value before the INSERT; a generated one, if all that it is made of has. */
  #isKnown(name: string): boolean {
    const column = this.table.columns.find((candidate) => candidate.name === name);
    if (column?.generated !== true) return this.#columns.has(name);
    const { expression = '' } = column;
    return this.table.columns.every(
      (other) => this.#columns.has(other.name) || !mentions(expression, other.name),
    );
  }
}
