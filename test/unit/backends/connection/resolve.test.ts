import { describe, expect, it } from 'vitest';
import { describeConnection } from '../../../../src/backends/connection/describe.ts';
import { resolveConnection } from '../../../../src/backends/connection/resolve.ts';
import type { ResolvedConnection } from '../../../../src/backends/connection/resolve.ts';
import type { FoundFile, Surroundings } from '../../../../src/backends/connection/surroundings.ts';
import { ConfigError } from '../../../../src/core/errors.ts';

interface World {
  readonly variables?: Record<string, string>;
  readonly files?: Record<string, string | FoundFile>;
  readonly sockets?: readonly string[];
  readonly systemUser?: string | undefined;
  readonly windows?: boolean;
}

function around(world: World = {}): Surroundings {
  return {
    variables: world.variables ?? {},
    read(path) {
      const file = world.files?.[path];
      return typeof file === 'string' ? { text: file, mode: 0o600, plain: true } : file;
    },
    exists: (path) => world.sockets?.includes(path) ?? false,
    systemUser: 'systemUser' in world ? world.systemUser : 'me',
    home: '/home/me',
    windows: world.windows ?? false,
  };
}

function resolve(url: string | undefined, world: World = {}): ResolvedConnection {
  return resolveConnection({ url }, around(world));
}

function where(url: string | undefined, world: World = {}): string {
  const { parameters } = resolve(url, world);
  return `${describeConnection(parameters)}${parameters.password === undefined ? '' : ` (${parameters.password})`}`;
}

function failure(url: string | undefined, world: World = {}): ConfigError {
  try {
    resolve(url, world);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('resolveConnection', () => {
  it.each([
    ['postgres://app:secret@db.example.com:6432/lms', 'app@db.example.com:6432/lms (secret)'],
    ['postgresql://app@db.example.com/lms', 'app@db.example.com:5432/lms'],
    ['POSTGRES://app@h/lms', 'app@h:5432/lms'],
    ['postgres://', 'me@localhost:5432/me'],
    ['postgres:///lms', 'me@localhost:5432/lms'],
    ['postgres://app@', 'app@localhost:5432/app'],
    ['postgres://h', 'me@h:5432/me'],
    ['postgres://h:/lms', 'me@h:5432/lms'],
    ['postgres://:secret@h/lms', 'me@h:5432/lms (secret)'],
    ['postgres://app:@h/lms', 'app@h:5432/lms'],
    ['postgres://a%40b:p%40s%3As%2Fs%25@h/l%20m', 'a@b@h:5432/l m (p@s:s/s%)'],
    ['postgres://app:p@ss:word@h/lms', 'app@h:5432/lms (p@ss:word)'],
    ['postgres://app:a+b@h/lms', 'app@h:5432/lms (a+b)'],
    ['postgres://app@[::1]:6432/lms', 'app@[::1]:6432/lms'],
    ['postgres://app@[2001:db8::1]/lms', 'app@[2001:db8::1]:5432/lms'],
    ['postgres://%2Fvar%2Frun%2Fpostgresql/lms', 'me@/var/run/postgresql:5432/lms'],
    ['postgres:///lms?host=/var/run/postgresql&port=6432', 'me@/var/run/postgresql:6432/lms'],
    ['postgres://h/lms?user=app&password=s%26t', 'app@h:5432/lms (s&t)'],
    ['postgres://h/a/b', 'me@h:5432/a/b'],
    ['postgres://h/lms?dbname=other', 'me@h:5432/other'],
    ['postgres://h/lms?&keepalives=1&', 'me@h:5432/lms'],
    ['host=h dbname=lms user=app password=secret', 'app@h:5432/lms (secret)'],
    [
      String.raw`host = h  password = 'it\'s \\ a @:/' dbname='my db'`,
      String.raw`me@h:5432/my db (it's \ a @:/)`,
    ],
    ["host='' dbname=lms", 'me@localhost:5432/lms'],
    [String.raw`password=a\ b host=h`, 'me@h:5432/me (a b)'],
    ['host=a host=b', 'me@b:5432/me'],
    ['  postgres://h/lms\n', 'me@h:5432/lms'],
  ])('reads %s', (url, expected) => {
    expect(where(url)).toBe(expected);
  });

  it.each<[string, string, string]>([
    ['', 'the URL: is empty', 'write postgres://user@host:5432/database, or "host=… dbname=… user=…"'],
    ['mydb', 'the URL: is neither a URL nor a list of key=value', 'write postgres://'],
    ['mysql://u:secret@h/d', 'the URL: is a URL of mysql://, not of PostgreSQL', 'write postgres://'],
    [
      'jdbc:postgresql://h/d?password=secret',
      'the URL: is a URL of jdbc:postgresql://, not of PostgreSQL',
      'leave out jdbc:',
    ],
    ['postgres://u:se/cret@h/d', 'the URL: has a / in front of its @', 'percent-encode'],
    ['postgres://u:se?cret@h/d', 'the URL: has a port that is not a number', 'percent-encode'],
    ['postgres://u:secret', 'the URL: has a port that is not a number', 'percent-encode'],
    [
      'postgres://u:secret%@h/d',
      'the URL: has a % in the password that starts no percent-encoding',
      'percent-encode',
    ],
    ['postgres://u:secret%00@h/d', 'the URL: has %00 in the password', 'percent-encode'],
    ['postgres://[::1/d', 'the URL: has an IPv6 address without its closing ]', 'write postgres://'],
    [
      'postgres://::1/d',
      'the URL: has more than one colon after the host',
      'write an IPv6 address in brackets',
    ],
    ['postgres://a:1,b:2/d', 'the URL: names several hosts', 'name one, the primary'],
    ['host=a,b dbname=d', 'the URL: names several hosts', 'name one, the primary'],
    ['postgres://h:0/d', 'the URL: the port is not a number from 1 to 65535', ''],
    ['postgres://h:99999/d', 'the URL: the port is not a number from 1 to 65535', ''],
    ['postgres://h/d?sslmod=require', 'the URL: has an unknown parameter "sslmod"', 'did you mean sslmode?'],
    ['postgres://h/d?schema=public', 'the URL: has an unknown parameter "schema"', 'that is Prisma’s'],
    ['postgres://h/d?password=se&cret', 'the URL: has a parameter without a =', 'percent-encode'],
    [
      'postgres://h/d?password=se=cret',
      'the URL: has a second = in the parameter password',
      'percent-encode it: %3D',
    ],
    ['host=h passwd=secret', 'the URL: has an unknown parameter "passwd"', 'did you mean'],
    [
      'host=h password=my secret',
      'the URL: has a word without a = in its list of key=value',
      'put a value with spaces',
    ],
    ["host=h password='secret", 'the URL: has a quote that is not closed', "write \\' for a quote"],
    [
      'postgres://h/d?sslmode=no-verify',
      'the URL: sslmode has a value that does not exist',
      'did you mean require?',
    ],
    ['postgres://h/d?connect_timeout=soon', 'the URL: connect_timeout is not a whole number of seconds', ''],
    [
      'postgres://h/d?require_auth=scram-sha-256',
      'the URL: require_auth is not supported by lms-db',
      'leave it out',
    ],
    [
      'postgres://h/d?sslnegotiation=direct',
      'the URL: sslnegotiation=direct is not for a connection that may go on without TLS',
      'use sslmode=require, verify-ca or verify-full',
    ],
    [
      'postgres://h/d?sslnegotiation=fast',
      'the URL: sslnegotiation has a value that does not exist',
      'it is one of postgres, direct',
    ],
    [
      'postgres://h/d?channel_binding=on',
      'the URL: channel_binding has a value that does not exist',
      'it is one of disable, prefer, require',
    ],
    [
      'postgres://h/d?channel_binding=require&sslmode=disable',
      'the URL: channel_binding=require needs TLS, which this connection does not have',
      'use sslmode=require or a stronger one over TCP',
    ],
    [
      'host=/var/run/postgresql channel_binding=require',
      'the URL: channel_binding=require needs TLS, which this connection does not have',
      'use sslmode=require or a stronger one over TCP',
    ],
    [
      'postgres://h/d?gssencmode=require',
      'the URL: this value of gssencmode is not supported by lms-db',
      'leave it out, or use disable or prefer',
    ],
    [
      'postgres://h/d?target_session_attrs=standby',
      'the URL: target_session_attrs=standby asks for a server that a migration cannot write to',
      'it is one of',
    ],
    ['hostaddr=example.com', 'the URL: hostaddr is not an IP address', 'give the name as host'],
    ['host=@socket', 'the URL: names an abstract unix socket, which Node cannot open', 'name the directory'],
    [
      'service=none',
      'the URL: service "none" is defined in neither /home/me/.pg_service.conf nor /etc/postgresql-common/pg_service.conf',
      'add a section [none]',
    ],
  ])('refuses %j', (url, message, hint) => {
    const error = failure(url);
    expect(error.message).toBe(message);
    expect(error.exitCode).toBe(2);
    expect(error.hint ?? '').toContain(hint);
    expect(`${error.message} ${error.hint ?? ''}`).not.toContain('secret');
  });

  it('names the source of a URL', () => {
    expect(() => resolveConnection({ url: 'x', source: 'DATABASE_URL' }, around())).toThrow(
      'DATABASE_URL: is neither a URL nor a list of key=value',
    );
  });

  it('takes what the URL leaves open from the variables', () => {
    const variables = {
      PGHOST: 'env',
      PGPORT: '6432',
      PGDATABASE: 'envdb',
      PGUSER: 'envuser',
      PGPASSWORD: 'envpass',
      PGAPPNAME: 'ci',
      PGOPTIONS: '-c geqo=off',
      PGCONNECT_TIMEOUT: '7',
      PGTARGETSESSIONATTRS: 'read-write',
      PGSSLMODE: 'disable',
    };
    expect(resolve(undefined, { variables }).parameters).toEqual({
      host: 'env',
      port: 6432,
      database: 'envdb',
      user: 'envuser',
      password: 'envpass',
      ssl: false,
      sslOptional: false,
      connectTimeout: 7000,
      options: '-c geqo=off',
      applicationName: 'ci',
      targetSessionAttributes: 'read-write',
    });
    expect(where('postgres://app@h/lms', { variables })).toBe('app@h:6432/lms (envpass)');
  });

  it('does not let PGHOSTADDR lead away from the host of the URL', () => {
    expect(where('postgres://h/d', { variables: { PGHOSTADDR: '10.0.0.1' } })).toBe('me@h:5432/d');
    expect(where(undefined, { variables: { PGHOST: 'h', PGHOSTADDR: '10.0.0.1' } })).toBe(
      'me@10.0.0.1:5432/me',
    );
  });

  it('counts an empty variable as not set', () => {
    expect(where('postgres:///d', { variables: { PGHOST: '', PGPASSWORD: '' } })).toBe('me@localhost:5432/d');
  });

  it.each<[string[], string]>([
    [['/var/run/postgresql/.s.PGSQL.5432', '/tmp/.s.PGSQL.5432'], '/var/run/postgresql'],
    [['/tmp/.s.PGSQL.5432'], '/tmp'],
    [['/tmp/.s.PGSQL.6432'], 'localhost'],
    [[], 'localhost'],
  ])('goes to the socket of this machine: %j', (sockets, host) => {
    expect(resolve(undefined, { sockets }).parameters.host).toBe(host);
    expect(resolve(undefined, { sockets, windows: true }).parameters.host).toBe('localhost');
  });

  it('asks for a user where the operating system has none', () => {
    expect(failure('postgres://h/d', { systemUser: undefined }).message).toBe(
      'the URL: names no user, and this user of the operating system has no name',
    );
  });

  it('reads services', () => {
    const files = {
      '/home/me/.pg_service.conf':
        '# mine\n[other]\nhost=o\n[lms]\nhost=svc\n port=6432 \nhost=second\nuser=svcuser\n[lms]\ndbname=late\n',
      '/etc/x/pg_service.conf': '[system]\nhost=sys\n',
      '/srv/services': '[lms]\nhost=named\n',
    };
    expect(where('service=lms', { files })).toBe('svcuser@svc:6432/svcuser');
    expect(where('postgres://app@/d?service=lms', { files })).toBe('app@svc:6432/d');
    expect(where(undefined, { files, variables: { PGSERVICE: 'lms', PGHOST: 'env', PGDATABASE: 'd' } })).toBe(
      'svcuser@svc:6432/d',
    );
    expect(where('service=lms', { files, variables: { PGSERVICEFILE: '/srv/services' } })).toBe(
      'me@named:5432/me',
    );
    expect(where('service=system', { files, variables: { PGSYSCONFDIR: '/etc/x' } })).toBe('me@sys:5432/me');
  });

  it.each([
    ['[s]\nhost', '/home/me/.pg_service.conf:2: is not key=value'],
    ['[s]\nhots=h', '/home/me/.pg_service.conf:2: has an unknown parameter "hots"'],
    ['[s]\nservice=t', '/home/me/.pg_service.conf:2: a service cannot name another service'],
    ['[s]\nldap://x', '/home/me/.pg_service.conf:2: looks the service up by LDAP, which lms-db does not'],
  ])('refuses the service file %j', (text, message) => {
    expect(failure('service=s', { files: { '/home/me/.pg_service.conf': text } }).message).toBe(message);
  });

  it('looks the password up in the password file', () => {
    const files = { '/home/me/.pgpass': 'h:5432:d:app:filepass\n' };
    expect(where('postgres://app@h/d', { files })).toBe('app@h:5432/d (filepass)');
    expect(where('postgres://app:mine@h/d', { files })).toBe('app@h:5432/d (mine)');
    expect(where('postgres://app@h/d', { files, variables: { PGPASSWORD: 'env' } })).toBe(
      'app@h:5432/d (env)',
    );
    expect(where('postgres://app@h/d?passfile=/x', { files: { '/x': '*:*:*:*:other' } })).toBe(
      'app@h:5432/d (other)',
    );
    expect(
      where('postgres://app@h/d', { files: { '/y': '*:*:*:*:y' }, variables: { PGPASSFILE: '/y' } }),
    ).toBe('app@h:5432/d (y)');
  });

  it('warns of a password file that others can read', () => {
    const files = { '/home/me/.pgpass': { text: '*:*:*:*:filepass', mode: 0o644, plain: true } };
    const { parameters, warnings } = resolve('postgres://app@h/d', { files });
    expect(parameters.password).toBeUndefined();
    expect(warnings).toEqual([
      'the password file /home/me/.pgpass is not used: others can read it; run `chmod 600 /home/me/.pgpass`',
    ]);
  });

  it.each<[url: string, negotiation: 'direct' | undefined, binding: true | undefined]>([
    ['postgres://h/d', undefined, undefined],
    ['postgres://h/d?sslnegotiation=postgres&channel_binding=prefer', undefined, undefined],
    ['postgres://h/d?channel_binding=disable', undefined, undefined],
    ['postgres://h/d?channel_binding=require', undefined, true],
    ['postgres://h/d?sslmode=require&channel_binding=require', undefined, true],
    ['postgres://h/d?sslmode=require&sslnegotiation=direct', 'direct', undefined],
    ['postgres://h/d?sslmode=disable&sslnegotiation=direct', undefined, undefined],
    ['host=/var/run/postgresql sslmode=require sslnegotiation=direct', undefined, undefined],
  ])('reads sslnegotiation and channel_binding of %s', (url, negotiation, binding) => {
    const { parameters, warnings } = resolve(url);
    expect([parameters.sslNegotiation, parameters.channelBinding]).toEqual([negotiation, binding]);
    expect(warnings).toEqual([]);
  });

  it('reads sslnegotiation and channel_binding from the environment', () => {
    const variables = { PGSSLNEGOTIATION: 'direct', PGCHANNELBINDING: 'require', PGSSLMODE: 'require' };
    expect(resolve('postgres://h/d', { variables }).parameters).toMatchObject({
      sslNegotiation: 'direct',
      channelBinding: true,
    });
  });

  it('names the secrets, but no password that is shown anyway', () => {
    expect(resolve('postgres://app:s3cret@h/d?sslpassword=other').secrets).toEqual(['s3cret', 'other']);
    expect(resolve('postgres://postgres:postgres@h/d').secrets).toEqual([]);
  });
});

describe('TLS', () => {
  const files = {
    '/ca.pem': 'CA',
    '/c.pem': 'CERT',
    '/c.key': 'KEY',
    '/crl.pem': 'CRL',
  };

  it.each<[string, object]>([
    ['', { ssl: { rejectUnauthorized: false }, sslOptional: true }],
    ['?sslmode=disable', { ssl: false, sslOptional: false }],
    ['?sslmode=allow', { ssl: { rejectUnauthorized: false }, sslOptional: true }],
    ['?sslmode=prefer', { ssl: { rejectUnauthorized: false }, sslOptional: true }],
    ['?sslmode=require', { ssl: { rejectUnauthorized: false }, sslOptional: false }],
    ['?ssl=true', { ssl: { rejectUnauthorized: false }, sslOptional: false }],
    ['?sslmode=require&uselibpqcompat=true', { ssl: { rejectUnauthorized: false }, sslOptional: false }],
    [
      '?sslmode=verify-full&sslrootcert=/ca.pem',
      { ssl: { ca: 'CA', rejectUnauthorized: true }, sslOptional: false },
    ],
    ['?sslmode=verify-full&sslrootcert=system', { ssl: { rejectUnauthorized: true }, sslOptional: false }],
    ['?sslrootcert=system', { ssl: { rejectUnauthorized: true }, sslOptional: false }],
    [
      '?sslmode=require&sslcert=/c.pem&sslkey=/c.key&sslpassword=p&sslcrl=/crl.pem&ssl_min_protocol_version=TLSv1.3',
      {
        ssl: {
          rejectUnauthorized: false,
          cert: 'CERT',
          key: 'KEY',
          passphrase: 'p',
          crl: 'CRL',
          minVersion: 'TLSv1.3',
        },
        sslOptional: false,
      },
    ],
  ])('means what libpq means by %j', (query, expected) => {
    const { ssl, sslOptional } = resolve(`postgres://h/d${query}`, { files }).parameters;
    expect({ ssl, sslOptional }).toEqual(expected);
  });

  it.each(['verify-ca', 'require'])(
    'verifies the chain and not the name for %s with a root certificate',
    (mode) => {
      const { ssl } = resolve(`postgres://h/d?sslmode=${mode}&sslrootcert=/ca.pem`, { files }).parameters;
      if (ssl === false) throw new Error('no TLS');
      expect(ssl).toMatchObject({ ca: 'CA', rejectUnauthorized: true });
      expect(ssl.checkServerIdentity?.('other', {} as never)).toBeUndefined();
    },
  );

  it('finds the certificates in ~/.postgresql', () => {
    const home = {
      '/home/me/.postgresql/root.crt': 'CA',
      '/home/me/.postgresql/postgresql.crt': 'CERT',
      '/home/me/.postgresql/postgresql.key': 'KEY',
    };
    expect(resolve('postgres://h/d?sslmode=verify-full', { files: home }).parameters.ssl).toEqual({
      ca: 'CA',
      cert: 'CERT',
      key: 'KEY',
      rejectUnauthorized: true,
    });
  });

  it('verifies the name though it connects to the address', () => {
    const { parameters } = resolve(
      'host=db.example.com hostaddr=10.0.0.1 sslmode=verify-full sslrootcert=/ca.pem',
      { files },
    );
    expect(parameters.host).toBe('10.0.0.1');
    expect(parameters.ssl).toMatchObject({ servername: 'db.example.com' });
  });

  it('uses none on a unix socket', () => {
    expect(resolve('host=/tmp sslmode=verify-full').parameters.ssl).toBe(false);
  });

  it.each<[string, Record<string, string | FoundFile>, string]>([
    ['?sslmode=verify-full', {}, 'the URL: sslmode=verify-full needs a root certificate, and there is none'],
    ['?sslmode=verify-ca&sslrootcert=/no', {}, 'the URL: sslrootcert: there is no file /no'],
    [
      '?sslmode=require&sslrootcert=system',
      {},
      'the URL: sslmode=require is too weak for sslrootcert=system',
    ],
    ['?sslcert=/c.pem', { '/c.pem': 'CERT' }, 'the URL: the client certificate /c.pem has no key'],
    [
      '?sslcert=/c.pem&sslkey=/c.key',
      { '/c.pem': 'CERT', '/c.key': { text: 'KEY', mode: 0o644, plain: true } },
      'the URL: others can read the private key /c.key',
    ],
    [
      '?ssl_min_protocol_version=SSLv3',
      {},
      'the URL: ssl_min_protocol_version has a value that does not exist',
    ],
  ])('refuses %s', (query, found, message) => {
    expect(failure(`postgres://h/d${query}`, { files: found }).message).toBe(message);
  });
});
