import { doesNothing, pairDifference } from '../core/lint/pair-difference.ts';
import type { Rule } from '../core/lint/rule.ts';

/** A rollback after which something of the migration is left. */
export const rule: Rule = {
  id: 'rollback-incomplete-static',
  group: 'rollback',
  severity: 'error',
  summary: 'rollback that forgets something',
  why: 'After the rollback the schema is not what it was before: the next `up` fails where something is there already, and the application meets what no file explains. Only what the files say for sure is compared here; `lms-db rehearse` proves the rest.',
  rewrite: 'complete the rollback; `lms-db rehearse` shows the statements that are missing',
  bad: {
    up: `CREATE TYPE level AS ENUM ('low', 'high');
CREATE TABLE courses (id bigint PRIMARY KEY, level level);`,
    down: 'DROP TABLE courses;',
  },
  good: {
    up: `CREATE TYPE level AS ENUM ('low', 'high');
CREATE TABLE courses (id bigint PRIMARY KEY, level level);`,
    down: 'DROP TABLE courses;\nDROP TYPE level;',
  },
  lookAtPair: (pair) => {
    // Of one that does nothing rollback-empty speaks.
    if (pair.down?.statements.every(doesNothing) !== false) return [];
    const { left, missing, changed } = pairDifference(pair);
    return [
      ...left.map(({ kind, name }) => ({ message: `the rollback leaves the ${kind} ${name} behind` })),
      ...missing.map(({ kind, name }) => ({
        message: `the rollback does not bring back the ${kind} ${name}`,
      })),
      ...changed.map(({ object: { kind, name }, fact }) => ({
        message: `the rollback leaves the ${kind} ${name} as the migration changed it: ${fact}`,
      })),
    ];
  },
};
