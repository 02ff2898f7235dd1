// A project of many small migrations: the same SQL for every tool that is compared.

/** One migration of the sample, with its way back. */
export interface SampleMigration {
  /** 14 digits, a UTC timestamp. */
  readonly version: string;
  readonly name: string;
  readonly up: string;
  readonly down: string;
}

/** A sample, and how many tables it leaves. */
export interface Sample {
  readonly migrations: readonly SampleMigration[];
  readonly tables: number;
}

/** Every table of the sample bears this prefix, so that a tool's own tables are not counted. */
export const TABLE_PREFIX = 'sample_';

/** One of five kinds: two tables, a column, an index, a constraint; of 200 to 400 bytes, half of them with quotes. */
function migrationAt(index: number): Omit<SampleMigration, 'version'> {
  const group = Math.floor(index / 5);
  const course = `${TABLE_PREFIX}course_${group}`;
  const lesson = `${TABLE_PREFIX}lesson_${group}`;
  switch (index % 5) {
    case 0:
      return {
        name: `create-course-${group}`,
        up: `-- Courses of the academy, part ${group}.
CREATE TABLE ${course} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title text NOT NULL,
  status text NOT NULL DEFAULT 'draft',
  price numeric(10, 2) NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now()
);
`,
        down: `DROP TABLE ${course};\n`,
      };
    case 1:
      return {
        name: `add-description-to-course-${group}`,
        up: `-- What a visitor reads before buying a course, and how long it takes to work through all of it.
ALTER TABLE ${course}
  ADD COLUMN description text,
  ADD COLUMN duration_minutes integer,
  ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
`,
        down: `ALTER TABLE ${course}
  DROP COLUMN description,
  DROP COLUMN duration_minutes,
  DROP COLUMN updated_at;
`,
      };
    case 2:
      return {
        name: `index-course-${group}`,
        up: `-- The list of an academy is sorted by age and filtered by status; the search goes by title.
CREATE INDEX ${course}_created_at_idx ON ${course} (created_at DESC, status);
CREATE INDEX ${course}_title_idx ON ${course} (title, id);
`,
        down: `DROP INDEX ${course}_title_idx;
DROP INDEX ${course}_created_at_idx;
`,
      };
    case 3:
      return {
        name: `create-lesson-${group}`,
        up: `-- Lessons belong to a course and go with it.
CREATE TABLE ${lesson} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  course_id bigint NOT NULL REFERENCES ${course} (id) ON DELETE CASCADE,
  position integer NOT NULL,
  title text NOT NULL,
  body text
);
`,
        down: `DROP TABLE ${lesson};\n`,
      };
    default:
      return {
        name: `constrain-course-${group}`,
        up: `-- Only these states are known to the application, and nothing is sold below nothing.
ALTER TABLE ${course}
  ADD CONSTRAINT ${course}_status_check CHECK (status IN ('draft', 'published', 'archived')),
  ADD CONSTRAINT ${course}_price_check CHECK (price >= 0);
`,
        down: `ALTER TABLE ${course}
  DROP CONSTRAINT ${course}_price_check,
  DROP CONSTRAINT ${course}_status_check;
`,
      };
  }
}

/** A sample of so many migrations, a minute apart. */
export function sampleOf(count: number): Sample {
  const migrations = Array.from({ length: count }, (_, index): SampleMigration => {
    const version = new Date(Date.UTC(2025, 0, 1, 0, index)).toISOString().replace(/\D/g, '').slice(0, 14);
    return { version, ...migrationAt(index) };
  });
  return { migrations, tables: migrations.filter(({ up }) => up.includes('CREATE TABLE')).length };
}
