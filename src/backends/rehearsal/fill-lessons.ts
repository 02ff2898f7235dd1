import type { FillLessons } from '../../core/fill/pool.ts';
import { isOmitted } from '../../core/fill/table.ts';
import type { FillTable } from '../../core/fill/table.ts';
import type { ServerErrorFacts } from '../../core/errors.ts';

/** Nothing learned yet. */
export const NO_LESSONS: FillLessons = {
  turns: new Map(),
  unreadable: new Map(),
  required: new Set(),
  unchecked: new Set(),
};

/** Columns are turned like the digits of a number to this base, so that combinations come up too. */
const TURNS = 3;

/** What an error of the server says about the next try; `attempt` counts the failures of this row. */
export function lessonsAfter(
  table: FillTable,
  lessons: FillLessons,
  { sqlstate, column, constraint }: ServerErrorFacts,
  attempt: number,
): FillLessons {
  // 23502 not_null_violation: a trigger refused what the column itself allows.
  if (sqlstate === '23502' && column !== undefined && !lessons.required.has(column)) {
    return { ...lessons, required: new Set([...lessons.required, column]) };
  }
  // Class 23 names the constraint that was violated; of other errors, of triggers mostly, nobody knows the column.
  const named = [...table.conditions, ...table.references].find(({ name }) => name === constraint);
  const all = table.columns.filter((candidate) => !isOmitted(candidate)).map(({ name }) => name);
  const columns = named === undefined || named.columns.length === 0 ? all : named.columns;
  const turns = new Map(lessons.turns);
  columns.forEach((name, index) => {
    if (attempt % TURNS ** (index % 4) === 0) turns.set(name, (turns.get(name) ?? 0) + 1);
  });
  return { ...lessons, turns };
}

/** Leaves the checks of these columns to the INSERT, whose error names one. */
export function uncheckedLessons(lessons: FillLessons, columns: readonly string[]): FillLessons {
  return { ...lessons, unchecked: new Set([...lessons.unchecked, ...columns]) };
}

/** What is true of every row: what comes first is not. */
export function lastingLessons(lessons: FillLessons): FillLessons {
  return { ...lessons, turns: NO_LESSONS.turns };
}
