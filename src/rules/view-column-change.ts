import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { functionNameOf, stringsOf } from '../core/lint/syntax.ts';
import type { Node } from '../core/lint/syntax.ts';
import { nameText, writtenRelation } from '../core/schema/names.ts';

/** CREATE OR REPLACE VIEW that drops, renames or reorders columns. */
export const rule: Rule = {
  id: 'view-column-change',
  group: 'data-loss',
  severity: 'error',
  summary: 'OR REPLACE of a view with other columns',
  why: 'OR REPLACE keeps the columns of a view, in their order, and may add some at the end. Anything else fails with 42P16.',
  rewrite: 'append new columns at the end, or DROP VIEW and CREATE VIEW, with its privileges',
  bad: {
    before:
      'CREATE TABLE courses (id bigint PRIMARY KEY, title text);\nCREATE VIEW titles AS SELECT id, title FROM courses;',
    up: 'CREATE OR REPLACE VIEW titles AS SELECT title, id FROM courses;',
  },
  good: {
    before:
      'CREATE TABLE courses (id bigint PRIMARY KEY, title text);\nCREATE VIEW titles AS SELECT id FROM courses;',
    up: 'CREATE OR REPLACE VIEW titles AS SELECT id, title FROM courses;',
  },
  sources: ['https://www.postgresql.org/docs/current/sql-createview.html'],
  look: (statement, { schema }) => {
    const create = statementAs(statement, 'ViewStmt');
    if (create?.replace !== true) return [];
    const view = schema.relation(writtenRelation(create.view));
    if (view?.kind !== 'view' || create.aliases !== undefined) return [];
    const before = columnsOf(view.query);
    const after = columnsOf(create.query);
    if (before === undefined || after === undefined) return [];
    // Names behind that of the view, and renamed columns, stand in the model and not in the query.
    const named = before.filter((column) => column.isWritten).map(({ name }) => name);
    if (named.join() !== view.columns.map(({ name }) => name).join()) return [];
    if (after.length < before.length) {
      return [
        {
          message: `OR REPLACE of ${nameText(view)} fails (42P16): it has ${before.length} columns, and these are ${after.length}`,
        },
      ];
    }
    const at = before.findIndex(({ name }, index) => {
      const now = after[index]?.name;
      return name !== undefined && now !== undefined && name !== now;
    });
    if (at === -1) return [];
    return [
      {
        message: `OR REPLACE of ${nameText(view)} fails (42P16): column ${at + 1} is ${before[at]?.name ?? ''} and cannot become ${after[at]?.name ?? ''}`,
      },
    ];
  },
};

/** A column of a view's query. */
interface ViewColumn {
  /** Undefined where PostgreSQL makes one up. */
  readonly name: string | undefined;
  /** By AS, or because it is a column itself. */
  readonly isWritten: boolean;
}

/** The columns of a query in order; undefined where * hides how many there are. */
function columnsOf(query: Node | undefined): readonly ViewColumn[] | undefined {
  if (query === undefined || !('SelectStmt' in query)) return undefined;
  const { op, larg, targetList, valuesLists } = query.SelectStmt;
  if (op !== undefined && op !== 'SETOP_NONE')
    return columnsOf(larg === undefined ? undefined : { SelectStmt: larg });
  if (valuesLists !== undefined) return undefined;
  const columns: ViewColumn[] = [];
  for (const node of targetList ?? []) {
    if (!('ResTarget' in node)) return undefined;
    const { name, val } = node.ResTarget;
    if (
      val !== undefined &&
      'ColumnRef' in val &&
      (val.ColumnRef.fields ?? []).some((field) => 'A_Star' in field)
    )
      return undefined;
    const isWritten = name !== undefined || (val !== undefined && 'ColumnRef' in val);
    columns.push({ name: name ?? ownName(val), isWritten });
  }
  return columns;
}

/** The name that an expression gives its column (FigureColname in parse_target.c), as far as it is plain. */
function ownName(value: Node | undefined): string | undefined {
  if (value === undefined) return undefined;
  if ('ColumnRef' in value) return stringsOf(value.ColumnRef.fields).at(-1);
  return 'FuncCall' in value ? functionNameOf(value.FuncCall) : undefined;
}
