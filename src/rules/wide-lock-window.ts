import type { Rule } from '../core/lint/rule.ts';
import type { Effect } from '../core/locks/effect.ts';
import { nameText, sameName } from '../core/schema/names.ts';

/** ACCESS EXCLUSIVE on two tables, one after the other, in one transaction. */
export const rule: Rule = {
  id: 'wide-lock-window',
  group: 'locks',
  severity: 'warning',
  summary: 'one transaction that locks several tables in use',
  why: 'While the file waits for its second table, it keeps everybody out of the first one. And an application that takes the same tables in the other order, and the file, wait for each other: a deadlock (40P01), of which the file may be the victim.',
  rewrite: 'change one table a file, as far as the changes can stand apart',
  direction: 'up',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);\nCREATE TABLE lessons (id bigint PRIMARY KEY);',
    up: 'ALTER TABLE courses ADD COLUMN level text;\nALTER TABLE lessons ADD COLUMN level text;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);\nCREATE TABLE lessons (id bigint PRIMARY KEY);',
    up: 'ALTER TABLE courses ADD COLUMN level text;',
  },
  sources: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS'],
  look: (statement, context) => {
    if (!context.file.directives.transaction) return [];
    const exclusive = (effects: readonly Effect[]): readonly Effect[] =>
      effects.filter(
        ({ kind, lock, relation }) =>
          kind === 'table' && lock === 'ACCESS EXCLUSIVE' && !context.isNew(relation),
      );
    const [first, ...others] = context.earlier
      .map(({ effects }) => exclusive(effects))
      .filter(({ length }) => length > 0);
    const [held] = first ?? [];
    if (first === undefined || held === undefined) return [];
    const adds = (effects: readonly Effect[]): Effect | undefined =>
      effects.find(({ relation }) => !first.some((one) => sameName(one.relation, relation)));
    const next = adds(exclusive(context.effects));
    // Said once a file, at the second table.
    if (next === undefined || others.some((effects) => adds(effects) !== undefined)) return [];
    const message = `${next.what} waits for ${nameText(next.relation)} while ${nameText(held.relation)} is locked since ${held.what}`;
    return [{ message, offset: statement.offset }];
  },
};
