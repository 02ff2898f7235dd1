import { isTriggerFunction } from '../core/lint/routine-facts.ts';
import type { Rule, StatementContext } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import type { Node } from '../core/lint/syntax.ts';
import { nameText, writtenBy } from '../core/schema/names.ts';

const KINDS: Readonly<Record<string, string>> = {
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_ROUTINE: 'function',
};

/** DROP of a view or function that the running application may use. */
export const rule: Rule = {
  id: 'drop-view-function',
  group: 'data-loss',
  severity: 'warning',
  summary: 'DROP of a view or function that nothing replaces',
  why: 'No row is lost, but the version of the application that is running fails with its next query of the view or call of the function.',
  rewrite:
    'deploy the application that no longer uses it, then drop it and say so: -- @allow drop-view-function unused since release 41',
  bad: {
    before:
      'CREATE TABLE courses (id bigint PRIMARY KEY);\nCREATE VIEW course_ids AS SELECT id FROM courses;',
    up: 'DROP VIEW course_ids;',
  },
  good: {
    before:
      'CREATE TABLE courses (id bigint PRIMARY KEY);\nCREATE VIEW course_ids AS SELECT id FROM courses;',
    up: 'DROP VIEW course_ids;\nCREATE VIEW course_ids AS SELECT id AS course FROM courses;',
  },
  direction: 'up',
  look: (statement, context) => {
    const drop = statementAs(statement, 'DropStmt');
    const kind = KINDS[drop?.removeType ?? ''];
    if (drop === undefined || kind === undefined) return [];
    return (drop.objects ?? []).flatMap((object) => {
      const text = 'ObjectWithArgs' in object ? goneFunction(object, context) : goneView(object, context);
      return text === undefined ? [] : [{ message: `whoever uses the ${kind} ${text} fails from now on` }];
    });
  },
};

function goneView(object: Node, { schema, isNew, file }: StatementContext): string | undefined {
  const name = schema.relationName(writtenBy(object));
  const isUnknown = schema.relation(name) === undefined;
  return isNew(name) || isUnknown || file.after.relation(name) !== undefined ? undefined : nameText(name);
}

function goneFunction(object: Node, { schema, file }: StatementContext): string | undefined {
  const written = writtenBy(object);
  const dropped = schema.routinesNamed(written);
  const isOwn = dropped.every(({ origin }) => origin?.path === file.path);
  if (isOwn || dropped.every(isTriggerFunction) || file.after.routinesNamed(written).length > 0)
    return undefined;
  return nameText(schema.routineName(written));
}
