import type { Rule } from '../core/lint/rule.ts';
import { nameText } from '../core/schema/names.ts';

/** A NOT VALID constraint that no migration validates. */
export const rule: Rule = {
  id: 'constraint-left-not-valid',
  group: 'locks',
  severity: 'warning',
  summary: 'NOT VALID constraint that no later migration validates',
  why: 'Old rows may break it for ever, the planner does not rely on it, and SET NOT NULL cannot use it as a proof.',
  rewrite:
    'add a migration with ALTER TABLE … VALIDATE CONSTRAINT: it reads all rows and keeps nobody waiting',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, price int);',
    up: 'ALTER TABLE courses ADD CONSTRAINT courses_price CHECK (price >= 0) NOT VALID;',
  },
  good: {
    before:
      'CREATE TABLE courses (id bigint PRIMARY KEY, price int);\nALTER TABLE courses ADD CONSTRAINT courses_price CHECK (price >= 0) NOT VALID;',
    up: 'ALTER TABLE courses VALIDATE CONSTRAINT courses_price;',
  },
  lookAtEnd: (schema) =>
    schema.relations.flatMap((table) =>
      table.constraints.flatMap(({ name, valid, enforced, origin }) => {
        if (valid || !enforced || origin === undefined) return [];
        return [
          {
            message: `${name} on ${nameText(table)} is NOT VALID, and no later migration validates it`,
            origin,
          },
        ];
      }),
    ),
};
