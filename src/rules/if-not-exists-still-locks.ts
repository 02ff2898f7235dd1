import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ADD COLUMN and CREATE INDEX IF NOT EXISTS of what is there. */
export const rule: Rule = {
  id: 'if-not-exists-still-locks',
  group: 'locks',
  severity: 'notice',
  summary: 'IF NOT EXISTS that locks before it looks',
  why: 'ADD COLUMN IF NOT EXISTS takes ACCESS EXCLUSIVE, and CREATE INDEX IF NOT EXISTS takes SHARE, also when there is nothing to do: both wait for others, and others wait behind them.',
  rewrite: 'remove the statement: an earlier migration of this project made it',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD COLUMN IF NOT EXISTS title text;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text, level text, price numeric(10,2));',
    up: 'ALTER TABLE courses ADD COLUMN IF NOT EXISTS subtitle text;',
  },
  look: (_, context) => effectHits(context, 'if-not-exists-still-locks'),
};
