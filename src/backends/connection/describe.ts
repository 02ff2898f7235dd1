import type { ConnectionParameters } from '../parameters.ts';

/** `app@db.example.com:5432/lms`: who, where and what, never the password. */
export function describeConnection(
  parameters: Pick<ConnectionParameters, 'host' | 'port' | 'database' | 'user'>,
): string {
  const { host, port, database, user } = parameters;
  // An IPv6 address has colons of its own (RFC 3986, section 3.2.2).
  const where = host.includes(':') && !host.startsWith('/') ? `[${host}]` : host;
  return `${user}@${where}:${port}/${database}`;
}
