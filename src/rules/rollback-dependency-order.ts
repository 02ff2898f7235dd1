import { mayHaveDropped } from '../core/lint/dynamic.ts';
import { dependentsOf } from '../core/lint/dropped.ts';
import { namesText } from '../core/lint/expressions.ts';
import type { Rule, StatementContext } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { namesOf } from '../core/lint/syntax.ts';
import { nameText, sameName, writtenBy, writtenName } from '../core/schema/names.ts';
import type { ObjectName } from '../core/schema/names.ts';

/** A rollback that drops something while another object still needs it. */
export const rule: Rule = {
  id: 'rollback-dependency-order',
  group: 'rollback',
  severity: 'error',
  summary: 'rollback that drops in the wrong order',
  why: 'PostgreSQL refuses to drop what something else depends on (2BP01), and the rollback fails at the moment when it is needed.',
  rewrite: 'drop what depends on it first: the opposite of the order in which the migration made them',
  bad: {
    up: `CREATE TYPE level AS ENUM ('low', 'high');
CREATE TABLE courses (id bigint PRIMARY KEY, level level);`,
    down: 'DROP TYPE level;\nDROP TABLE courses;',
  },
  good: {
    up: `CREATE TYPE level AS ENUM ('low', 'high');
CREATE TABLE courses (id bigint PRIMARY KEY, level level);`,
    down: 'DROP TABLE courses;\nDROP TYPE level;',
  },
  sources: ['https://www.postgresql.org/docs/current/ddl-depend.html'],
  direction: 'down',
  look: (statement, context) => {
    const drop = statementAs(statement, 'DropStmt');
    // What EXECUTE dropped before is not known.
    if (drop === undefined || drop.behavior === 'DROP_CASCADE' || mayHaveDropped(context.schema)) return [];
    const { schema } = context;
    const objects = drop.objects ?? [];
    if (/^OBJECT_(?:TABLE|VIEW|MATVIEW)$/.test(drop.removeType ?? '')) {
      const names = objects.map((object) => schema.relationName(writtenBy(object)));
      const texts = new Set(names.map(nameText));
      return names.flatMap((name) => {
        const needing = dependentsOf(schema, name).filter((text) => !texts.has(text.split(' ').at(-1) ?? ''));
        return needing.length === 0 ? [] : [hit(name, needing)];
      });
    }
    if (/^OBJECT_(?:TYPE|DOMAIN)$/.test(drop.removeType ?? '')) {
      return objects.flatMap((object) => {
        const name = schema.typeName(writtenBy(object));
        const needing = columnsOfType(context, name);
        return needing.length === 0 ? [] : [hit(name, needing)];
      });
    }
    if (drop.removeType === 'OBJECT_SCHEMA') {
      return objects.flatMap(namesOf).flatMap((name) => {
        const needing = contentsOf(context, name);
        return needing.length === 0 ? [] : [hit({ schema: 'public', name }, needing)];
      });
    }
    if (drop.removeType !== 'OBJECT_FUNCTION') return [];
    return objects.flatMap((object) => {
      const name = schema.routineName(writtenBy(object));
      // One of several overloads may be the one that is needed.
      const needing = schema.routinesNamed(name).length === 1 ? triggersOf(context, name) : [];
      return needing.length === 0 ? [] : [hit(name, needing)];
    });
  },
};

function hit(name: ObjectName, needing: readonly string[]): { readonly message: string } {
  const [first = '', second = '', ...more] = needing;
  const text =
    more.length === 0
      ? namesText([first, second].filter(Boolean))
      : `${first}, ${second} and ${more.length} more`;
  return { message: `${nameText(name)} cannot be dropped yet (2BP01): it is needed by ${text}` };
}

/** What is left in a schema. */
function contentsOf({ schema }: StatementContext, name: string): readonly string[] {
  const all = [
    ...schema.relations,
    ...schema.routines,
    ...schema.enums,
    ...schema.domains,
    ...schema.sequences,
  ];
  return all.filter((one) => one.schema === name).map(nameText);
}

function columnsOfType({ schema }: StatementContext, name: ObjectName): readonly string[] {
  return schema.relations
    .filter(({ kind }) => kind === 'table' || kind === 'partitioned-table')
    .flatMap((table) =>
      table.columns.flatMap((column) => {
        const type = column.type;
        return type !== undefined && sameName(schema.typeName(type), name)
          ? [`${nameText(table)}.${column.name}`]
          : [];
      }),
    );
}

function triggersOf({ schema }: StatementContext, name: ObjectName): readonly string[] {
  return schema.relations.flatMap((table) =>
    table.triggers
      .filter((trigger) => sameName(schema.routineName(writtenName([...trigger.function])), name))
      .map((trigger) => `trigger ${trigger.name} on ${nameText(table)}`),
  );
}
