import { connectionProblem } from './problem.ts';
import { store } from './parse-url.ts';
import type { Keywords } from './parse-url.ts';
import type { FoundFile, Surroundings } from './surroundings.ts';

/**
 * The parameters of a service (https://www.postgresql.org/docs/current/libpq-pgservice.html): the user's
 * file first, then the system's. Throws ConfigError when no file defines it or its section is malformed.
 */
export function serviceParameters(
  service: string,
  file: string | undefined,
  around: Surroundings,
  source: string,
): Keywords {
  const { home, variables, windows } = around;
  const userFile =
    file ??
    (windows ? `${variables['APPDATA'] ?? home}/postgresql/.pg_service.conf` : `${home}/.pg_service.conf`);
  const systemDirectory = variables['PGSYSCONFDIR'];
  // Debian compiles its own directory into libpq; elsewhere it lies under the installation, out of sight from here.
  const systemFile = `${systemDirectory === undefined || systemDirectory === '' ? '/etc/postgresql-common' : systemDirectory}/pg_service.conf`;
  const files = [userFile, systemFile];
  for (const path of files) {
    const found = readServiceFile(path, around, source);
    const section = found === undefined ? undefined : sectionOf(found.text, service, path);
    if (section !== undefined) return section;
  }
  throw connectionProblem(
    source,
    `service "${service}" is defined in neither ${files.join(' nor ')}`,
    `add a section [${service}] with host, port, dbname and user, or set PGSERVICEFILE`,
  );
}

function readServiceFile(path: string, around: Surroundings, source: string): FoundFile | undefined {
  try {
    return around.read(path);
  } catch (cause) {
    throw connectionProblem(source, `the service file ${path} cannot be read`, 'see its permissions', cause);
  }
}

function sectionOf(text: string, service: string, path: string): Keywords | undefined {
  let section: Keywords | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    const where = `${path}:${index + 1}`;
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      // Only the first section of that name counts (fe-connect.c, parseServiceFile).
      if (section !== undefined) return section;
      if (line === `[${service}]`) section = new Map();
      continue;
    }
    if (section === undefined) continue;
    if (line.startsWith('ldap:') || line.startsWith('ldaps:')) {
      throw connectionProblem(
        where,
        'looks the service up by LDAP, which lms-db does not',
        'write host, port, dbname and user instead',
      );
    }
    const equals = line.indexOf('=');
    if (equals === -1) throw connectionProblem(where, 'is not key=value');
    const key = line.slice(0, equals);
    if (key === 'service' || key === 'servicefile') {
      throw connectionProblem(where, 'a service cannot name another service');
    }
    // The first of two wins here, unlike in a URL.
    if (!section.has(key)) store(section, key, line.slice(equals + 1), where);
  }
  return section;
}
