import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';

/** ATTACH PARTITION or PARTITION OF while there is a default partition. */
export const rule: Rule = {
  id: 'default-partition-scan',
  group: 'locks',
  severity: 'error',
  summary: 'a new partition beside a default one',
  why: 'Rows that belong into the new partition must not stand in the default one: all of it is read under ACCESS EXCLUSIVE.',
  rewrite:
    'add a CHECK to the default partition that excludes the new range, NOT VALID, VALIDATE it in the next file, then add the partition; better, have no default partition',
  bad: {
    before: `CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_other PARTITION OF events DEFAULT;`,
    up: `CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
  },
  good: {
    before: `CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');`,
    up: `CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
  },
  look: (_, context) => effectHits(context, 'default-partition-scan'),
};
