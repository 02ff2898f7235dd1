import { asksAsCaller, clientsOf, guardedBehind } from '../core/lint/exposed.ts';
import { namesText } from '../core/lint/expressions.ts';
import { isOn } from '../core/lint/policy-loops.ts';
import type { Rule } from '../core/lint/rule.ts';
import { nameText } from '../core/schema/names.ts';

/** A view that shows what row level security hides. */
export const rule: Rule = {
  id: 'view-bypasses-rls',
  group: 'tenancy',
  severity: 'error',
  summary: 'view that goes around row level security',
  why: 'A view asks with the rights of its owner, whom the policies of the tables do not bind: whoever may read the view sees the rows of all tenants. With security_invoker it asks with the rights of whoever reads it. A view WITH (security_barrier) that asks for the tenant itself is a guard of its own, and only a notice.',
  rewrite: 'CREATE VIEW … WITH (security_invoker = on)',
  bad: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (owner = CURRENT_USER);
CREATE VIEW note_ids AS SELECT id FROM notes;
GRANT SELECT ON note_ids TO app;`,
    postgres: 15,
  },
  good: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (owner = CURRENT_USER);
CREATE VIEW note_ids WITH (security_invoker = on) AS SELECT id FROM notes;
GRANT SELECT ON note_ids TO app;`,
    postgres: 15,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-createview.html'],
  versions: { since: 15 },
  lookAtEnd: (schema) =>
    schema.relations.flatMap((view) => {
      if (view.kind !== 'view' || view.origin === undefined || asksAsCaller(view)) return [];
      const guarded = guardedBehind(schema, view);
      const clients = clientsOf(schema, view);
      // Granted to others alone, it is meant to show more.
      if (guarded.length === 0 || clients?.length === 0) return [];
      const who = clients === undefined ? 'whoever may read it' : namesText(clients);
      const message = `${nameText(view)} shows ${who} the rows of ${namesText([...new Set(guarded.map(nameText))])} that row level security hides`;
      // With security_barrier the view is itself the guard: somebody has thought about what it lets through.
      const isGuard = isOn(view.options['security_barrier']);
      const severity = isGuard ? 'notice' : clients === undefined ? 'warning' : 'error';
      return [{ message, origin: view.origin, severity }];
    }),
};
