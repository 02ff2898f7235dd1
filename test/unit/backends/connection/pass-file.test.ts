import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { passwordFromFile } from '../../../../src/backends/connection/pass-file.ts';
import { nodeSurroundings } from '../../../../src/backends/connection/surroundings.ts';
import type { Surroundings } from '../../../../src/backends/connection/surroundings.ts';

const question = { host: 'h', port: 5432, database: 'd', user: 'u' };

function withFile(text: string): Surroundings {
  return { ...nodeSurroundings({}), read: () => ({ text, mode: 0o600, plain: true }) };
}

describe('passwordFromFile', () => {
  it.each([
    ['h:5432:d:u:secret', 'secret'],
    ['*:*:*:*:secret', 'secret'],
    ['h:*:*:u:secret', 'secret'],
    ['x:5432:d:u:no\nh:5432:d:u:first\n*:*:*:*:second', 'first'],
    ['# h:5432:d:u:no\n\nh:5432:d:u:yes\r\n', 'yes'],
    [String.raw`h:5432:d:u:a\:b\\c:d`, String.raw`a:b\c:d`],
    ['h:5432:d:u: with spaces ', ' with spaces '],
    ['h:5432:d:u:', ''],
    ['h:5432:d:u', undefined],
    ['h:5433:d:u:secret', undefined],
    ['h:5432:*x:u:secret', undefined],
    [String.raw`h:5432:\*:u:secret`, undefined],
    ['', undefined],
  ])('finds in %j: %j', (text, password) => {
    expect(passwordFromFile('/p', question, withFile(text)).password).toBe(password);
  });

  it('takes escaped colons in fields', () => {
    const line = String.raw`fe80\:\:1:5432:d:u:six`;
    expect(passwordFromFile('/p', { ...question, host: 'fe80::1' }, withFile(line)).password).toBe('six');
  });

  it.each([
    ['/var/run/postgresql', 'localhost:*:*:*:secret', 'secret'],
    ['/tmp', 'localhost:*:*:*:secret', 'secret'],
    ['/srv/sockets', 'localhost:*:*:*:secret', undefined],
    ['/srv/sockets', '/srv/sockets:*:*:*:secret', 'secret'],
  ])('looks up the socket directory %s', (host, text, password) => {
    expect(passwordFromFile('/p', { ...question, host }, withFile(text)).password).toBe(password);
  });

  it.skipIf(process.platform === 'win32')('uses no real file that others can read', () => {
    const directory = mkdtempSync(join(tmpdir(), 'lms-db-pgpass-'));
    const path = join(directory, 'pgpass');
    try {
      writeFileSync(path, '*:*:*:*:secret\n', { mode: 0o600 });
      expect(passwordFromFile(path, question, nodeSurroundings({}))).toEqual({ password: 'secret' });
      chmodSync(path, 0o640);
      expect(passwordFromFile(path, question, nodeSurroundings({}))).toEqual({
        warning: `the password file ${path} is not used: others can read it; run \`chmod 600 ${path}\``,
      });
      expect(passwordFromFile(directory, question, nodeSurroundings({})).warning).toBe(
        `the password file ${directory} is not a plain file and is not used`,
      );
      expect(passwordFromFile(join(directory, 'none'), question, nodeSurroundings({}))).toEqual({});
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
