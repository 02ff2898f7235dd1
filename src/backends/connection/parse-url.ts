import { KEYWORD_BY_NAME, FOREIGN_PARAMETERS, KEYWORDS } from './keywords.ts';
import { nearest } from '../../core/suggestion.ts';
import { connectionProblem } from './problem.ts';

/** Parameters by libpq's names. An empty value is left out: it means the default. */
export type Keywords = Map<string, string>;

const ENCODE =
  'percent-encode special characters in user and password: %40 for @, %3A for :, %2F for /, %25 for %';

const EXAMPLES = 'write postgres://user@host:5432/database, or "host=… dbname=… user=…"';

/**
 * Reads a URL (`postgres://`, `postgresql://`) or a `key=value` string as libpq does. `source` is how
 * messages name it: `--url`, `DATABASE_URL`. Throws ConfigError; no value is ever repeated in it.
 */
export function parseConnectionText(text: string, source: string): Keywords {
  const trimmed = text.trim();
  if (trimmed === '') throw connectionProblem(source, 'is empty', EXAMPLES);
  if (trimmed.includes('\0')) throw connectionProblem(source, 'holds a NUL character', EXAMPLES);
  const scheme = /^([A-Za-z][A-Za-z0-9+.:-]*):\/\//.exec(trimmed);
  if (scheme !== null) {
    const [whole, name = ''] = scheme;
    // libpq knows the two schemes in lower case only; nobody means another thing by upper case.
    if (name.toLowerCase() === 'postgres' || name.toLowerCase() === 'postgresql') {
      return parseUrl(trimmed.slice(whole.length), source);
    }
    const hint = name.startsWith('jdbc:')
      ? 'leave out jdbc: and put user and password in front of the host: postgres://user:password@host/database'
      : EXAMPLES;
    throw connectionProblem(source, `is a URL of ${name}://, not of PostgreSQL`, hint);
  }
  if (trimmed.includes('=')) return parsePairs(trimmed, source);
  throw connectionProblem(source, 'is neither a URL nor a list of key=value', EXAMPLES);
}

function parseUrl(rest: string, source: string): Keywords {
  const keywords: Keywords = new Map();
  const question = rest.indexOf('?');
  const head = question === -1 ? rest : rest.slice(0, question);
  const slash = head.indexOf('/');
  const authority = slash === -1 ? head : head.slice(0, slash);
  // libpq takes the first @, a browser the last: no host holds an @, so the last one reads both.
  const at = authority.lastIndexOf('@');
  if (at === -1 && head.includes('@')) {
    throw connectionProblem(source, 'has a / in front of its @', ENCODE);
  }
  if (at !== -1) readCredentials(authority.slice(0, at), keywords, source);
  readHost(authority.slice(at + 1), keywords, source);
  if (slash !== -1)
    put(keywords, 'dbname', decode(head.slice(slash + 1), 'the name of the database', source));
  if (question !== -1) readParameters(rest.slice(question + 1), keywords, source);
  return keywords;
}

function readCredentials(credentials: string, keywords: Keywords, source: string): void {
  const colon = credentials.indexOf(':');
  put(keywords, 'user', decode(colon === -1 ? credentials : credentials.slice(0, colon), 'the user', source));
  if (colon !== -1) put(keywords, 'password', decode(credentials.slice(colon + 1), 'the password', source));
}

function readHost(text: string, keywords: Keywords, source: string): void {
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    if (close === -1) throw connectionProblem(source, 'has an IPv6 address without its closing ]', EXAMPLES);
    if (close === 1) throw connectionProblem(source, 'has an empty IPv6 address', EXAMPLES);
    const after = text.slice(close + 1);
    if (after.includes(',')) refuseSeveral(source);
    if (after !== '' && !after.startsWith(':')) {
      throw connectionProblem(source, 'has something other than a port after its IPv6 address', EXAMPLES);
    }
    put(keywords, 'host', decode(text.slice(1, close), 'the host', source));
    put(keywords, 'port', after.slice(1));
    return;
  }
  if (text.includes(',')) refuseSeveral(source);
  const colon = text.indexOf(':');
  if (colon !== -1 && text.includes(':', colon + 1)) {
    throw connectionProblem(
      source,
      'has more than one colon after the host',
      'write an IPv6 address in brackets: [::1]:5432',
    );
  }
  put(keywords, 'host', decode(colon === -1 ? text : text.slice(0, colon), 'the host', source));
  if (colon === -1) return;
  const port = text.slice(colon + 1);
  // Where it is no number it is most likely the start of a password: it is not repeated.
  if (!/^\d*$/.test(port)) throw connectionProblem(source, 'has a port that is not a number', ENCODE);
  put(keywords, 'port', port);
}

/** A migration has to know which server it changes. */
export function refuseSeveral(source: string): never {
  throw connectionProblem(
    source,
    'names several hosts',
    'name one, the primary: a migration has to know which server it changes',
  );
}

function readParameters(query: string, keywords: Keywords, source: string): void {
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    if (equals === -1) throw connectionProblem(source, 'has a parameter without a =', ENCODE);
    const name = decode(pair.slice(0, equals), 'the name of a parameter', source);
    const raw = pair.slice(equals + 1);
    if (raw.includes('=') && !KEYWORD_BY_NAME.has(name)) throw unknownParameter(name, source);
    if (raw.includes('=')) {
      throw connectionProblem(source, `has a second = in the parameter ${name}`, 'percent-encode it: %3D');
    }
    const value = decode(raw, `the parameter ${name}`, source);
    // JDBC's way to say it, which libpq translates too (fe-connect.c, conninfo_uri_parse_params).
    if (name === 'ssl' && value === 'true') put(keywords, 'sslmode', 'require');
    // Only tells Node's parser to mean what libpq means, which is what is done here.
    else if (name === 'uselibpqcompat') continue;
    else store(keywords, name, value, source);
  }
}

/** `host=db.example.com password='it\'s'`: fe-connect.c, conninfo_parse. */
function parsePairs(text: string, source: string): Keywords {
  const keywords: Keywords = new Map();
  let at = 0;
  const isSpace = (): boolean => /\s/.test(text.charAt(at));
  const skipSpace = (): void => {
    while (isSpace()) at += 1;
  };
  const escaped = (): string => {
    if (text.charAt(at) === '\\') at += 1;
    at += 1;
    return text.charAt(at - 1);
  };
  skipSpace();
  while (at < text.length) {
    const from = at;
    while (at < text.length && !isSpace() && text.charAt(at) !== '=') at += 1;
    const name = text.slice(from, at);
    skipSpace();
    // The word may be the rest of a password with a space in it: it is not repeated.
    if (text.charAt(at) !== '=') {
      throw connectionProblem(
        source,
        'has a word without a = in its list of key=value',
        'put a value with spaces in single quotes',
      );
    }
    at += 1;
    skipSpace();
    let value = '';
    if (text.charAt(at) === "'") {
      at += 1;
      while (at < text.length && text.charAt(at) !== "'") value += escaped();
      if (at >= text.length) {
        throw connectionProblem(
          source,
          'has a quote that is not closed',
          "write \\' for a quote inside quotes",
        );
      }
      at += 1;
    } else {
      while (at < text.length && !isSpace()) value += escaped();
    }
    store(keywords, name, value, source);
    skipSpace();
  }
  return keywords;
}

/** Puts a parameter by its name. Throws ConfigError for a name that libpq does not know. */
export function store(keywords: Keywords, name: string, value: string, source: string): void {
  if (!KEYWORD_BY_NAME.has(name)) throw unknownParameter(name, source);
  put(keywords, name, value);
}

function unknownParameter(name: string, source: string): Error {
  const known = KEYWORDS.filter(({ effect }) => effect !== 'refused').map((keyword) => keyword.name);
  const foreign = FOREIGN_PARAMETERS[name.toLowerCase()];
  const near = nearest(name, known);
  const hint =
    foreign ??
    (near === undefined
      ? 'see the parameter key words of libpq in PostgreSQL’s manual'
      : `did you mean ${near}?`);
  return connectionProblem(source, `has an unknown parameter ${knownName(name)}`, hint);
}

/** The name, where it looks like one: anything else may be a piece of a password. */
function knownName(name: string): string {
  return /^[A-Za-z_]{1,40}$/.test(name)
    ? `"${name}"`
    : '(its name is not shown: it may be part of a password)';
}

function put(keywords: Keywords, name: string, value: string): void {
  if (value === '') keywords.delete(name);
  else keywords.set(name, value);
}

function decode(text: string, what: string, source: string): string {
  if (!text.includes('%')) return text;
  let value: string;
  try {
    value = decodeURIComponent(text);
  } catch {
    throw connectionProblem(source, `has a % in ${what} that starts no percent-encoding`, ENCODE);
  }
  if (value.includes('\0')) throw connectionProblem(source, `has %00 in ${what}`, ENCODE);
  return value;
}
