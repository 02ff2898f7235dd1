import { join } from 'node:path';
import type { EmbeddedServer } from './server.ts';
import { writePrivateFile } from './private-file.ts';

/** The libpq password file of a cluster (`PGPASSFILE`), mode 600, in the folder `EmbeddedServer.home`. */
export function pgpassFile(home: string): string {
  return join(home, 'pgpass');
}

/** https://www.postgresql.org/docs/current/libpq-pgpass.html: `:` and `\` are escaped. */
function escape(field: string): string {
  return field.replaceAll('\\', '\\\\').replaceAll(':', '\\:');
}

/**
 * Writes the password file anew for a port on this machine, and for the unix socket, so that psql and
 * applications connect without the password being shown. Gives back its path.
 */
export function writePgpass(server: EmbeddedServer, port: number): string {
  const { host, user, password = '', port: socketPort } = server.parameters;
  const places: readonly (readonly [string, number])[] = [
    ['127.0.0.1', port],
    ['localhost', port],
    [host, socketPort],
  ];
  const lines = places.map(([name, number]) =>
    [name, String(number), '*', user, password].map(line).join(':'),
  );
  const path = pgpassFile(server.home);
  writePrivateFile(path, `${lines.join('\n')}\n`, server.home);
  return path;
}

function line(field: string): string {
  return field === '*' ? field : escape(field);
}
