import { literalPattern } from '../../core/literal-pattern.ts';

/** What stands in the place of a secret. */
export const MASK = '***';

/** Names of the parameters that hold a secret. */
const SECRET_PARAMETERS: ReadonlySet<string> = new Set([
  'password',
  'sslpassword',
  'oauth_client_secret',
  'scram_client_key',
  'scram_server_key',
]);

/**
 * The text with every password masked, whatever its form: URL, `key=value` string, or something that was
 * meant to be one. Where it cannot be told how far a password goes, too much is masked rather than too little.
 */
export function maskUrl(text: string): string {
  const scheme = /^\s*[A-Za-z][A-Za-z0-9+.:-]*:\/\//.exec(text)?.[0];
  return scheme === undefined
    ? maskPairs(maskBareCredentials(text))
    : scheme + maskRest(text.slice(scheme.length));
}

/** Everything after `scheme://`. */
function maskRest(rest: string): string {
  const question = rest.indexOf('?');
  const query = question === -1 ? '' : rest.slice(question + 1);
  // A question mark that starts no list of parameters belongs to a password that was not encoded.
  const isQuery = question !== -1 && (!query.includes('@') || isParameterList(query));
  const head = isQuery ? rest.slice(0, question) : rest;
  const at = head.lastIndexOf('@');
  const credentials = at === -1 ? '' : head.slice(0, at);
  const colon = credentials.indexOf(':');
  const address = at === -1 ? maskPairs(head) : maskPairs(head.slice(at));
  const shown = at === -1 ? '' : colon === -1 ? credentials : `${credentials.slice(0, colon)}:${MASK}`;
  // `user:pass/word` without an @: a port is a number, and this is none.
  const port = /^[^:/?[\]]*:([^/?]*)/.exec(head)?.[1];
  if (at === -1 && port !== undefined && !/^[\d,:A-Za-z.-]*$/.test(port)) return MASK;
  if (at === -1 && port !== undefined && /[A-Za-z]/.test(port) && !port.includes(',')) {
    return `${head.slice(0, head.indexOf(':'))}:${MASK}`;
  }
  return shown + address + (isQuery ? `?${maskQuery(query)}` : '');
}

function isParameterList(query: string): boolean {
  return query.split('&').every((pair) => /^[A-Za-z_%0-9]+=/.test(pair));
}

function maskQuery(query: string): string {
  let inSecret = false;
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      // `password=a&b`: what comes after an ampersand that starts no parameter is the password's rest.
      if (equals === -1) return inSecret ? MASK : pair;
      const key = pair.slice(0, equals);
      inSecret = SECRET_PARAMETERS.has(decoded(key).trim().toLowerCase());
      return inSecret ? `${key}=${MASK}` : pair;
    })
    .join('&');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `password = 'it\'s'` and its like; a quote that is never closed is masked to the end. */
function maskPairs(text: string): string {
  return text.replace(
    /\b(password|sslpassword|passwd|pwd|oauth_client_secret|scram_client_key|scram_server_key)(\s*[=:]\s*)('(?:[^'\\]|\\.)*(?:'|$)|"[^"]*(?:"|$)|(?:[^\s\\]|\\.)+)/gis,
    (_, key: string, equals: string) => `${key}${equals}${MASK}`,
  );
}

/** `app:secret@host/db` without a scheme. */
function maskBareCredentials(text: string): string {
  return text.replace(/^(\s*[^\s:@/=]*:)(.*)@/s, `$1${MASK}@`);
}

/**
 * What secrets look like in the messages of a driver, server or library, plain or percent-encoded: to be replaced by
 * MASK. A secret of less than four characters counts only where it stands alone: otherwise the message would be lost
 * with it.
 */
export function secretPattern(secrets: readonly string[]): RegExp {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), encodeURI(secret)]);
  const alternatives = [...new Set(forms)]
    .filter((form) => form !== '')
    // Where several begin at one place, the longest counts.
    .sort((left, right) => right.length - left.length)
    .map((form) => {
      const literal = literalPattern(form);
      return form.length >= 4 ? literal : `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`;
    });
  return new RegExp(alternatives.length === 0 ? '(?!)' : alternatives.join('|'), 'gu');
}
