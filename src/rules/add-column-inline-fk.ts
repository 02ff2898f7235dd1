import { effectHits, effectsFor } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';
import { isHeavy } from '../core/locks/effect.ts';

/** ADD COLUMN … REFERENCES. */
export const rule: Rule = {
  id: 'add-column-inline-fk',
  group: 'locks',
  severity: 'error',
  summary: 'ADD COLUMN with REFERENCES and a default behind it',
  why: 'The referenced table is locked too, SHARE ROW EXCLUSIVE: nobody writes to it until COMMIT. Without a default the new column is null everywhere, nothing is looked up, and the locks are held for a moment: a notice. With one every row of both tables is read under them.',
  rewrite:
    'add the column alone; then ADD CONSTRAINT … FOREIGN KEY … NOT VALID, and VALIDATE CONSTRAINT in the next file',
  bad: {
    before: 'CREATE TABLE academies (id bigint PRIMARY KEY);\nCREATE TABLE courses (id bigint PRIMARY KEY);',
    up: 'ALTER TABLE courses ADD COLUMN academy_id bigint DEFAULT 1 REFERENCES academies (id);',
  },
  good: {
    before: 'CREATE TABLE academies (id bigint PRIMARY KEY);\nCREATE TABLE courses (id bigint PRIMARY KEY);',
    up: 'ALTER TABLE courses ADD COLUMN academy_id bigint DEFAULT 1;\nALTER TABLE courses ADD CONSTRAINT courses_academy FOREIGN KEY (academy_id) REFERENCES academies (id) NOT VALID;',
  },
  look: (_, context) => {
    const heavy = effectsFor(context, 'add-column-inline-fk').some((effects) => effects.some(isHeavy));
    return effectHits(context, 'add-column-inline-fk').map((hit) =>
      heavy ? hit : { ...hit, severity: 'notice' },
    );
  },
};
