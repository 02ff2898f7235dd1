import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** DROP TABLE of a partition. */
export const rule: Rule = {
  id: 'drop-partition',
  group: 'locks',
  severity: 'notice',
  summary: 'DROP TABLE of a partition locks the parent',
  why: 'Dropping a partition takes ACCESS EXCLUSIVE on its parent too, for a moment.',
  rewrite:
    'DETACH PARTITION … CONCURRENTLY first, in a file of its own with "-- @transaction off"; then DROP TABLE',
  bad: {
    before: `CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');`,
    up: `-- @allow drop-table old events
DROP TABLE events_2025;`,
  },
  good: {
    before: `CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');`,
    up: `-- @transaction off
ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY;`,
  },
  direction: 'up',
  look: (_, context) => effectHits(context, 'drop-partition'),
};
