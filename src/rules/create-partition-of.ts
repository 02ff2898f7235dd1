import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** CREATE TABLE … PARTITION OF. */
export const rule: Rule = {
  id: 'create-partition-of',
  group: 'locks',
  severity: 'notice',
  summary: 'CREATE TABLE … PARTITION OF locks the parent',
  why: 'It takes ACCESS EXCLUSIVE on the parent for a moment. CREATE TABLE and ATTACH PARTITION take less: SHARE UPDATE EXCLUSIVE.',
  rewrite: 'on a busy table, CREATE TABLE … (LIKE parent INCLUDING ALL), then ALTER TABLE … ATTACH PARTITION',
  bad: {
    before: `CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');`,
    up: `CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
  },
  good: {
    before: `CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');`,
    up: 'CREATE TABLE events_2026 (LIKE events INCLUDING ALL);',
  },
  direction: 'up',
  look: (_, context) => effectHits(context, 'create-partition-of'),
};
