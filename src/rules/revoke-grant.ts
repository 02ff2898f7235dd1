import type { Rule, StatementContext } from '../core/lint/rule.ts';
import { treeText } from '../core/lint/expressions.ts';
import { rolesMeet } from '../core/lint/policies.ts';
import { executedStatements, statementAs } from '../core/lint/statement.ts';
import type { LintStatement } from '../core/lint/statement.ts';
import type { Node } from '../core/lint/syntax.ts';
import { namesOf } from '../core/lint/syntax.ts';
import { rolesOf } from '../core/schema/apply-table-parts.ts';
import { nameText, writtenBy, writtenRelation } from '../core/schema/names.ts';

/** REVOKE on something that others use. */
export const rule: Rule = {
  id: 'revoke-grant',
  group: 'data-loss',
  severity: 'warning',
  summary: 'REVOKE or change of owner on something in use',
  why: 'Whoever loses the privilege fails with 42501 from COMMIT on, and only with the queries that need it, which no test as superuser shows. A new owner takes the privileges of the old one along, and is not bound by row level security unless it is FORCEd.',
  rewrite:
    'grant the narrower privilege first, test as the role of the application, then revoke; say so: -- @allow revoke-grant why',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);\nGRANT SELECT ON courses TO app;',
    up: 'REVOKE SELECT ON courses FROM app;',
  },
  good: {
    up: 'CREATE TABLE courses (id bigint PRIMARY KEY);\nREVOKE ALL ON courses FROM PUBLIC;',
  },
  direction: 'up',
  look: (statement, context) => {
    const revoke = statementAs(statement, 'GrantStmt');
    if (revoke !== undefined && revoke.is_grant !== true && revoke.targtype === 'ACL_TARGET_OBJECT') {
      const names = (revoke.objects ?? [])
        .filter((object) => !isGrantedAgain(object, revoke.grantees, statement, context))
        .flatMap((object) => oldName(object, context) ?? []);
      if (names.length > 0)
        return [{ message: `whoever needs the privilege on ${names.join(', ')} fails from now on` }];
    }
    if (revoke !== undefined && revoke.is_grant !== true && revoke.targtype === 'ACL_TARGET_ALL_IN_SCHEMA') {
      const names = (revoke.objects ?? []).flatMap(namesOf).join(', ');
      return [{ message: `whoever needs the privilege on what is in ${names} fails from now on` }];
    }
    const alter = statementAs(statement, 'AlterTableStmt');
    if (alter === undefined) return [];
    const name = context.schema.relationName(writtenRelation(alter.relation));
    if (context.isNew(name)) return [];
    return (alter.cmds ?? []).flatMap((node, index) =>
      'AlterTableCmd' in node && node.AlterTableCmd.subtype === 'AT_ChangeOwner'
        ? [
            {
              message: `${nameText(name)} gets another owner, whom row level security does not bind`,
              offset: statement.commandOffset(index),
            },
          ]
        : [],
    );
  },
};

/** Whether the file gives one of the roles a narrower privilege on the object afterwards: that is what REVOKE is for. */
function isGrantedAgain(
  object: Node,
  grantees: readonly Node[] | undefined,
  revoke: LintStatement,
  { file }: StatementContext,
): boolean {
  const roles = rolesOf(grantees);
  return executedStatements(file.statements)
    .filter(({ ordinal }) => ordinal > revoke.ordinal)
    .some((later) => {
      const grant = statementAs(later, 'GrantStmt');
      return (
        grant?.is_grant === true &&
        rolesMeet(rolesOf(grant.grantees), roles) &&
        (grant.objects ?? []).some((other) => treeText(other) === treeText(object))
      );
    });
}

/** The name of an object that this file did not make. */
function oldName(object: Node, { schema, isNew, file, earlier }: StatementContext): string | undefined {
  if ('RangeVar' in object) {
    const name = schema.relationName(writtenRelation(object.RangeVar));
    return isNew(name) ? undefined : nameText(name);
  }
  const written = writtenBy(object);
  const made = [...schema.routinesNamed(written), schema.enum(written), schema.domain(written)];
  if (made.some((one) => one?.origin?.path === file.path)) return undefined;
  const text = namesOf(object).join('.');
  const isNewSchema = earlier.some(
    (executed) => statementAs(executed.statement, 'CreateSchemaStmt')?.schemaname === text,
  );
  return isNewSchema ? undefined : text;
}
