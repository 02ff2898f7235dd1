import { isTrusted } from '../core/lint/policies.ts';
import { namesText } from '../core/lint/expressions.ts';
import type { Hit, Rule } from '../core/lint/rule.ts';
import { executedStatements, statementAs } from '../core/lint/statement.ts';
import type { LintFile, LintStatement } from '../core/lint/statement.ts';
import { nameText, sameName, writtenRelation } from '../core/schema/names.ts';
import { rolesOf } from '../core/schema/apply-table-parts.ts';

/** TRUNCATE granted on a table with row level security. */
export const rule: Rule = {
  id: 'grant-bypasses-rls',
  group: 'tenancy',
  severity: 'warning',
  summary: 'TRUNCATE granted on a table with row level security',
  why: 'Row level security does not bind TRUNCATE: one tenant empties the table of all. GRANT ALL gives TRUNCATE too; and REFERENCES, with which a foreign key finds out what a policy hides.',
  rewrite: 'GRANT SELECT, INSERT, UPDATE, DELETE in place of ALL, or REVOKE TRUNCATE afterwards',
  bad: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (owner = CURRENT_USER);
GRANT ALL ON notes TO app;`,
  },
  good: {
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, owner name NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (owner = CURRENT_USER);
GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO app;`,
  },
  sources: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
  direction: 'up',
  lookAtFile: (file) =>
    executedStatements(file.statements).flatMap((statement) => grantHits(statement, file)),
};

function grantHits(statement: LintStatement, { after }: LintFile): readonly Hit[] {
  const grant = statementAs(statement, 'GrantStmt');
  if (grant?.is_grant !== true || grant.objtype !== 'OBJECT_TABLE' || grant.targtype !== 'ACL_TARGET_OBJECT')
    return [];
  const all = grant.privileges === undefined;
  const names = (grant.privileges ?? []).flatMap((node) =>
    'AccessPriv' in node ? (node.AccessPriv.priv_name ?? []) : [],
  );
  if (!all && !names.includes('truncate')) return [];
  const isPublic = (grant.grantees ?? []).some(
    (node) => 'RoleSpec' in node && node.RoleSpec.roletype === 'ROLESPEC_PUBLIC',
  );
  const roles = [...rolesOf(grant.grantees), ...(isPublic ? ['public'] : [])].filter(
    (role) => !isTrusted(role),
  );
  return (grant.objects ?? []).flatMap((node) => {
    const table = 'RangeVar' in node ? after.relation(writtenRelation(node.RangeVar)) : undefined;
    if (table?.rowSecurity !== true) return [];
    // What is revoked again in the file is not held.
    const held = after.grants
      .filter(({ on, object }) => on === 'table' && sameName(object, table))
      .filter(({ privileges }) => privileges.includes('truncate'))
      .flatMap((one) => one.roles);
    const who = roles.filter((role) => held.includes(role));
    return who.length === 0
      ? []
      : [
          {
            message: `${namesText(who)} may TRUNCATE ${nameText(table)}: row level security does not bind that`,
            offset: statement.offset,
          },
        ];
  });
}
