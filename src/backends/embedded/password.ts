import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from './private-file.ts';

/** The superuser of every embedded cluster: the name that psql users and restored dumps expect. */
export const SUPERUSER = 'postgres';

/** The file in a cluster's folder that holds its password, mode 600. */
export function passwordFile(home: string): string {
  return join(home, 'password');
}

/** The password of a cluster, or undefined when its file is gone. */
export function readPassword(home: string): string | undefined {
  try {
    const password = readFileSync(passwordFile(home), 'utf8').trim();
    return password === '' ? undefined : password;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes a random password and its file. */
export function makePassword(home: string): string {
  const password = randomBytes(24).toString('base64url');
  writePrivateFile(passwordFile(home), `${password}\n`, home);
  return password;
}

/**
 * What the server stores instead of the password (RFC 5803, pg_authid.rolpassword), so that the
 * password itself is in no statement and no log. The password must be ASCII: no SASLprep here.
 */
export function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const key = (name: string): Buffer => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest('base64');
  const server = key('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`;
}
