import { isIP } from 'node:net';
import type { ConnectionParameters } from '../parameters.ts';
import { KEYWORDS } from './keywords.ts';
import { parseConnectionText, refuseSeveral } from './parse-url.ts';
import type { Keywords } from './parse-url.ts';
import { passwordFromFile } from './pass-file.ts';
import { connectionProblem } from './problem.ts';
import { serviceParameters } from './service-file.ts';
import type { Surroundings } from './surroundings.ts';
import { tlsDecision } from './tls.ts';

/** What is asked for. */
export interface ConnectionRequest {
  /** A URL or `key=value` string; without it variables, files and defaults decide. */
  readonly url?: string | undefined;
  /** How messages name where the URL comes from: `--url`, `DATABASE_URL`, `the url in lms-db.config.json`. */
  readonly source?: string | undefined;
}

/** Where to connect, found from every source. */
export interface ResolvedConnection {
  readonly parameters: ConnectionParameters;
  /** Worth saying before connecting: a password file that was not used. */
  readonly warnings: readonly string[];
  /** What must never be printed. A password that is also the name of the user, database or host is no secret. */
  readonly secrets: readonly string[];
}

/** Where servers put their sockets: Debian's and Red Hat's choice, then PostgreSQL's own. */
const SOCKET_DIRECTORIES = ['/var/run/postgresql', '/tmp'];

/**
 * Everything that is needed to connect, by libpq's order: URL, service, `PG*` variables, defaults; the
 * password also from the password file. Throws ConfigError, with a hint and without any password.
 */
export function resolveConnection(request: ConnectionRequest, around: Surroundings): ResolvedConnection {
  const source = request.source ?? (request.url === undefined ? 'the PG* variables' : 'the URL');
  const keywords = collected(request.url, around, source);
  refuseUnsupported(keywords, source);
  const port = portOf(keywords.get('port'), source);
  const name = keywords.get('host');
  const address = keywords.get('hostaddr');
  if (name?.includes(',') === true || address?.includes(',') === true) refuseSeveral(source);
  if (name?.startsWith('@') === true) {
    throw connectionProblem(
      source,
      'names an abstract unix socket, which Node cannot open',
      'name the directory of the socket, or a host',
    );
  }
  if (address !== undefined && isIP(address) === 0) {
    throw connectionProblem(source, 'hostaddr is not an IP address', 'give the name as host');
  }
  const host = address ?? name ?? defaultHost(port, around);
  const user = keywords.get('user') ?? around.systemUser;
  if (user === undefined) {
    throw connectionProblem(
      source,
      'names no user, and this user of the operating system has no name',
      'put the user into the URL, or set PGUSER',
    );
  }
  const database = keywords.get('dbname') ?? user;
  const { ssl, ...tls } = tlsDecision(keywords, host, around, source);
  const fromFile = keywords.has('password')
    ? {}
    : passwordFromFile(passFile(keywords, around), { host: name ?? host, port, database, user }, around);
  const password = keywords.get('password') ?? fromFile.password;
  const connectTimeout = timeoutOf(keywords.get('connect_timeout'), source);
  const parameters: ConnectionParameters = {
    host,
    port,
    database,
    user,
    password,
    // The certificate bears the name, though the connection goes to the address.
    ssl:
      ssl !== false && address !== undefined && name !== undefined && isIP(name) === 0
        ? { ...ssl, servername: name }
        : ssl,
    ...tls,
    connectTimeout,
    options: keywords.get('options'),
    applicationName: keywords.get('application_name') ?? keywords.get('fallback_application_name'),
    targetSessionAttributes: sessionAttributes(keywords.get('target_session_attrs'), source),
  };
  const shown = new Set([user, database, host, name]);
  const secrets = [password, keywords.get('sslpassword')].filter((secret) => secret !== undefined);
  return {
    parameters,
    warnings: fromFile.warning === undefined ? [] : [fromFile.warning],
    secrets: secrets.filter((secret) => !shown.has(secret)),
  };
}

/** Parameters from URL, service and variables, the first source of each winning. */
function collected(url: string | undefined, around: Surroundings, source: string): Keywords {
  const keywords: Keywords = url === undefined ? new Map<string, string>() : parseConnectionText(url, source);
  const variables: Keywords = new Map();
  for (const { name, variable } of KEYWORDS) {
    const value = variable === undefined ? undefined : around.variables[variable];
    if (value !== undefined && value !== '') variables.set(name, value);
  }
  const add = (more: Keywords): void => {
    const hostIsSet = keywords.has('host') || keywords.has('hostaddr');
    for (const [name, value] of more) {
      // An address from a weaker source must not lead away from the host that was asked for.
      if (keywords.has(name) || (name === 'hostaddr' && hostIsSet)) continue;
      keywords.set(name, value);
    }
  };
  const service = keywords.get('service') ?? variables.get('service');
  if (service !== undefined) {
    const file = keywords.get('servicefile') ?? variables.get('servicefile');
    add(serviceParameters(service, file, around, keywords.has('service') ? source : 'PGSERVICE'));
  }
  add(variables);
  return keywords;
}

/** Refuses what cannot be obeyed. */
function refuseUnsupported(keywords: Keywords, source: string): void {
  for (const { name, effect, values } of KEYWORDS) {
    const value = keywords.get(name);
    if (value === undefined) continue;
    if (effect === 'refused') {
      throw connectionProblem(
        source,
        `${name} is not supported by lms-db`,
        'leave it out, or connect through a proxy that does it',
      );
    }
    if (effect === 'limited' && values?.includes(value.toLowerCase()) !== true) {
      throw connectionProblem(
        source,
        `this value of ${name} is not supported by lms-db`,
        `leave it out, or use ${values?.join(' or ') ?? ''}`,
      );
    }
  }
}

function portOf(text: string | undefined, source: string): number {
  if (text === undefined) return 5432;
  if (text.includes(',')) refuseSeveral(source);
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw connectionProblem(source, 'the port is not a number from 1 to 65535');
  return port;
}

function timeoutOf(text: string | undefined, source: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,6}$/.test(text.trim()))
    throw connectionProblem(source, 'connect_timeout is not a whole number of seconds');
  return Math.max(0, Number(text)) * 1000;
}

function sessionAttributes(
  text: string | undefined,
  source: string,
): ConnectionParameters['targetSessionAttributes'] {
  if (text === undefined) return undefined;
  if (text === 'any' || text === 'read-write' || text === 'primary') return text;
  const known = ['read-only', 'standby', 'prefer-standby'].includes(text);
  throw connectionProblem(
    source,
    known
      ? `target_session_attrs=${text} asks for a server that a migration cannot write to`
      : 'target_session_attrs has a value that does not exist',
    'it is one of any, read-write, primary',
  );
}

/** The socket of a server on this machine where there is one; otherwise TCP, where a container listens. */
function defaultHost(port: number, around: Surroundings): string {
  if (around.windows) return 'localhost';
  return (
    SOCKET_DIRECTORIES.find((directory) => around.exists(`${directory}/.s.PGSQL.${port}`)) ?? 'localhost'
  );
}

function passFile(keywords: Keywords, around: Surroundings): string {
  const { home, variables, windows } = around;
  return (
    keywords.get('passfile') ??
    (windows ? `${variables['APPDATA'] ?? home}/postgresql/pgpass.conf` : `${home}/.pgpass`)
  );
}
