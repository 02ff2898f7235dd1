import type { Rule } from '../core/lint/rule.ts';
import { nameText } from '../core/schema/names.ts';

/** An enum label that the rollback does not take away. */
export const rule: Rule = {
  id: 'rollback-enum-value',
  group: 'rollback',
  severity: 'warning',
  summary: 'enum label that stays after the rollback',
  why: 'PostgreSQL has no ALTER TYPE … DROP VALUE: the label stays, rows may keep it, and the next `up` fails because it is there already.',
  rewrite:
    'make the type anew in the rollback, with the old labels, and ALTER COLUMN … TYPE; or write ADD VALUE IF NOT EXISTS in the migration and accept that the label stays: -- @allow rollback-enum-value why',
  bad: {
    before: "CREATE TYPE level AS ENUM ('low', 'high');\nCREATE TABLE courses (id bigint PRIMARY KEY);",
    up: "ALTER TYPE level ADD VALUE 'middle';\nCOMMENT ON TYPE level IS 'three of them';",
    down: 'COMMENT ON TYPE level IS NULL;',
  },
  good: {
    before: "CREATE TYPE level AS ENUM ('low', 'high');\nCREATE TABLE courses (id bigint PRIMARY KEY);",
    up: "ALTER TYPE level ADD VALUE 'middle';",
    down: `ALTER TYPE level RENAME TO level_with_middle;
CREATE TYPE level AS ENUM ('low', 'high');
DROP TYPE level_with_middle;`,
  },
  sources: [
    'https://www.postgresql.org/docs/current/datatype-enum.html#DATATYPE-ENUM-IMPLEMENTATION-DETAILS',
  ],
  lookAtPair: ({ up, down }) => {
    if (down === undefined) return [];
    return up.after.enums.flatMap((type) => {
      const before = up.before.enum(type);
      const after = down.after.enum(type);
      if (after === undefined || (before !== undefined && before.origin !== type.origin)) return [];
      // Of an enum that no file made, the labels that this file added are known all the same.
      const added = type.added.filter(({ origin }) => origin?.path === up.path).map(({ label }) => label);
      return added
        .filter((label) => after.labels.includes(label))
        .map((label) => ({ message: `the label '${label}' of ${nameText(type)} stays after the rollback` }));
    });
  },
};
