import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** DETACH PARTITION without CONCURRENTLY. */
export const rule: Rule = {
  id: 'detach-partition-blocking',
  group: 'locks',
  severity: 'warning',
  summary: 'DETACH PARTITION that locks the parent',
  why: 'DETACH PARTITION takes ACCESS EXCLUSIVE on the parent. It is held for a moment only, but while it waits for a long query, every later one waits behind it.',
  rewrite:
    'write DETACH PARTITION … CONCURRENTLY in a file of its own with "-- @transaction off"; it needs a parent without a default partition',
  bad: {
    before: `CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');`,
    up: 'ALTER TABLE events DETACH PARTITION events_2025;',
  },
  good: {
    before: `CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');`,
    up: `-- @transaction off
ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY;`,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION'],
  look: (_, context) => effectHits(context, 'detach-partition-blocking'),
};
