import { describe, expect, it } from 'vitest';
import { lintOf } from '../../support/lint.ts';
import { casesOf } from '../../support/rule.ts';

const T = `CREATE TABLE t (id int PRIMARY KEY, owner name NOT NULL, tenant uuid NOT NULL, state text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;\n`;
const U = `CREATE TABLE u (id int PRIMARY KEY, t int);
ALTER TABLE u ENABLE ROW LEVEL SECURITY;\n`;
const OWN = 'CREATE POLICY own ON t TO app USING (owner = CURRENT_USER);\n';
const TENANCY = { tenancy: { column: 'academy_id', root: 'academies' } };
const ROOT = 'CREATE TABLE academies (id bigint PRIMARY KEY);';
const COURSES =
  'CREATE TABLE courses (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies (id));';
const INDEXED = `${COURSES}\nCREATE INDEX courses_academy ON courses (academy_id);`;
const DYNAMIC =
  "DO $$ DECLARE x text; BEGIN FOR x IN SELECT 'u' LOOP EXECUTE format('CREATE POLICY p ON %I USING (true)', x); EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', x); END LOOP; END $$;";

describe('rules about policies', () => {
  casesOf('rls-enabled-no-policy', [
    { it: 'waits for the end of the file', up: `${T}${OWN}`, says: [] },
    { it: 'says nothing where EXECUTE may have made policies', up: `${T}${DYNAMIC}`, says: [] },
    {
      it: 'says nothing of a table that no file made',
      up: 'ALTER TABLE legacy ENABLE ROW LEVEL SECURITY;',
      says: [],
    },
    {
      it: 'is not confused by an EXECUTE about something else',
      up: `${T}DO $$ DECLARE x text; BEGIN FOR x IN SELECT 'u' LOOP EXECUTE format('ANALYZE %I', x); END LOOP; END $$;`,
      says: [
        'warning: row level security of t is on, and there is no policy: nobody but the owner sees a row',
      ],
    },
  ]);
  it('does not report a state that a later migration ends', () => {
    const { findings } = lintOf([T, OWN]);
    expect(findings.filter(({ code }) => code === 'rls-enabled-no-policy')).toEqual([]);
  });

  casesOf('policy-without-rls', [
    {
      it: 'accepts the switch behind the policy',
      up: 'CREATE TABLE t (id int);\nCREATE POLICY p ON t USING (id = 1);\nALTER TABLE t ENABLE ROW LEVEL SECURITY;',
      says: [],
    },
    {
      it: 'says nothing of a table that no file made, such as storage.objects',
      up: 'CREATE POLICY p ON storage.objects USING (id = 1);',
      says: [],
    },
  ]);

  casesOf('policy-always-true', [
    { it: 'lets everybody read', up: `${T}CREATE POLICY p ON t FOR SELECT USING (true);`, says: [] },
    {
      it: 'lets a trusted role write',
      up: `${T}CREATE POLICY p ON t TO service_role USING (true) WITH CHECK (true);`,
      says: [],
    },
    {
      it: 'lets a restrictive policy be true',
      up: `${T}${OWN}CREATE POLICY p ON t AS RESTRICTIVE USING (true);`,
      says: [],
    },
    {
      it: 'sees a row that can be given away',
      up: `${T}CREATE POLICY p ON t FOR UPDATE USING (owner = CURRENT_USER) WITH CHECK (true);`,
      says: ['error: the policy p lets everybody make a row of another one in t'],
    },
    {
      it: 'sees 1 = 1, and weighs a role of its own less',
      up: `${T}CREATE POLICY p ON t FOR DELETE TO app USING (1 = 1);`,
      says: ['warning: the policy p lets app delete every row of t'],
    },
    {
      it: 'sees INSERT of anonymous clients',
      up: `${T}CREATE POLICY p ON t FOR INSERT TO anon WITH CHECK (true);`,
      says: ['error: the policy p lets anon add any row to t'],
    },
  ]);

  casesOf('policy-check-weaker-than-using', [
    { it: 'accepts a policy without WITH CHECK', up: `${T}${OWN}`, says: [] },
    {
      it: 'accepts a state that changes',
      up: `${T}CREATE POLICY p ON t FOR UPDATE TO app USING (owner = CURRENT_USER AND state = 'draft') WITH CHECK (owner = CURRENT_USER);`,
      says: [],
    },
    {
      it: 'accepts another condition on the same column',
      up: `${T}CREATE POLICY p ON t FOR UPDATE TO app USING (owner = CURRENT_USER) WITH CHECK (owner IN (SELECT u.name FROM users AS u));`,
      says: [],
    },
    {
      it: 'sees IN (SELECT …)',
      up: `${T}CREATE POLICY p ON t FOR UPDATE TO app USING (tenant IN (SELECT mine())) WITH CHECK (state = 'x');`,
      says: [
        'error: the policy p asks for tenant in USING and not in WITH CHECK: a row of t can be given away',
      ],
    },
  ]);

  casesOf('policy-self-recursion', [
    {
      it: 'fails for INSERT when SELECT has any subquery',
      up: `${T}CREATE POLICY s ON t FOR SELECT TO app USING (owner = (SELECT CURRENT_USER));\nCREATE POLICY i ON t FOR INSERT TO app WITH CHECK (EXISTS (SELECT FROM t AS o WHERE o.id = 1));`,
      says: ['error: the policy i reads t, which it guards: every INSERT fails (42P17)'],
    },
    {
      it: 'works for INSERT when SELECT has none',
      up: `${T}CREATE POLICY s ON t FOR SELECT TO app USING (owner = CURRENT_USER);\nCREATE POLICY i ON t FOR INSERT TO app WITH CHECK (EXISTS (SELECT FROM t AS o WHERE o.id = 1));`,
      says: [],
    },
    {
      it: 'knows that WITH names hide a table',
      up: `${T}CREATE POLICY s ON t TO app USING (id IN (WITH t AS (SELECT 1 AS id) SELECT id FROM t));`,
      says: [],
    },
    {
      it: 'knows that row level security has to be on',
      up: 'CREATE TABLE t (id int);\nCREATE POLICY s ON t USING (id IN (SELECT o.id FROM t AS o));',
      says: [],
    },
    {
      it: 'does not look into a function',
      up: `${T}CREATE FUNCTION mine() RETURNS SETOF int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT id FROM public.t';\nCREATE POLICY s ON t TO app USING (id IN (SELECT mine()));`,
      says: [],
    },
    {
      it: 'looks through a view with the rights of its caller, and through no other',
      up: `${T}CREATE VIEW v AS SELECT id FROM t;\nCREATE VIEW w WITH (security_invoker) AS SELECT id FROM t;\nCREATE POLICY a ON t TO one USING (id IN (SELECT v.id FROM v));\nCREATE POLICY b ON t TO two USING (id IN (SELECT w.id FROM w));`,
      says: ['error: the policy b reads t, which it guards: every SELECT fails (42P17)'],
    },
  ]);

  const A = 'CREATE POLICY a ON t TO app USING (EXISTS (SELECT FROM u WHERE u.t = t.id));\n';
  casesOf('policy-mutual-recursion', [
    {
      it: 'names the way',
      before: T + U + A,
      up: 'CREATE POLICY b ON u TO app USING (EXISTS (SELECT FROM t WHERE u.t = t.id));',
      says: ['error: the policies of these tables read each other, and every query fails (42P17): t → u → t'],
    },
    {
      it: 'knows that policies of different roles never meet',
      before: T + U + A,
      up: 'CREATE POLICY b ON u TO other USING (EXISTS (SELECT FROM t WHERE u.t = t.id));',
      says: [],
    },
    {
      it: 'knows that policies for writing alone close no loop',
      before: T + U + A,
      up: 'CREATE POLICY b ON u FOR SELECT TO app USING (id > 0);\nCREATE POLICY c ON u FOR DELETE TO app USING (id > 5);',
      says: [],
    },
  ]);

  casesOf('policy-per-row-function', [
    {
      it: 'reports a function of its own',
      up: `${T}CREATE FUNCTION me() RETURNS name LANGUAGE plpgsql STABLE AS 'BEGIN RETURN CURRENT_USER; END';\nCREATE POLICY p ON t TO app USING (owner = me());`,
      says: ['warning: the policy p on t calls me for every row'],
    },
    {
      it: 'accepts a function of the row',
      up: `${T}CREATE FUNCTION mine(x uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS 'BEGIN RETURN true; END';\nCREATE POLICY p ON t TO app USING (mine(tenant));`,
      says: [],
    },
    {
      it: 'accepts an immutable function',
      up: `${T}CREATE FUNCTION root() RETURNS name LANGUAGE sql IMMUTABLE AS 'SELECT ''a''::name';\nCREATE POLICY p ON t TO app USING (owner = root());`,
      says: [],
    },
    {
      it: 'weighs current_setting less',
      up: `${T}CREATE POLICY p ON t TO app USING (owner = current_setting('app.me', true));`,
      says: ['notice: the policy p on t calls current_setting for every row'],
    },
  ]);

  casesOf('policy-missing-ok', [
    {
      it: 'accepts a setting of PostgreSQL itself',
      up: `${T}CREATE POLICY p ON t TO app USING (owner = (SELECT current_setting('role')));`,
      says: [],
    },
  ]);
  casesOf('policy-empty-string-cast', [
    {
      it: 'accepts a cast to text',
      up: `${T}CREATE POLICY p ON t TO app USING (owner = (SELECT current_setting('app.me', true)::text));`,
      says: [],
    },
    {
      it: 'reports json',
      up: `${T}CREATE POLICY p ON t TO app USING (owner = (SELECT current_setting('request.jwt.claims', true)::json ->> 'sub'));`,
      says: [
        'warning: queries of t fail while request.jwt.claims is the empty string, which is no json (22P02): policy p',
      ],
    },
  ]);
  casesOf('policy-user-controlled-claim', [
    {
      it: 'sees a path',
      up: `${T}CREATE POLICY p ON t TO app USING (state = (SELECT auth.jwt() #>> '{user_metadata,state}'));`,
      says: ['error: the policy p on t believes user_metadata, which every user writes for themselves'],
    },
  ]);
  casesOf('update-policy-without-select', [
    {
      it: 'accepts one for ALL',
      up: `${T}${OWN}CREATE POLICY p ON t FOR UPDATE TO app USING (id = 1);`,
      says: [],
    },
    {
      it: 'does not take the policy of another role',
      up: `${T}CREATE POLICY s ON t FOR SELECT TO other USING (id = 1);\nCREATE POLICY p ON t FOR DELETE TO app USING (id = 1);`,
      says: ['warning: DELETE … WHERE finds no row of t: it has the policy p and none for SELECT'],
    },
  ]);
  casesOf('rls-partition-child', [
    {
      it: 'says nothing where the parent is not guarded',
      up: 'CREATE TABLE e (id int) PARTITION BY RANGE (id);\nCREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (2);',
      says: [],
    },
  ]);
});

describe('rules about what goes around row level security', () => {
  const P15 = { postgres: 15 };
  casesOf('view-bypasses-rls', [
    {
      it: 'sees a view of a view',
      settings: P15,
      up: `${T}${OWN}CREATE VIEW a WITH (security_invoker = true) AS SELECT id FROM t;\nCREATE VIEW b AS SELECT id FROM a;\nGRANT SELECT ON b TO app;`,
      says: ['error: b shows app the rows of t that row level security hides'],
    },
    {
      it: 'accepts a view for a role that no policy binds',
      settings: P15,
      up: `${T}${OWN}CREATE VIEW a AS SELECT id FROM t;\nGRANT SELECT ON a TO reporting;`,
      says: [],
    },
    {
      it: 'weighs a view that nobody was granted less',
      settings: P15,
      up: `${T}${OWN}CREATE VIEW a AS SELECT id FROM t;`,
      says: ['warning: a shows whoever may read it the rows of t that row level security hides'],
    },
    {
      it: 'takes security_barrier for a guard of its own',
      settings: P15,
      up: `${T}${OWN}CREATE VIEW a WITH (security_barrier) AS SELECT id FROM t;\nGRANT SELECT ON a TO app;`,
      says: ['notice: a shows app the rows of t that row level security hides'],
    },
    {
      it: 'sees ALTER VIEW … SET',
      settings: P15,
      up: `${T}${OWN}CREATE VIEW a AS SELECT id FROM t;\nALTER VIEW a SET (security_invoker = on);`,
      says: [],
    },
    {
      it: 'sees GRANT … ON ALL TABLES',
      settings: P15,
      up: `${T}${OWN}CREATE VIEW a AS SELECT id FROM t;\nGRANT SELECT ON ALL TABLES IN SCHEMA public TO app;`,
      says: ['error: a shows app the rows of t that row level security hides'],
    },
    {
      it: 'says nothing before PostgreSQL 15, where there is no other way',
      up: `${T}${OWN}CREATE VIEW a AS SELECT id FROM t;\nGRANT SELECT ON a TO app;`,
      says: [],
    },
  ]);
  casesOf('grant-bypasses-rls', [
    {
      it: 'accepts what is revoked again',
      up: `${T}${OWN}GRANT ALL ON t TO app;\nREVOKE TRUNCATE ON t FROM app;`,
      says: [],
    },
    {
      it: 'accepts a table without row level security',
      up: 'CREATE TABLE t (id int);\nGRANT ALL ON t TO app;',
      says: [],
    },
    { it: 'accepts a trusted role', up: `${T}${OWN}GRANT ALL ON t TO service_role;`, says: [] },
  ]);

  const f = (rest: string, body = "'SELECT 1'"): string =>
    `CREATE FUNCTION f() RETURNS int LANGUAGE sql ${rest} AS ${body};`;
  casesOf('security-definer-no-search-path', [
    {
      it: 'accepts ALTER FUNCTION … SET',
      up: `${f('SECURITY DEFINER')}\nALTER FUNCTION f() SET search_path = '';`,
      says: [],
    },
    {
      it: 'accepts BEGIN ATOMIC, whose names are looked up when it is made',
      up: 'CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT 1; END;',
      says: [],
    },
    {
      it: 'reports ALTER FUNCTION … SECURITY DEFINER',
      up: `${f('')}\nALTER FUNCTION f() SECURITY DEFINER;`,
      says: ['error: f runs with the rights of its owner and the search_path of its caller'],
    },
  ]);
  const SAFE = "SECURITY DEFINER SET search_path = ''";
  casesOf('security-definer-public-execute', [
    {
      it: 'accepts a trigger function',
      up: `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql ${SAFE} AS 'BEGIN RETURN new; END';`,
      says: [],
    },
    {
      it: 'accepts REVOKE … ON ALL FUNCTIONS',
      up: `${f(SAFE)}\nREVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;`,
      says: [],
    },
    {
      it: 'accepts default privileges that close every new function',
      before: 'ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;',
      up: f(SAFE),
      says: [],
    },
    {
      it: 'knows that default privileges of one schema close nothing',
      before: 'ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;',
      up: f(SAFE),
      says: ['warning: every role may call f, which runs with the rights of its owner'],
    },
    {
      it: 'knows that OR REPLACE keeps privileges',
      before: `${f(SAFE)}\nREVOKE ALL ON FUNCTION f() FROM PUBLIC;`,
      up: f(SAFE).replace('CREATE', 'CREATE OR REPLACE'),
      says: [],
    },
    {
      it: 'accepts what a policy calls',
      up: `${f(SAFE)}\n${T}CREATE POLICY p ON t TO app USING (id = (SELECT f()));`,
      says: [],
    },
    {
      it: 'sees GRANT … TO PUBLIC',
      up: `${f(SAFE)}\nREVOKE ALL ON FUNCTION f() FROM PUBLIC;\nGRANT EXECUTE ON FUNCTION f() TO PUBLIC;`,
      says: ['warning: every role may call f, which runs with the rights of its owner'],
    },
  ]);
});

describe('rules about tenants', () => {
  casesOf('rls-disabled-tenant-table', [
    { it: 'says nothing where no table is guarded', settings: TENANCY, up: `${ROOT}\n${INDEXED}`, says: [] },
    { it: 'says nothing without a tenancy', up: `${ROOT}\n${INDEXED}\n${T}${OWN}`, says: [] },
  ]);
  casesOf('tenant-column-nullable', [
    {
      it: 'accepts a check',
      settings: TENANCY,
      up: `${ROOT}\nCREATE TABLE n (academy_id bigint REFERENCES academies CHECK (academy_id IS NOT NULL));\nCREATE INDEX ON n (academy_id);`,
      says: [],
    },
    {
      it: 'accepts NOT NULL that comes later',
      settings: TENANCY,
      up: `${ROOT}\nCREATE TABLE n (academy_id bigint REFERENCES academies);\nALTER TABLE n ALTER COLUMN academy_id SET NOT NULL;`,
      says: [],
    },
    {
      it: 'leaves the root and partitions alone',
      settings: TENANCY,
      up: `CREATE TABLE academies (id bigint PRIMARY KEY, academy_id bigint);\nCREATE TABLE e (academy_id bigint NOT NULL) PARTITION BY RANGE (academy_id);\nCREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (2);`,
      says: [],
    },
  ]);
  casesOf('tenant-column-no-fk', [
    {
      it: 'accepts a foreign key over several columns',
      settings: TENANCY,
      up: 'CREATE TABLE academies (region int, id bigint, PRIMARY KEY (region, id));\nCREATE TABLE n (region int, academy_id bigint NOT NULL, FOREIGN KEY (region, academy_id) REFERENCES academies);',
      says: [],
    },
    {
      it: 'says nothing where no file makes the root',
      settings: TENANCY,
      up: 'CREATE TABLE n (academy_id bigint NOT NULL);',
      says: [],
    },
  ]);
  casesOf('tenant-column-no-index', [
    {
      it: 'does not take an index with a WHERE',
      settings: TENANCY,
      up: `${ROOT}\n${COURSES}\nCREATE INDEX ON courses (academy_id) WHERE id > 5;`,
      says: ['warning: no index of courses begins with academy_id'],
    },
    {
      it: 'takes a key',
      settings: TENANCY,
      up: `${ROOT}\nCREATE TABLE n (id int, academy_id bigint REFERENCES academies, PRIMARY KEY (academy_id, id));`,
      says: [],
    },
  ]);
  casesOf('tenant-unique-not-scoped', [
    {
      it: 'accepts a key with a reference to another table of the tenant',
      settings: TENANCY,
      up: `${ROOT}\n${INDEXED}\nCREATE TABLE lessons (id int PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies, course bigint REFERENCES courses, place int, UNIQUE (course, place));`,
      says: [],
    },
    {
      it: 'accepts a key that holds the primary key',
      settings: TENANCY,
      up: `${ROOT}\nCREATE TABLE n (id int PRIMARY KEY, kind text, academy_id bigint NOT NULL REFERENCES academies, UNIQUE (id, kind));`,
      says: [],
    },
    {
      it: 'reports an expression',
      settings: TENANCY,
      up: `${ROOT}\nCREATE TABLE n (id int PRIMARY KEY, mail text, academy_id bigint NOT NULL REFERENCES academies);\nCREATE UNIQUE INDEX n_mail ON n (lower(mail));`,
      says: ['notice: n_mail of n is one for all tenants: an expression without academy_id'],
    },
  ]);
  casesOf('tenant-fk-not-composite', [
    {
      it: 'accepts a second foreign key that holds the tenant',
      settings: TENANCY,
      up: `${ROOT}\nCREATE TABLE c (id bigint PRIMARY KEY, academy_id bigint NOT NULL REFERENCES academies, UNIQUE (id, academy_id));\nCREATE TABLE l (c bigint REFERENCES c (id), academy_id bigint NOT NULL REFERENCES academies, FOREIGN KEY (c, academy_id) REFERENCES c (id, academy_id));`,
      says: [],
    },
    {
      it: 'accepts a table without the tenant',
      settings: TENANCY,
      up: `${ROOT}\n${INDEXED}\nCREATE TABLE l (course bigint REFERENCES courses);`,
      says: [],
    },
  ]);
});
