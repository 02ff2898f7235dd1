import { wordsOf } from '../core/lint/body-words.ts';
import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';

/** WHEN OTHERS THEN with nothing behind it. */
export const rule: Rule = {
  id: 'exception-swallowed',
  group: 'functions',
  severity: 'warning',
  summary: 'WHEN OTHERS THEN NULL',
  why: 'Every error is taken for the one that was expected: a misspelt name, a missing privilege, a full disk. The block is rolled back, the migration is recorded as applied, and nobody hears of it.',
  rewrite: 'name the condition that is expected (WHEN duplicate_object THEN NULL), and let the others pass',
  bad: {
    up: `DO $$
BEGIN
  CREATE TYPE level AS ENUM ('low', 'high');
EXCEPTION WHEN OTHERS THEN NULL;
END $$;`,
  },
  good: {
    up: `DO $$
BEGIN
  CREATE TYPE level AS ENUM ('low', 'high');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;`,
  },
  sources: ['https://www.postgresql.org/docs/current/plpgsql-control-structures.html#PLPGSQL-ERROR-TRAPPING'],
  look: (statement) => {
    const isOwn = statementAs(statement, 'CreateFunctionStmt') ?? statementAs(statement, 'DoStmt');
    if (isOwn === undefined) return [];
    return statement.bodies.flatMap(({ language, text }) => {
      if (language !== 'plpgsql') return [];
      const words = wordsOf(text);
      const start = statement.text.indexOf(text);
      return words.flatMap(({ word, offset }, index) => {
        const next = words.slice(index + 1, index + 6).map((one) => one.word);
        const isEmpty = next[2] === 'END' || next[2] === 'WHEN';
        const isNull = next[2] === 'NULL' && next[3] === ';' && (next[4] === 'END' || next[4] === 'WHEN');
        if (word !== 'WHEN' || next[0] !== 'OTHERS' || next[1] !== 'THEN' || !(isEmpty || isNull)) return [];
        return [
          {
            message: 'every error is swallowed here, also the one that nobody thought of',
            offset: start === -1 ? statement.offset : statement.offset + start + offset,
          },
        ];
      });
    });
  },
};
