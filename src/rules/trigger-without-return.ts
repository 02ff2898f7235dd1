import { wordsOf } from '../core/lint/body-words.ts';
import { isTriggerFunction } from '../core/lint/routine-facts.ts';
import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { stringsOf } from '../core/lint/syntax.ts';

/** A trigger function that returns nothing. */
export const rule: Rule = {
  id: 'trigger-without-return',
  group: 'functions',
  severity: 'error',
  summary: 'trigger function without RETURN',
  why: 'A trigger function has to end with RETURN, also where the result does not count. Without it every INSERT, UPDATE or DELETE that fires it fails with 2F005, control reached end of trigger procedure without RETURN; CREATE FUNCTION says nothing.',
  rewrite: 'end a BEFORE trigger with RETURN NEW (OLD for DELETE), an AFTER trigger with RETURN NULL',
  bad: {
    up: `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
END $$;`,
  },
  good: {
    up: `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;`,
  },
  sources: ['https://www.postgresql.org/docs/current/plpgsql-trigger.html'],
  look: (statement) => {
    const create = statementAs(statement, 'CreateFunctionStmt');
    if (create === undefined || !isTriggerFunction({ source: statement.node })) return [];
    // Event triggers return void.
    if (stringsOf(create.returnType?.names).at(-1) !== 'trigger') return [];
    return statement.bodies.flatMap(({ language, text, fault }) => {
      if (language !== 'plpgsql' || fault !== undefined) return [];
      const words = new Set(wordsOf(text).map(({ word }) => word));
      // One that always raises needs none.
      if (words.has('RETURN') || words.has('RAISE')) return [];
      const name = stringsOf(create.funcname).join('.');
      return [{ message: `${name} has no RETURN: every statement that fires it fails (2F005)` }];
    });
  },
};
