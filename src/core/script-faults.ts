import { EXIT } from './finding.ts';
import type { Finding } from './finding.ts';
import { placeAt, positionAt } from './place.ts';
import { isPlainScript } from './plain-script.ts';
import { kindOf } from './statement-kind.ts';
import type { StatementKind } from './statement-kind.ts';
import { splitStatements } from './statements.ts';
import type { LexicalFault } from './tokens.ts';

interface Fault {
  readonly offset: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * Everything in a script that must not reach the server, in order of place. `transaction` is false for a file
 * with `@transaction off`. No database is needed: the same faults come out of `lint` and of `up`.
 */
export function faultsOfScript(
  script: { readonly path: string; readonly text: string },
  options: { readonly transaction: boolean },
): readonly Finding[] {
  const { path, text } = script;
  if (isPlainScript(text)) return [];
  const split = splitStatements(text);
  const faults: Fault[] = split.faults.map((fault) => unterminated(text, fault));
  for (const token of split.metaCommands)
    faults.push(metaCommand(text.slice(token.start, token.end), token.start));
  for (const statement of split.statements) {
    const fault = statementFault(kindOf(text, statement), options.transaction);
    if (fault !== undefined) faults.push({ offset: statement.start, ...fault });
  }
  const nul = text.indexOf('\0');
  if (nul !== -1) faults.push({ offset: nul, ...NUL_BYTE });
  const backslash = split.firstBackslashString;
  if (backslash !== undefined && options.transaction) faults.push({ offset: backslash, ...BACKSLASH_STRING });
  return faults
    .sort((left, right) => left.offset - right.offset)
    .map(({ offset, code, message, hint }) => ({
      code,
      severity: 'error',
      message,
      hint,
      place: placeAt(path, text, offset),
      exitCode: EXIT.usage,
    }));
}

const NUL_BYTE = {
  code: 'nul-byte',
  message: 'the file holds a NUL byte: PostgreSQL would read nothing after it',
  hint: 'remove the byte; a file full of them was saved as UTF-16: save it as UTF-8',
};

/** The server reads a whole message before it runs its first statement (postgres.c, exec_simple_query). */
const BACKSLASH_STRING = {
  code: 'backslash-string',
  message:
    'this string has a backslash after SET standard_conforming_strings = off, and its meaning depends on when PostgreSQL reads it: a file in one transaction is read before its SET runs',
  hint: "write the string as E'…', which means the same everywhere, and remove the SET",
};

function unterminated(text: string, { construct, offset, opening }: LexicalFault): Fault {
  const { line, column } = positionAt(text, offset);
  const [what, closing, hint] = describe(construct, opening);
  return {
    offset,
    code: 'unterminated',
    message: `unterminated ${what}: the ${opening} opened on line ${line}, column ${column} has no closing ${closing}`,
    hint,
  };
}

/** What a construct is called, what closes it, and how. */
function describe(construct: LexicalFault['construct'], opening: string): readonly [string, string, string] {
  switch (construct) {
    case 'string':
      return ['string', "'", "close it with '; a ' inside a string is written twice: ''"];
    case 'quoted-identifier':
      return ['quoted identifier', '"', 'close it with "; a " inside an identifier is written twice: ""'];
    case 'dollar-string':
      return ['dollar-quoted string', opening, `close it with ${opening}, in the same upper and lower case`];
    case 'comment':
      return [
        'comment',
        '*/',
        'close it with */; comments nest, so every /* inside it needs a */ of its own',
      ];
    case 'body':
      return [
        'function body',
        'END',
        'end the last statement of the body with a semicolon and write END; after it',
      ];
  }
}

/** What to do in the place of a psql command, by its name. */
const INSTEAD: readonly (readonly [names: RegExp, hint: string])[] = [
  [/^(?:c|connect)$/, 'remove the line; --url or the config says which database the file runs in'],
  [
    /^(?:i|ir|include|include_relative)$/,
    'write the SQL of that file here, or make it a migration of its own',
  ],
  [/^copy$/, 'put the rows into seeds/<project>/<environment>/<table>.csv; lms-db seed loads them'],
  [/^(?:g|gx|gset|gexec|gdesc|crosstabview|watch)$/, 'end the statement with a semicolon'],
  [
    /^(?:set|unset|getenv|setenv|prompt)$/,
    'remove the line and write the values where they are used: the files know no variables',
  ],
  [/^(?:if|elif|else|endif)$/, 'write the condition in SQL: DO $$ BEGIN IF … THEN … END IF; END $$'],
  [/^(?:restrict|unrestrict)$/, 'remove the line: pg_dump writes it for psql'],
];

function metaCommand(line: string, offset: number): Fault {
  const name = /^\\([a-z_]+\+?|.?)/iu.exec(line)?.[1] ?? '';
  return {
    offset,
    code: 'psql-meta-command',
    message: `\\${name} is a command of psql; lms-db sends SQL to the server, which does not know it`,
    hint: INSTEAD.find(([names]) => names.test(name))?.[1] ?? 'remove the line',
  };
}

function statementFault(kind: StatementKind, transaction: boolean): Omit<Fault, 'offset'> | undefined {
  const { action, nonTransactional } = kind;
  switch (action.kind) {
    case 'copy-from-stdin':
      return {
        code: 'copy-from-stdin',
        message: 'COPY … FROM STDIN waits for rows from the client, and a file that lms-db sends has none',
        hint: 'put the rows into seeds/<project>/<environment>/<table>.csv, or write INSERT',
      };
    case 'copy-to-stdout':
      return {
        code: 'copy-to-stdout',
        message: 'COPY … TO STDOUT sends rows to the client, and lms-db has nowhere to put them',
        hint: 'remove it; a query whose rows matter is a check: checks/<project>/',
      };
    case 'transaction-control':
      return transactionControl(action.statement, transaction);
    case 'prepare-transaction':
      return {
        code: 'prepare-transaction',
        message:
          'PREPARE TRANSACTION is refused: it leaves a transaction that keeps its locks after the run, even after a restart of the server, until somebody ends it by hand',
        hint: 'remove it; lms-db commits the file and its record together',
      };
    case 'discard-all':
      return {
        code: 'discard-all',
        message:
          'DISCARD ALL is refused: it takes away the lock_timeout and the other settings that lms-db made for this file',
        hint: 'remove it; lms-db resets the session after each file',
      };
    default:
      if (nonTransactional === undefined || !transaction) return undefined;
      return {
        code: 'non-transactional-statement',
        message: `${nonTransactional.statement} cannot run inside a transaction (SQLSTATE ${nonTransactional.sqlstate}), and this file runs in one`,
        hint: 'write "-- @transaction off" as the first line of the file, best of a file with this statement alone',
      };
  }
}

function transactionControl(statement: string, transaction: boolean): Omit<Fault, 'offset'> {
  return {
    code: 'transaction-control',
    message: transaction
      ? `${statement} is refused: lms-db opens and ends the transaction, so that the file and its record commit together`
      : `${statement} is refused: a file with "@transaction off" runs its statements one at a time and records each of them`,
    hint: transaction
      ? 'remove it; statements that cannot run in a transaction go into a file of their own that starts with "-- @transaction off"'
      : 'remove it; statements that belong into one transaction go into a file without "@transaction off"',
  };
}

/** The text of a file, or why its bytes are none. */
export type DecodedScript =
  | { readonly text: string; readonly byteOrderMark: boolean; readonly fault?: undefined }
  | { readonly fault: Finding };

/** Reads a file's bytes as UTF-8 and takes off a byte order mark, which PostgreSQL would take for a word. */
export function decodeScript(path: string, bytes: Uint8Array): DecodedScript {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'little'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'big'
        : undefined;
  if (utf16 !== undefined) {
    const message = `the file is UTF-16 (${utf16} endian, by its byte order mark); lms-db reads UTF-8`;
    return notUtf8({ file: path, line: 1, column: 1 }, message);
  }
  const byteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const content = byteOrderMark ? bytes.subarray(3) : bytes;
  try {
    return {
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content),
      byteOrderMark,
    };
  } catch {
    const length = validLength(content);
    const valid = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content.subarray(0, length));
    const place = placeAt(path, valid, valid.length);
    const byte = (content[length] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    return notUtf8(place, `byte 0x${byte} on line ${place.line}, column ${place.column} is not UTF-8`);
  }
}

function notUtf8(place: Finding['place'], message: string): DecodedScript {
  const hint = 'save the file as UTF-8';
  return { fault: { code: 'not-utf8', severity: 'error', message, hint, place, exitCode: EXIT.usage } };
}

/** How many bytes from the start are whole characters of UTF-8 (RFC 3629, section 4). */
function validLength(bytes: Uint8Array): number {
  let index = 0;
  while (index < bytes.length) {
    const lead = bytes[index] ?? 0;
    const size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (size === 0) return index;
    for (let rest = 1; rest < size; rest += 1) {
      const byte = bytes[index + rest] ?? 0;
      // No overlong forms, no surrogates, nothing beyond U+10FFFF.
      const low = rest > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
      const high = rest > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
      if (byte < low || byte > high) return index;
    }
    index += size;
  }
  return index;
}
