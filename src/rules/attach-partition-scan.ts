import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ATTACH PARTITION without a CHECK that proves the bounds. */
export const rule: Rule = {
  id: 'attach-partition-scan',
  group: 'locks',
  severity: 'error',
  summary: 'ATTACH PARTITION that reads the whole table',
  why: 'Every row of the new partition is checked against its bounds under ACCESS EXCLUSIVE, unless a valid CHECK says the same beforehand, with IS NOT NULL of the key.',
  rewrite:
    'add a CHECK with the bounds and IS NOT NULL of the key, NOT VALID; VALIDATE it in the next file; then ATTACH, and drop the CHECK',
  bad: {
    before: `CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 (id bigint, at timestamptz NOT NULL);`,
    up: `ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
  },
  good: {
    before: `CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 (id bigint, at timestamptz NOT NULL, CHECK (at >= '2026-01-01' AND at < '2027-01-01'));`,
    up: `ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
  },
  sources: [
    'https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE',
  ],
  look: (_, context) => effectHits(context, 'attach-partition-scan'),
};
