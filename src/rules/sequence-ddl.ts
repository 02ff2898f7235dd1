import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ALTER SEQUENCE. */
export const rule: Rule = {
  id: 'sequence-ddl',
  group: 'locks',
  severity: 'warning',
  summary: 'ALTER SEQUENCE of a sequence in use',
  why: 'ALTER SEQUENCE takes SHARE ROW EXCLUSIVE until COMMIT: nextval waits, and with it every INSERT that needs a number.',
  rewrite: 'use setval() to move a sequence; it keeps nobody waiting',
  bad: { before: 'CREATE SEQUENCE invoice_number;', up: 'ALTER SEQUENCE invoice_number RESTART WITH 1000;' },
  good: { before: 'CREATE SEQUENCE invoice_number;', up: `SELECT pg_catalog.setval('invoice_number', 999);` },
  sources: ['https://www.postgresql.org/docs/current/sql-altersequence.html'],
  look: (_, context) => effectHits(context, 'sequence-ddl'),
};
