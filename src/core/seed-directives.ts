import { parseIdentifier, parseTable } from './seed-name.ts';
import type { SeedTable } from './seed-name.ts';
import type { CsvDialect } from './seed.ts';
import { nearest } from './suggestion.ts';

/** What the comment lines at the top of a data file say. */
export interface DataDirectives {
  table?: SeedTable | undefined;
  key?: readonly string[] | undefined;
}

type Into = DataDirectives & { dialect: CsvDialect };

/** What is wrong with a line, and what to write. */
export interface DirectiveProblem {
  readonly problem: string;
  readonly hint?: string | undefined;
}

interface DataDirective {
  readonly name: string;
  readonly form: string;
  readonly meaning: string;
  readonly formats: readonly ('csv' | 'ndjson')[];
  readonly read: (value: string, into: Into) => DirectiveProblem | undefined;
}

const CHARACTERS: Readonly<Record<string, string>> = { tab: '\t', comma: ',', semicolon: ';', pipe: '|' };

/** The directives of data files, `# @name value`: the one list that the parser and the documentation read. */
export const DATA_DIRECTIVES: readonly DataDirective[] = [
  {
    name: 'key',
    form: 'COLUMN, …',
    meaning: 'the columns that tell one row from another: those of a unique key; without it the primary key',
    formats: ['csv', 'ndjson'],
    read(value, into) {
      const columns: string[] = [];
      for (const written of value.split(',')) {
        const column = parseIdentifier(written.trim());
        if (column === undefined) {
          return {
            problem: `@key takes columns, not "${written.trim()}"`,
            hint: 'write # @key resource_type, action',
          };
        }
        if (columns.includes(column))
          return { problem: `@key names "${column}" twice`, hint: 'name it once' };
        columns.push(column);
      }
      into.key = columns;
      return undefined;
    },
  },
  {
    name: 'table',
    form: '[SCHEMA.]TABLE',
    meaning: 'the table, where the name of the file does not say it',
    formats: ['csv', 'ndjson'],
    read(value, into) {
      into.table = parseTable(value);
      return into.table === undefined
        ? { problem: `@table takes a table, not "${value}"`, hint: 'write # @table app.permissions' }
        : undefined;
    },
  },
  {
    name: 'null',
    form: 'MARKER',
    meaning:
      'what stands, without quotes, for NULL; without it an empty value does, and "" is the empty string',
    formats: ['csv'],
    read(value, into) {
      if (value === '') return { problem: '@null says nothing', hint: 'write # @null \\N' };
      into.dialect = { ...into.dialect, nullMarker: value };
      return undefined;
    },
  },
  {
    name: 'delimiter',
    form: 'CHARACTER',
    meaning: 'what stands between two values: one character, or tab, comma, semicolon, pipe',
    formats: ['csv'],
    read: (value, into) =>
      readCharacter('delimiter', value, (delimiter) => (into.dialect = { ...into.dialect, delimiter })),
  },
  {
    name: 'quote',
    form: 'CHARACTER',
    meaning: 'what stands around a value, and twice for itself inside one',
    formats: ['csv'],
    read: (value, into) =>
      readCharacter('quote', value, (quote) => (into.dialect = { ...into.dialect, quote })),
  },
];

const LINE = /^#[ \t]*@[ \t]*([\p{L}_][\p{L}\p{N}_-]*)[ \t]*:?[ \t]*(.*)$/u;

/** Reads one comment line of a data file into `into`. A comment without an `@` says nothing. */
export function readDataDirective(
  line: string,
  format: 'csv' | 'ndjson',
  into: Into,
  seen: Set<string>,
): DirectiveProblem | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const [, name = '', value = ''] = match;
  const directive = DATA_DIRECTIVES.find((candidate) => candidate.name === name);
  const known = DATA_DIRECTIVES.filter(({ formats }) => formats.includes(format)).map((each) => each.name);
  if (directive === undefined) {
    const meant = nearest(name, known);
    const list = known.map((each) => `@${each}`).join(', ');
    return {
      problem: `unknown directive @${name}`,
      hint:
        meant === undefined ? `known are ${list}; write a remark without the @` : `did you mean @${meant}?`,
    };
  }
  if (!directive.formats.includes(format)) {
    return { problem: `@${name} does not belong in a file of JSON`, hint: 'remove the line' };
  }
  if (seen.has(name)) return { problem: `@${name} stands twice`, hint: 'keep one of the two lines' };
  seen.add(name);
  return directive.read(value.trim(), into) ?? dialectProblem(into.dialect);
}

function readCharacter(
  name: string,
  value: string,
  put: (character: string) => void,
): DirectiveProblem | undefined {
  const character = CHARACTERS[value] ?? value;
  // COPY takes one byte, and no letter, digit, dot, line end or backslash between values.
  if (!/^[\t -~]$/.test(character) || /[a-z0-9.\\]/i.test(character)) {
    return {
      problem: `@${name} takes one character, not "${value}"`,
      hint: `write # @${name} ${name === 'quote' ? "'" : ';'}`,
    };
  }
  put(character);
  return undefined;
}

/** What COPY refuses of three that are each right. */
function dialectProblem({ delimiter, quote, nullMarker }: CsvDialect): DirectiveProblem | undefined {
  if (delimiter === quote) return { problem: `"${quote}" cannot be both delimiter and quote` };
  const inside = [delimiter, quote].find((character) => nullMarker.includes(character));
  return inside === undefined ? undefined : { problem: `the null marker must not contain "${inside}"` };
}
