import type { Hit, Rule, StatementContext } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { namesOf } from '../core/lint/syntax.ts';
import type { Node } from '../core/lint/syntax.ts';
import { nameText, writtenBy, writtenName, writtenRelation } from '../core/schema/names.ts';

const KINDS: Readonly<Record<string, string>> = {
  OBJECT_SCHEMA: 'schema',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_ROUTINE: 'function',
  OBJECT_SEQUENCE: 'sequence',
};

/** RENAME of a schema, type, enum label or function, and SET SCHEMA. */
export const rule: Rule = {
  id: 'rename-schema-type-enum',
  group: 'data-loss',
  severity: 'error',
  summary: 'RENAME of a schema, type, enum label or function, or SET SCHEMA',
  why: 'The old name ends with COMMIT. Queries that name the schema or call the function fail, casts to the type fail, and an application that sends the old label of an enum, or compares with it, gets 22P02.',
  rewrite: 'add the new one beside the old one, move the application over, then drop the old one',
  bad: {
    before: "CREATE TYPE status AS ENUM ('draft', 'live');",
    up: "ALTER TYPE status RENAME VALUE 'live' TO 'published';",
  },
  good: {
    before: "CREATE TYPE status AS ENUM ('draft', 'live');",
    up: "ALTER TYPE status ADD VALUE 'published';",
  },
  direction: 'up',
  look: (statement, context) => {
    const rename = statementAs(statement, 'RenameStmt');
    if (rename !== undefined) {
      const kind = KINDS[rename.renameType ?? ''];
      if (kind === undefined || isOwn(rename.object, context)) return [];
      if (
        rename.relation !== undefined &&
        context.isNew(context.schema.relationName(writtenRelation(rename.relation)))
      )
        return [];
      const old = rename.subname ?? (namesOf(rename.object).join('.') || (rename.relation?.relname ?? ''));
      return hit(
        `the ${kind} ${old} is ${rename.newname ?? ''} from now on: whoever uses the old name fails`,
      );
    }
    const label = statementAs(statement, 'AlterEnumStmt');
    if (label?.oldVal !== undefined) {
      const type = context.schema.enum(writtenName(label.typeName));
      if (type?.origin?.path === context.file.path) return [];
      return hit(
        `the label '${label.oldVal}' is '${label.newVal ?? ''}' from now on: whoever sends the old one fails`,
      );
    }
    const move = statementAs(statement, 'AlterObjectSchemaStmt');
    if (move === undefined || isOwn(move.object, context)) return [];
    const name =
      move.relation === undefined ? undefined : context.schema.relationName(writtenRelation(move.relation));
    if (name !== undefined && context.isNew(name)) return [];
    const text = name === undefined ? namesOf(move.object).join('.') : nameText(name);
    return hit(
      `${text} is in the schema ${move.newschema ?? ''} from now on: whoever uses the old name fails`,
    );
  },
};

function hit(message: string): readonly Hit[] {
  return [{ message }];
}

/** A type or function that this file made. */
function isOwn(object: Node | undefined, { schema, file }: StatementContext): boolean {
  if (object === undefined) return false;
  const written = writtenBy(object);
  const made = schema.enum(written) ?? schema.domain(written) ?? schema.routinesNamed(written)[0];
  return made?.origin?.path === file.path;
}
