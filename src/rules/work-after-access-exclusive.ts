import { heldLocks } from '../core/lint/lock-window.ts';
import type { Rule } from '../core/lint/rule.ts';
import { isHeavy } from '../core/locks/effect.ts';
import { nameText, sameName } from '../core/schema/names.ts';

/** Work that grows with the rows, in a transaction that keeps readers of a table out. */
export const rule: Rule = {
  id: 'work-after-access-exclusive',
  group: 'locks',
  severity: 'error',
  summary: 'long work in a transaction that holds ACCESS EXCLUSIVE',
  why: 'A lock is held until COMMIT. What takes a moment by itself, such as ADD COLUMN, keeps readers and writers of its table out for as long as the rest of the file runs: the time of an index build, a scan or a large query on any other table is added to it.',
  rewrite: 'put the long work into a file of its own, before or after this one',
  bad: {
    before:
      'CREATE TABLE courses (id bigint PRIMARY KEY);\nCREATE TABLE lessons (id bigint PRIMARY KEY, title text);',
    up: 'ALTER TABLE courses ADD COLUMN level text;\nCREATE TABLE titles AS SELECT title FROM lessons;',
  },
  good: {
    before:
      'CREATE TABLE courses (id bigint PRIMARY KEY);\nCREATE TABLE lessons (id bigint PRIMARY KEY, title text);',
    up: 'CREATE TABLE titles AS SELECT title FROM lessons;\nALTER TABLE courses ADD COLUMN level text;',
  },
  sources: ['https://www.postgresql.org/docs/current/explicit-locking.html'],
  look: (statement, context) => {
    const held = heldLocks(context).filter(({ lock }) => lock === 'ACCESS EXCLUSIVE');
    const [first] = held;
    if (first === undefined) return [];
    // What UPDATE and DELETE do has rules of its own; so has work that blocks on a table that is locked anyway.
    if ('UpdateStmt' in statement.node || 'DeleteStmt' in statement.node) return [];
    const work = context.effects.find(
      (effect) =>
        effect.work !== undefined &&
        // VALIDATE takes these, on its table and on the one that it refers to.
        effect.lock !== 'SHARE UPDATE EXCLUSIVE' &&
        effect.lock !== 'ROW SHARE' &&
        !context.isNew(effect.relation) &&
        !(isHeavy(effect) && held.every(({ relation }) => sameName(relation, effect.relation))),
    );
    if (work === undefined) return [];
    const message = `${work.what} runs while the ACCESS EXCLUSIVE of ${first.what} is held: nobody can read or write ${nameText(first.relation)} meanwhile`;
    return [{ message, offset: work.offset }];
  },
};
