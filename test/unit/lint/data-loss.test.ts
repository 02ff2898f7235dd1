import { describe } from 'vitest';
import { casesOf } from '../../support/rule.ts';

const COURSES = `CREATE TABLE courses (
  id bigint PRIMARY KEY,
  slug varchar(50) CONSTRAINT courses_slug_key UNIQUE,
  level text NOT NULL DEFAULT 'low',
  price numeric(10,2),
  at timestamptz
);`;

describe('rules about data loss and running applications', () => {
  casesOf('drop-table', [
    {
      it: 'knows a table by its schema',
      before: 'CREATE SCHEMA app; CREATE TABLE app.t (id int);',
      up: 'SET LOCAL search_path = app;\nDROP TABLE t;',
      says: ['error: DROP TABLE app.t destroys its rows'],
    },
    {
      it: 'reports a table that no file made',
      up: 'DROP TABLE legacy;',
      says: ['error: DROP TABLE legacy destroys its rows'],
    },
    {
      it: 'weighs IF EXISTS of an unknown table less',
      up: 'DROP TABLE IF EXISTS legacy;',
      says: [
        'warning: no migration makes legacy: this does nothing, or destroys a table that the files do not know',
      ],
    },
    {
      it: 'lets a temporary table go',
      before: COURSES,
      up: 'CREATE TEMPORARY TABLE courses_now AS SELECT * FROM courses;\nDROP TABLE courses_now;',
      says: [],
    },
    {
      it: 'lets a rollback drop what its migration made',
      up: 'CREATE TABLE t (id int);',
      down: 'DROP TABLE t;',
      says: [],
    },
    {
      it: 'sees it in a DO block',
      before: COURSES,
      up: 'DO $$ BEGIN DROP TABLE courses; END $$;',
      says: ['error: DROP TABLE courses destroys its rows'],
    },
  ]);

  casesOf('drop-column', [
    {
      it: 'names what goes along',
      before: `${COURSES}\nCREATE INDEX courses_level ON courses (price, level);`,
      up: 'ALTER TABLE courses DROP COLUMN level, DROP COLUMN slug;',
      says: [
        'error: DROP COLUMN courses.level destroys its values; with it goes index courses_level',
        'error: DROP COLUMN courses.slug destroys its values; with it goes unique constraint courses_slug_key',
      ],
    },
    {
      it: 'lets a column of the same file go',
      before: COURSES,
      up: 'ALTER TABLE courses ADD COLUMN tmp int;\nALTER TABLE courses DROP COLUMN tmp;',
      says: [],
    },
    {
      it: 'leaves rollbacks to another rule',
      before: COURSES,
      up: 'ALTER TABLE courses ADD COLUMN tmp int;',
      down: 'ALTER TABLE courses DROP COLUMN tmp;',
      says: [],
    },
  ]);

  casesOf('drop-cascade', [
    {
      it: 'names foreign keys and views',
      before: `${COURSES}\nCREATE TABLE lessons (id int, course bigint CONSTRAINT lessons_course REFERENCES courses);\nCREATE VIEW v AS SELECT id FROM courses;`,
      up: 'DROP TABLE courses CASCADE;',
      says: ['error: CASCADE takes along view v and foreign key lessons_course of lessons'],
    },
    {
      it: 'sees it on a column',
      before: COURSES,
      up: 'ALTER TABLE courses DROP COLUMN level CASCADE;',
      says: ['error: CASCADE drops whatever depends on level, and names none of it'],
    },
    {
      it: 'lets a table of the same file go',
      up: 'CREATE TABLE t (id int);\nDROP TABLE t CASCADE;',
      says: [],
    },
  ]);

  casesOf('drop-schema-database-tablespace', [
    {
      it: 'weighs an empty schema less',
      before: 'CREATE SCHEMA app;',
      up: 'DROP SCHEMA app;',
      says: ['warning: DROP SCHEMA app: whoever names it fails'],
    },
    {
      it: 'reports DROP OWNED',
      up: 'DROP OWNED BY app;',
      says: ['error: DROP OWNED destroys all that the role owns, and takes its privileges'],
    },
  ]);

  casesOf('truncate', [
    {
      it: 'follows CASCADE',
      before: `${COURSES}\nCREATE TABLE lessons (id int PRIMARY KEY, course bigint REFERENCES courses);\nCREATE TABLE notes (lesson int REFERENCES lessons);`,
      up: 'TRUNCATE courses CASCADE;',
      says: ['error: TRUNCATE destroys all rows of courses, and of lessons, notes'],
    },
    {
      it: 'lets a rollback empty what its migration made',
      up: 'CREATE TABLE t (id int);',
      down: 'TRUNCATE t;\nDROP TABLE t;',
      says: [],
    },
    {
      it: 'looks at rollbacks too',
      before: COURSES,
      up: 'CREATE TABLE t (id int);',
      down: 'TRUNCATE courses;\nDROP TABLE t;',
      says: ['error: TRUNCATE destroys all rows of courses'],
    },
  ]);

  casesOf('type-narrowing', [
    {
      it: 'warns of what fails',
      before: COURSES,
      up: 'ALTER TABLE courses ALTER COLUMN slug TYPE varchar(40);',
      says: [
        'warning: courses.slug from varchar(50) to varchar(40) fails where there are texts of more than 40 characters',
      ],
    },
    {
      it: 'reports what is rounded',
      before: COURSES,
      up: 'ALTER TABLE courses ALTER COLUMN at TYPE timestamptz(3);',
      says: [
        'error: courses.at from timestamptz to timestamptz(3) loses data without a word: seconds are rounded to 3 decimals',
      ],
    },
    {
      it: 'counts the digits before the point',
      before: COURSES,
      up: 'ALTER TABLE courses ALTER COLUMN price TYPE numeric(9,2);',
      says: [
        'warning: courses.price from numeric(10,2) to numeric(9,2) fails where there are larger numbers',
      ],
    },
    {
      it: 'reports integers of numbers with decimals',
      before: COURSES,
      up: 'ALTER TABLE courses ALTER COLUMN price TYPE bigint;',
      says: [
        'error: courses.price from numeric(10,2) to bigint loses data without a word: decimals are rounded away',
      ],
    },
    {
      it: 'lets wider types pass',
      before: COURSES,
      up: 'ALTER TABLE courses ALTER COLUMN slug TYPE text, ALTER COLUMN price TYPE numeric(12,2), ALTER COLUMN price TYPE numeric;',
      says: [],
    },
    {
      it: 'says nothing about types that it does not know',
      before: COURSES,
      up: 'ALTER TABLE legacy ALTER COLUMN price TYPE int;',
      says: [],
    },
  ]);

  casesOf('rename-table', [
    {
      it: 'lets a table be renamed whose name lives on as a view',
      before: COURSES,
      up: 'ALTER TABLE courses RENAME TO course;\nCREATE VIEW courses AS SELECT id FROM course;',
      says: [],
    },
    {
      it: 'lets a rollback rename back',
      before: COURSES,
      up: 'SELECT now();',
      down: 'ALTER TABLE courses RENAME TO course;',
      says: [],
    },
  ]);

  casesOf('rename-schema-type-enum', [
    {
      it: 'reports SET SCHEMA',
      before: COURSES,
      up: 'ALTER TABLE courses SET SCHEMA app;',
      says: ['error: courses is in the schema app from now on: whoever uses the old name fails'],
    },
    {
      it: 'reports a function',
      before: "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
      up: 'ALTER FUNCTION f() RENAME TO g;',
      says: ['error: the function f is g from now on: whoever uses the old name fails'],
    },
    {
      it: 'lets a type of the same file be renamed',
      up: "CREATE TYPE mood AS ENUM ('a');\nALTER TYPE mood RENAME TO temper;",
      says: [],
    },
  ]);

  const REQUIRED =
    'ALTER TABLE courses ADD COLUMN author int;\nUPDATE courses SET author = 1 WHERE id = 1;\n';
  casesOf('required-column-breaks-writers', [
    {
      it: 'accepts a default',
      before: COURSES,
      up: `${REQUIRED}ALTER TABLE courses ALTER COLUMN author SET DEFAULT 1, ALTER COLUMN author SET NOT NULL;`,
      says: [],
    },
    {
      it: 'accepts a trigger of the same file, which may fill it',
      before: COURSES,
      up: `${REQUIRED}CREATE TRIGGER fill BEFORE INSERT ON courses FOR EACH ROW EXECUTE FUNCTION fill();\nALTER TABLE courses ALTER COLUMN author SET NOT NULL;`,
      says: [],
    },
    {
      it: 'accepts a downtime that is announced',
      before: COURSES,
      up: `-- @downtime the application stands still\n${REQUIRED}ALTER TABLE courses ALTER COLUMN author SET NOT NULL;`,
      says: [],
    },
    {
      it: 'leaves columns alone that the application knows',
      before: COURSES,
      up: 'ALTER TABLE courses ALTER COLUMN price SET NOT NULL;',
      says: [],
    },
    {
      it: 'is not fooled by "none"',
      before: COURSES,
      up: `-- @downtime none\n${REQUIRED}ALTER TABLE courses ALTER COLUMN author SET NOT NULL;`,
      says: [
        'warning: courses.author is new, NOT NULL and without a default: every INSERT of the running application fails',
      ],
    },
  ]);

  casesOf('drop-default', [
    {
      it: 'accepts another default in the same file',
      before: COURSES,
      up: "ALTER TABLE courses ALTER COLUMN level DROP DEFAULT;\nALTER TABLE courses ALTER COLUMN level SET DEFAULT 'high';",
      says: [],
    },
    {
      it: 'accepts it where NULL may stand',
      before: COURSES,
      up: 'ALTER TABLE courses ALTER COLUMN level DROP DEFAULT, ALTER COLUMN level DROP NOT NULL;',
      says: [],
    },
    {
      it: 'accepts the default that filled the old rows of a new column',
      before: COURSES,
      up: 'ALTER TABLE courses ADD COLUMN n int NOT NULL DEFAULT 1;\nALTER TABLE courses ALTER COLUMN n DROP DEFAULT;',
      says: [],
    },
  ]);

  casesOf('drop-constraint-trigger', [
    {
      it: 'accepts a constraint that another one of its kind replaces',
      before: COURSES,
      up: 'ALTER TABLE courses DROP CONSTRAINT courses_slug_key, ADD CONSTRAINT courses_slug_at UNIQUE (slug, at);',
      says: [],
    },
    {
      it: 'accepts the check that proved NOT NULL',
      before: `${COURSES}\nALTER TABLE courses ADD CONSTRAINT price_there CHECK (price IS NOT NULL);`,
      up: 'ALTER TABLE courses ALTER COLUMN price SET NOT NULL;\nALTER TABLE courses DROP CONSTRAINT price_there;',
      says: [],
    },
    {
      it: 'weighs a policy more',
      before: `${COURSES}\nCREATE POLICY own ON courses USING (id = 1);`,
      up: 'DROP POLICY own ON courses;',
      says: ['warning: without the policy own others see other rows of courses, or none'],
    },
    {
      it: 'accepts a policy that another one replaces',
      before: `${COURSES}\nCREATE POLICY own ON courses USING (id = 1);`,
      up: 'DROP POLICY own ON courses;\nCREATE POLICY all_of_them ON courses FOR SELECT USING (id > 0);',
      says: [],
    },
  ]);

  const F = "CREATE FUNCTION f(a int, b text DEFAULT '') RETURNS int LANGUAGE sql AS 'SELECT 1';";
  casesOf('function-signature-change', [
    {
      it: 'accepts another body',
      before: F,
      up: "CREATE OR REPLACE FUNCTION f(a integer, b text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 2';",
      says: [],
    },
    {
      it: 'reports another name of a parameter',
      before: F,
      up: "CREATE OR REPLACE FUNCTION f(x int, b text DEFAULT '') RETURNS int LANGUAGE sql AS 'SELECT 2';",
      says: ['error: OR REPLACE of f fails (42P13): the parameter a cannot get another name'],
    },
    {
      it: 'reports a default that is lost',
      before: F,
      up: "CREATE OR REPLACE FUNCTION f(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 2';",
      says: ['error: OR REPLACE of f fails (42P13): a parameter cannot lose its default'],
    },
    {
      it: 'reports another result',
      before: F,
      up: "CREATE OR REPLACE FUNCTION f(a int, b text DEFAULT '') RETURNS SETOF int LANGUAGE sql AS 'SELECT 2';",
      says: ['error: OR REPLACE of f fails (42P13): what it gives back cannot change'],
    },
    {
      it: 'lets an overload be made that is meant',
      before: F,
      up: "CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT 2';",
      says: [],
    },
    {
      it: 'accepts types with and without their schema',
      before:
        "CREATE TYPE mood AS ENUM ('a');\nCREATE FUNCTION g(m mood) RETURNS mood LANGUAGE sql AS 'SELECT m';",
      up: "CREATE OR REPLACE FUNCTION g(m public.mood) RETURNS public.mood LANGUAGE sql AS 'SELECT m';",
      says: [],
    },
  ]);

  const V = `${COURSES}\nCREATE VIEW v AS SELECT id, lower(slug) FROM courses;`;
  casesOf('view-column-change', [
    {
      it: 'reports fewer columns',
      before: V,
      up: 'CREATE OR REPLACE VIEW v AS SELECT id FROM courses;',
      says: ['error: OR REPLACE of v fails (42P16): it has 2 columns, and these are 1'],
    },
    {
      it: 'reports another name',
      before: V,
      up: 'CREATE OR REPLACE VIEW v AS SELECT id, lower(slug) AS slug FROM courses;',
      says: ['error: OR REPLACE of v fails (42P16): column 2 is lower and cannot become slug'],
    },
    {
      it: 'says nothing where * hides the columns',
      before: V,
      up: 'CREATE OR REPLACE VIEW v AS SELECT * FROM courses;',
      says: [],
    },
    {
      it: 'says nothing about names that PostgreSQL makes up',
      before: `${COURSES}\nCREATE VIEW v AS SELECT id, CASE WHEN id > 1 THEN 1 END FROM courses;`,
      up: 'CREATE OR REPLACE VIEW v AS SELECT id, price FROM courses;',
      says: [],
    },
  ]);

  casesOf('disable-trigger-all', [
    {
      it: 'reports a trigger that stays off',
      before: COURSES,
      up: 'ALTER TABLE courses DISABLE TRIGGER touch;',
      says: ['warning: the trigger touch of courses stays off: nothing in this file enables it again'],
    },
    {
      it: 'accepts user triggers that come back',
      before: COURSES,
      up: 'ALTER TABLE courses DISABLE TRIGGER USER;\nALTER TABLE courses ENABLE TRIGGER USER;',
      says: [],
    },
    {
      it: 'reports session_replication_role',
      up: 'SET LOCAL session_replication_role = replica;',
      says: [
        'warning: session_replication_role = replica switches off every trigger, and with them the foreign keys',
      ],
    },
  ]);

  casesOf('revoke-grant', [
    {
      it: 'accepts a narrower grant in the same file',
      before: COURSES,
      up: 'REVOKE ALL ON courses FROM app;\nGRANT SELECT ON courses TO app;',
      says: [],
    },
    {
      it: 'accepts what is new',
      up: "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';\nREVOKE ALL ON FUNCTION f() FROM PUBLIC;",
      says: [],
    },
    {
      it: 'lets a rollback take back a grant',
      before: COURSES,
      up: 'GRANT SELECT ON courses TO app;',
      down: 'REVOKE SELECT ON courses FROM app;',
      says: [],
    },
    {
      it: 'reports a new owner',
      before: COURSES,
      up: 'ALTER TABLE courses OWNER TO app;',
      says: ['warning: courses gets another owner, whom row level security does not bind'],
    },
  ]);
});
