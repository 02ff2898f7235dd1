import { misplacedDirective } from './directives.ts';
import { directiveLines } from './directive-lines.ts';
import type { DirectiveLine } from './directive-lines.ts';
import { parseExpectation } from './expectation.ts';
import { EXIT } from './finding.ts';
import type { Finding } from './finding.ts';
import { compareVersions } from './migration.ts';
import type { Check } from './migration.ts';
import { placeAt } from './place.ts';
import { Scanner, tokensOf } from './tokens.ts';
import type { Token } from './tokens.ts';

/** What a checks file holds, and what is wrong with it. A check with a fault is left out of `checks`. */
export interface ParsedChecks {
  readonly checks: readonly Check[];
  readonly faults: readonly Finding[];
}

const EXAMPLE = 'start it with `-- @check no course without an academy`, then write its query';

/** Words that a query begins with (https://www.postgresql.org/docs/current/sql-select.html, sql-values, sql-show). */
const QUERIES: ReadonlySet<string> = new Set(['select', 'with', 'values', 'table', 'show']);

/** Reads a checks file: each `-- @check NAME` starts a check, and the one query up to the next is its own. */
export function parseChecks(path: string, text: string): ParsedChecks {
  const reader = new CheckReader(path, text);
  return { checks: reader.checks, faults: reader.faults };
}

/**
 * The name of an extension, without the quotes that `uuid-ossp` needs in SQL. PostgreSQL refuses two hyphens in a row and
 * one at an end: they part a name from its versions (https://www.postgresql.org/docs/current/extend-extensions.html).
 */
const EXTENSION = /^[a-z0-9_][a-z0-9_.$]*(?:-[a-z0-9_.$]+)*$/;

type MutableCheck = { -readonly [Key in keyof Check]: Check[Key] };

/** Reads one file; a class because every step needs path and text and adds to both lists. */
class CheckReader {
  readonly checks: Check[] = [];
  readonly faults: Finding[] = [];
  readonly #path: string;
  readonly #text: string;

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
    const lines = directiveLines(text).filter((line) => this.#belongs(line));
    const starts = lines.filter((line) => line.name === 'check');
    const firstStart = starts[0]?.start ?? text.length;
    this.#beforeFirst(lines, firstStart, starts.length > 0);
    const names = new Map<string, number>();
    for (const [index, start] of starts.entries()) {
      const end = starts[index + 1]?.start ?? text.length;
      const own = lines.filter((line) => line.start > start.start && line.start < end);
      this.#check(start, own, end, names);
    }
  }

  #fault(offset: number, message: string, hint?: string): void {
    const place = placeAt(this.#path, this.#text, offset);
    this.faults.push({ code: 'check', severity: 'error', exitCode: EXIT.usage, message, hint, place });
  }

  #belongs(line: DirectiveLine): boolean {
    const misplaced = misplacedDirective(line, 'check', placeAt(this.#path, this.#text, line.offset));
    if (misplaced !== undefined && misplaced !== 'ignore') this.faults.push(misplaced);
    return misplaced === undefined;
  }

  #beforeFirst(lines: readonly DirectiveLine[], firstStart: number, some: boolean): void {
    const scanner = new Scanner(this.#text, {}, 0, firstStart);
    const sql = scanner.next() ? scanner.start : undefined;
    if (!some) {
      this.#fault(sql ?? 0, 'a checks file without a single @check', EXAMPLE);
      return;
    }
    if (sql !== undefined) this.#fault(sql, 'SQL stands before the first @check', EXAMPLE);
    for (const line of lines) {
      if (line.start < firstStart) {
        this.#fault(
          line.offset,
          `@${line.name} stands before the first @check`,
          'it belongs in the comment lines after one',
        );
      }
    }
  }

  #check(
    start: DirectiveLine,
    lines: readonly DirectiveLine[],
    end: number,
    names: Map<string, number>,
  ): void {
    const faultsBefore = this.faults.length;
    const tokens = tokensOf(this.#text, {}, start.end, end);
    const place = placeAt(this.#path, this.#text, start.offset);
    const name = start.value;
    const first = names.get(name);
    if (name === '') this.#fault(start.offset, '@check has no name', EXAMPLE);
    else if (first !== undefined) {
      this.#fault(
        start.offset,
        `check "${name}" stands twice, first in line ${first}`,
        'give each check a name of its own',
      );
    } else names.set(name, place.line);
    const check: MutableCheck = {
      name,
      sql: this.#query(start, tokens),
      expectation: { kind: 'no-rows' },
      expected: 'no rows',
      severity: 'error',
      place,
    };
    this.#settings(check, lines, tokens[0]?.start ?? end);
    if (this.faults.length === faultsBefore) this.checks.push(check);
  }

  /** The text of the one query, without its closing semicolon. */
  #query(start: DirectiveLine, tokens: readonly Token[]): string {
    const text = this.#text;
    const isSemicolon = (token: Token): boolean =>
      token.kind === 'punctuation' && text.charAt(token.start) === ';';
    const begin = tokens.findIndex((token) => !isSemicolon(token));
    const [head] = tokens.slice(begin === -1 ? tokens.length : begin);
    if (head === undefined) {
      this.#fault(
        start.offset,
        `check "${start.value}" has no query`,
        'write one query below its comment lines',
      );
      return '';
    }
    const stop = tokens.findIndex((token, index) => index > begin && isSemicolon(token));
    const second = stop === -1 ? undefined : tokens.slice(stop).find((token) => !isSemicolon(token));
    if (second !== undefined) {
      this.#fault(
        second.start,
        `check "${start.value}" has more than one statement`,
        'give each query a @check of its own',
      );
    }
    const word = text.slice(head.start, head.end).toLowerCase();
    if (!QUERIES.has(word) && word !== '(' && head.kind !== 'meta-command') {
      this.#fault(
        head.start,
        `check "${start.value}" is not a query`,
        'a check begins with SELECT, WITH, VALUES, TABLE or SHOW',
      );
    }
    const last = stop === -1 ? tokens.at(-1) : tokens[stop - 1];
    return text.slice(head.start, last?.end ?? head.end);
  }

  #settings(check: MutableCheck, lines: readonly DirectiveLine[], sqlStart: number): void {
    const seen = new Set<string>();
    for (const line of lines) {
      if (line.start > sqlStart) {
        this.#fault(
          line.offset,
          `@${line.name} stands below the query`,
          'move it to the comment lines right after @check',
        );
      } else if (seen.has(line.name)) {
        this.#fault(line.offset, `@${line.name} stands twice in one check`, 'keep one of the two lines');
      } else {
        seen.add(line.name);
        this.#setting(check, line);
      }
    }
    const { since, until } = check;
    if (since !== undefined && until !== undefined && compareVersions(since, until) > 0) {
      const line = lines.find(({ name }) => name === 'until');
      this.#fault(
        line?.offset ?? sqlStart,
        `the check holds at no version: @since ${since} is after @until ${until}`,
        'swap the two',
      );
    }
  }

  #setting(check: MutableCheck, line: DirectiveLine): void {
    const { name, value, valueOffset } = line;
    if (name === 'expect') {
      const parsed = parseExpectation(value);
      if (parsed.problem !== undefined) {
        this.#fault(valueOffset, parsed.problem, parsed.hint);
        return;
      }
      check.expectation = parsed.value;
      check.expected = value.replace(/\s+/g, ' ');
    } else if (name === 'severity') {
      if (value === 'error' || value === 'warning') check.severity = value;
      else {
        const got = value === '' ? 'nothing' : `"${value}"`;
        this.#fault(
          valueOffset,
          `@severity takes error or warning, not ${got}`,
          'without the line a failure is an error',
        );
      }
    } else if (name === 'extension') {
      // As CREATE EXTENSION reads a name: PostGIS is postgis.
      const folded = value.toLowerCase();
      if (EXTENSION.test(folded)) check.extension = folded;
      else {
        const got = value === '' ? 'nothing' : `"${value}"`;
        this.#fault(
          valueOffset,
          `@extension takes the name of one extension, without quotes, not ${got}`,
          'write `-- @extension vector`, the name as pg_extension has it',
        );
      }
    } else if (!/^\d+$/.test(value)) {
      const got = value === '' ? 'nothing' : `"${value}"`;
      this.#fault(valueOffset, `@${name} takes one version, which is digits only, not ${got}`);
    } else if (name === 'since') check.since = value;
    else check.until = value;
  }
}
