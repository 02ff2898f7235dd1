import { isAside } from '../core/lint/dynamic.ts';
import type { Hit, Rule, StatementContext } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { namesOf } from '../core/lint/syntax.ts';
import type { DropStmt, Node } from '../core/lint/syntax.ts';
import { writtenBy, writtenName } from '../core/schema/names.ts';

/** DROP … IF EXISTS in a rollback. */
export const rule: Rule = {
  id: 'rollback-if-exists',
  group: 'rollback',
  severity: 'notice',
  summary: 'IF EXISTS in a rollback hides a mistake',
  why: 'A rollback runs only where its migration is applied, in a transaction: what it drops is there. IF EXISTS helps nothing then, and turns a name that is wrong into a NOTICE that nobody reads: the object stays.',
  rewrite: 'leave out IF EXISTS: a name that is wrong shall fail',
  bad: {
    up: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);\nCREATE INDEX courses_title ON courses (title);',
    down: 'DROP INDEX IF EXISTS course_title;\nDROP TABLE courses;',
  },
  good: {
    up: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);\nCREATE INDEX courses_title ON courses (title);',
    down: 'DROP INDEX courses_title;\nDROP TABLE courses;',
  },
  direction: 'down',
  look: (statement, context) => {
    const drop = statementAs(statement, 'DropStmt');
    // Statements that run one by one may run again.
    if (drop?.missing_ok !== true || !context.file.directives.transaction) return [];
    const missing = missingNames(drop, context);
    return missing.length > 0
      ? missing.map((name): Hit => ({
          message: `this drops nothing: no migration makes ${name}, and IF EXISTS hides that`,
          severity: 'warning',
        }))
      : [{ message: 'IF EXISTS turns a name that is wrong into a NOTICE' }];
  },
};

/** What no file makes, of the kinds that are known, unless EXECUTE may have made it. */
function missingNames({ objects, removeType }: DropStmt, { schema }: StatementContext): readonly string[] {
  if (!schema.dynamic.every(isAside)) return [];
  const isKnown = (object: Node): boolean => {
    const written = writtenBy(object);
    const parts = namesOf(object);
    const table = schema.relation(writtenName(parts.slice(0, -1)));
    const hasPart = (all: readonly { readonly name: string }[] | undefined): boolean =>
      // Of a table that no file made there may be more.
      table?.origin === undefined || all?.some(({ name }) => name === parts.at(-1)) === true;
    switch (removeType) {
      case 'OBJECT_TABLE':
      case 'OBJECT_VIEW':
      case 'OBJECT_MATVIEW':
        return schema.relation(written) !== undefined;
      case 'OBJECT_INDEX':
        return schema.index(written) !== undefined;
      case 'OBJECT_FUNCTION':
        return schema.routinesNamed(written).length > 0;
      case 'OBJECT_POLICY':
        return hasPart(table?.policies);
      case 'OBJECT_TRIGGER':
        return hasPart(table?.triggers);
      default:
        return true;
    }
  };
  return (objects ?? []).filter((object) => !isKnown(object)).map((object) => namesOf(object).join('.'));
}
