import { describe, expect, it } from 'vitest';
import { HISTORY_TABLES, HISTORY_VERSION, historyUpgrades } from '../../../src/backends/history-schema.ts';
import { splitStatements, statementText } from '../../../src/core/statements.ts';

/** The statements of all upgrades. */
function statements(schema: string): string[] {
  return historyUpgrades(schema).flatMap((text) => {
    const split = splitStatements(text);
    expect(split.faults).toEqual([]);
    return split.statements.map((statement) => statementText(text, statement));
  });
}

describe('the history schema', () => {
  it('has one upgrade for each version', () => {
    expect(historyUpgrades('lms_db')).toHaveLength(HISTORY_VERSION);
  });

  it('qualifies everything that it makes, so that it works with an empty search_path', () => {
    for (const statement of statements('lms_db')) {
      const made = /^(?:create (?:table|function)|comment on (?:table|column|function)) (\S+)/.exec(
        statement,
      );
      const on = /^create (?:index|trigger) [\s\S]*? on (\S+)/.exec(statement);
      expect((made ?? on)?.[1], statement).toMatch(/^"lms_db"\./);
    }
  });

  it('gives every function a search_path of its own', () => {
    const functions = statements('lms_db').filter((statement) => statement.startsWith('create function'));
    expect(functions.length).toBeGreaterThan(0);
    for (const statement of functions) expect(statement).toContain("set search_path = ''");
  });

  it('comments every table', () => {
    const all = statements('lms_db');
    const tables = all.flatMap((statement) => /^create table (\S+)/.exec(statement)?.[1] ?? []);
    const commented = all.flatMap((statement) => /^comment on table (\S+)/.exec(statement)?.[1] ?? []);
    expect(commented).toEqual(tables);
  });

  it('lists its tables', () => {
    const made = statements('lms_db').flatMap(
      (text) => /^create table "lms_db"\.(\w+)/.exec(text)?.[1] ?? [],
    );
    expect(made).toEqual(HISTORY_TABLES);
  });

  it('keeps a schema with any name in quotes', () => {
    const schema = `my "history"; it's`;
    const texts = statements(schema);
    expect(texts).toHaveLength(statements('lms_db').length);
    expect(texts[0]).toMatch(/^create table "my ""history""; it's"\.settings/);
    expect(texts.join('\n')).toContain(`'my "history"; it''s.claim'`);
  });
});
