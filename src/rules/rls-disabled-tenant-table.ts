import { policiesAreUnknown } from '../core/lint/policies.ts';
import type { Rule } from '../core/lint/rule.ts';
import { tenantTablesOf } from '../core/lint/tenant-relations.ts';
import { nameText } from '../core/schema/names.ts';

const TENANCY = { column: 'academy_id', root: 'academies' };

const GUARDED = `CREATE TABLE academies (id bigint PRIMARY KEY);
CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies);
CREATE INDEX courses_academy ON courses (academy_id);
ALTER TABLE courses ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON courses TO app USING (academy_id = (SELECT app_academy()));`;

/** A tenant table without row level security, in a schema whose other tenant tables have it. */
export const rule: Rule = {
  id: 'rls-disabled-tenant-table',
  group: 'tenancy',
  severity: 'error',
  summary: 'tenant table without row level security where others have it',
  why: 'Where the tables of a schema are guarded by row level security, queries rely on it and carry no tenant in their WHERE. One table without it shows the rows of all tenants to each of them. A schema that guards no table that way is not reported: there the application does it.',
  rewrite: 'ALTER TABLE … ENABLE ROW LEVEL SECURITY and CREATE POLICY in the file that makes the table',
  bad: {
    before: GUARDED,
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies);
CREATE INDEX notes_academy ON notes (academy_id);`,
    tenancy: TENANCY,
  },
  good: {
    before: GUARDED,
    up: `CREATE TABLE notes (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies);
CREATE INDEX notes_academy ON notes (academy_id);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO app USING (academy_id = (SELECT app_academy()));`,
    tenancy: TENANCY,
  },
  sources: ['https://www.postgresql.org/docs/current/ddl-rowsecurity.html'],
  lookAtEnd: (schema, { tenancy }) => {
    const tables = tenantTablesOf(schema, tenancy);
    if (policiesAreUnknown(schema) || !tables.some(({ table }) => table.rowSecurity)) return [];
    return tables
      .filter(({ table }) => !table.rowSecurity)
      .map(({ table, column }) => ({
        message: `${nameText(table)} has ${column.name} and no row level security: every tenant sees the rows of all`,
        origin: table.origin,
      }));
  },
};
