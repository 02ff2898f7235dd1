import { EXIT } from './finding.ts';
import type { Finding } from './finding.ts';
import type { CsvDialect } from './seed.ts';
import { CsvReader } from './seed-csv.ts';
import { JsonFault, parseMembers } from './seed-json.ts';
import { readDataDirective } from './seed-directives.ts';
import type { DataDirectives } from './seed-directives.ts';

/** What the beginning of a data file says. */
export interface DataHead extends DataDirectives {
  readonly dialect: CsvDialect;
  /** The columns of the header, or the keys of the first object. */
  readonly columns: readonly string[];
  readonly skippedBytes: number;
  readonly skippedLines: number;
  readonly faults: readonly Finding[];
}

/** The first bytes of a file. `complete` says that they are all of it. */
export interface HeadBytes {
  readonly path: string;
  readonly format: 'csv' | 'ndjson';
  readonly bytes: Uint8Array;
  readonly complete: boolean;
}

const LF = 10;
const CR = 13;
const HASH = 35;
const DEFAULT_DIALECT: CsvDialect = { delimiter: ',', quote: '"', nullMarker: '' };

/**
 * Reads the comment lines at the top of a data file, and its header or first object. Undefined when the bytes
 * end before that does.
 */
export function readDataHead(head: HeadBytes): DataHead | undefined {
  const { path, format, bytes, complete } = head;
  const faults: Finding[] = [];
  const directives: DataDirectives & { dialect: CsvDialect } = { dialect: DEFAULT_DIALECT };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    faults.push(
      faultAt(path, 1, 'not-utf8', 'the file is UTF-16, and lms-db reads UTF-8', 'save it as UTF-8'),
    );
    return { ...directives, columns: [], skippedBytes: 0, skippedLines: 0, faults };
  }
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const seen = new Set<string>();
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let line = 1;
  for (;;) {
    const first = bytes[at];
    if (first !== HASH && first !== LF && first !== CR) break;
    const end = lineEndOf(bytes, at);
    if (end === undefined && !complete) return undefined;
    const stop = end ?? bytes.length;
    const text = decoder.decode(bytes.subarray(at, stop)).trimEnd();
    const problem = readDataDirective(text, format, directives, seen);
    if (problem !== undefined) faults.push(faultAt(path, line, 'directive', problem.problem, problem.hint));
    at = stop;
    line += 1;
  }
  const where = { skippedBytes: at, skippedLines: line - 1 };
  const text = decoder.decode(bytes.subarray(at));
  const columns =
    format === 'csv'
      ? csvColumns(path, text, directives.dialect, line, complete)
      : jsonColumns(path, text, line, complete);
  if (columns === undefined) return undefined;
  return { ...directives, ...where, columns: columns.columns, faults: [...faults, ...columns.faults] };
}

interface Columns {
  readonly columns: readonly string[];
  readonly faults: readonly Finding[];
}

function csvColumns(
  path: string,
  text: string,
  dialect: CsvDialect,
  line: number,
  complete: boolean,
): Columns | undefined {
  const [header] = new CsvReader(dialect, line).read(text, complete);
  if (header === undefined && !complete) return undefined;
  const fields = header?.fields ?? [];
  const fault = (message: string, hint: string): Columns => ({
    columns: [],
    faults: [faultAt(path, line, 'header', message, hint)],
  });
  if (header === undefined) {
    return fault(`${path} has no header`, 'the first line names the columns: id,name,created_at');
  }
  const columns: string[] = [];
  for (const [index, field] of fields.entries()) {
    if (field === undefined || field === '') {
      return fault(`column ${index + 1} of the header has no name`, 'name it, or remove it with its values');
    }
    if (field.includes('\ufffd')) return fault('the header is not UTF-8', 'save the file as UTF-8');
    if (columns.includes(field)) return fault(`the header names "${field}" twice`, 'remove one of them');
    columns.push(field);
  }
  const [only] = columns;
  const other = columns.length === 1 ? /[;\t|]/.exec(only ?? '')?.[0] : undefined;
  if (other !== undefined) {
    const name = other === '\t' ? 'tab' : other;
    return fault(
      `the header has one column, "${(only ?? '').replaceAll('\t', ' ')}"`,
      `if "${name}" stands between the values, say so in a line above: # @delimiter ${name}`,
    );
  }
  return { columns, faults: [] };
}

function jsonColumns(path: string, text: string, line: number, complete: boolean): Columns | undefined {
  const end = text.indexOf('\n');
  if (end === -1 && !complete) return undefined;
  const first = end === -1 ? text : text.slice(0, end);
  if (first.trim() === '') {
    const message = `${path} has no object`;
    return { columns: [], faults: [faultAt(path, line, 'header', message, 'write one JSON object a line')] };
  }
  try {
    const { keys } = parseMembers(first);
    if (keys.length > 0) return { columns: keys, faults: [] };
    const hint = 'its keys are the columns: {"name": "value"}';
    return { columns: [], faults: [faultAt(path, line, 'header', 'the first object has no key', hint)] };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const fault = faultAt(path, line, 'header', error.message, 'write one JSON object a line');
    return { columns: [], faults: [{ ...fault, place: { file: path, line, column: error.offset + 1 } }] };
  }
}

/** Behind the line end; undefined where there is none. */
function lineEndOf(bytes: Uint8Array, from: number): number | undefined {
  const lf = bytes.indexOf(LF, from);
  const cr = bytes.indexOf(CR, from);
  if (lf === -1 && cr === -1) return undefined;
  if (cr === -1 || (lf !== -1 && lf < cr)) return lf + 1;
  return bytes[cr + 1] === LF ? cr + 2 : cr + 1;
}

function faultAt(
  file: string,
  line: number,
  code: string,
  message: string,
  hint: string | undefined,
): Finding {
  return { code, severity: 'error', exitCode: EXIT.usage, message, hint, place: { file, line, column: 1 } };
}
