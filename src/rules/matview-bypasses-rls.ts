import { clientsOf, guardedBehind } from '../core/lint/exposed.ts';
import { namesText } from '../core/lint/expressions.ts';
import type { Rule } from '../core/lint/rule.ts';
import { nameText } from '../core/schema/names.ts';

/** A materialized view of guarded tables that clients may read. */
export const rule: Rule = {
  id: 'matview-bypasses-rls',
  group: 'tenancy',
  severity: 'error',
  summary: 'materialized view of guarded tables that the application may read',
  why: 'A materialized view holds the rows that its owner saw when it was refreshed: those of all tenants. It can have no policies of its own.',
  rewrite: 'grant nothing on it to clients; show it through a view or function that asks for the tenant',
  bad: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (owner = CURRENT_USER);
CREATE MATERIALIZED VIEW note_counts AS SELECT owner, count(*) AS notes FROM notes GROUP BY owner;
GRANT SELECT ON note_counts TO app;`,
  },
  good: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (owner = CURRENT_USER);
CREATE MATERIALIZED VIEW note_counts AS SELECT owner, count(*) AS notes FROM notes GROUP BY owner;
GRANT SELECT ON note_counts TO reporting;`,
  },
  sources: ['https://www.postgresql.org/docs/current/rules-materializedviews.html'],
  lookAtEnd: (schema) =>
    schema.relations.flatMap((view) => {
      if (view.kind !== 'materialized-view' || view.origin === undefined) return [];
      const guarded = guardedBehind(schema, view);
      const clients = clientsOf(schema, view) ?? [];
      if (guarded.length === 0 || clients.length === 0) return [];
      const message = `${nameText(view)} shows ${namesText(clients)} the rows of all tenants: those of ${namesText([...new Set(guarded.map(nameText))])}`;
      return [{ message, origin: view.origin }];
    }),
};
