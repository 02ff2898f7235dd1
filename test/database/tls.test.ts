import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/backends/connect.ts';
import type { ConnectionParameters } from '../../src/backends/parameters.ts';
import { ConnectionError } from '../../src/core/errors.ts';
import { noBinaries, openTlsServer, PASSWORD } from '../support/tls.ts';
import type { TlsServer } from '../support/tls.ts';

const why = noBinaries();

// The server of the run may be anybody's; this one has certificates that the tests know.
describe.skipIf(why !== undefined)(`TLS${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  let server: TlsServer;
  beforeAll(async () => {
    server = await openTlsServer();
  });
  afterAll(() => server.close());

  const encoded = encodeURIComponent(PASSWORD);

  /** A URL of a user, with more parameters: `$dir` is the folder with the certificates. */
  function url(user: string, more = '', host = 'localhost'): string {
    const parameters = more.replaceAll('$dir', server.directory);
    return `postgres://${user}:${encoded}@${host}:${String(server.port)}/postgres?hostaddr=127.0.0.1&${parameters}`;
  }

  /** Connects, and tells how: `TLSv1.3`, or `plain`. */
  async function connected(parameters: ConnectionParameters): Promise<string> {
    const session = await connect(parameters, 'look');
    try {
      const [row] = await session.query<{ ssl: boolean; version: string }>(
        'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()',
      );
      return row?.ssl === true ? row.version : 'plain';
    } finally {
      await session.close();
    }
  }

  /** The error of a connection that has to fail, which never shows the password. */
  async function refusal(parameters: ConnectionParameters): Promise<ConnectionError> {
    const error: unknown = await connected(parameters).catch((thrown: unknown) => thrown);
    if (!(error instanceof ConnectionError)) throw new Error(`no ConnectionError: ${String(error)}`);
    expect(error.exitCode).toBe(1);
    expect(`${error.message}${error.hint ?? ''}`).not.toContain(PASSWORD);
    return error;
  }

  describe('a server without TLS', () => {
    beforeAll(() => server.configure({ ssl: 'off' }));

    it.each([['sslmode=disable'], ['sslmode=allow'], ['sslmode=prefer'], ['']])(
      'is connected to in plain with "%s"',
      async (more) => {
        expect(await connected(server.parameters(url('anyone', more)))).toBe('plain');
      },
    );

    it.each([
      ['sslmode=require'],
      ['sslmode=verify-ca&sslrootcert=$dir/ca.crt'],
      ['sslmode=verify-full&sslrootcert=$dir/ca.crt'],
    ])('is not connected to with %s', async (more) => {
      const error = await refusal(server.parameters(url('anyone', more)));
      expect(error.message).toBe(
        `cannot connect to anyone@127.0.0.1:${String(server.port)}/postgres: The server does not support SSL connections`,
      );
      expect(error.hint).toBe(
        'sslmode=prefer goes on without encryption; only do that in a network you trust',
      );
    });

    it('gets no password where channel binding is required', async () => {
      const error = await refusal(server.parameters(url('anyone', 'channel_binding=require')));
      expect(error.message).toBe(
        'the server offers no channel binding, and channel_binding=require insists on it',
      );
    });
  });

  describe('a server with TLS', () => {
    beforeAll(() =>
      server.configure({
        ssl: 'on',
        ssl_cert_file: `${server.directory}/server.crt`,
        ssl_key_file: `${server.directory}/server.key`,
        ssl_ca_file: `${server.directory}/ca.crt`,
      }),
    );

    it.each<[more: string, how: string]>([
      ['', 'TLSv1.3'],
      ['sslmode=disable', 'plain'],
      ['sslmode=allow', 'TLSv1.3'],
      ['sslmode=prefer', 'TLSv1.3'],
      ['sslmode=require', 'TLSv1.3'],
      ['sslmode=require&ssl_max_protocol_version=TLSv1.2', 'TLSv1.2'],
      ['sslmode=require&sslrootcert=$dir/ca.crt', 'TLSv1.3'],
      ['sslmode=verify-ca&sslrootcert=$dir/ca.crt', 'TLSv1.3'],
      ['sslmode=verify-full&sslrootcert=$dir/ca.crt', 'TLSv1.3'],
    ])('is connected to with "%s": %s', async (more, how) => {
      expect(await connected(server.parameters(url('anyone', more)))).toBe(how);
    });

    it('is verified by the name, though the connection goes to the address', async () => {
      const full = 'sslmode=verify-full&sslrootcert=$dir/ca.crt';
      expect(await connected(server.parameters(url('anyone', full, 'db.lms.test')))).toBe('TLSv1.3');
    });

    const UNKNOWN = 'name the certificate of the authority that signed the server’s with sslrootcert';
    const NAME =
      'connect by the name that the certificate bears; sslmode=verify-ca does not look at the name';
    it.each<[what: string, more: string, host: string, says: RegExp, hint: string]>([
      [
        'verify-full under another name',
        'sslmode=verify-full&sslrootcert=$dir/ca.crt',
        'wrong.lms.test',
        /altnames: Host: wrong\.lms\.test\. is not in/,
        NAME,
      ],
      [
        'verify-full of another authority',
        'sslmode=verify-full&sslrootcert=$dir/other-ca.crt',
        'localhost',
        /self-signed certificate|unable to (?:verify|get)/,
        UNKNOWN,
      ],
      [
        'verify-ca of another authority',
        'sslmode=verify-ca&sslrootcert=$dir/other-ca.crt',
        'localhost',
        /self-signed certificate|unable to (?:verify|get)/,
        UNKNOWN,
      ],
      [
        'require with another authority',
        'sslmode=require&sslrootcert=$dir/other-ca.crt',
        'localhost',
        /self-signed certificate|unable to (?:verify|get)/,
        UNKNOWN,
      ],
      [
        'verify-full by the authorities of the system',
        'sslmode=verify-full&sslrootcert=system',
        'localhost',
        /self-signed certificate|unable to (?:verify|get)/,
        UNKNOWN,
      ],
    ])('is refused: %s', async (_, more, host, says, hint) => {
      const error = await refusal(server.parameters(url('anyone', more, host)));
      expect(error.message).toMatch(says);
      expect(error.hint).toBe(hint);
    });

    it('is not asked for its name by verify-ca', async () => {
      const more = 'sslmode=verify-ca&sslrootcert=$dir/ca.crt';
      expect(await connected(server.parameters(url('anyone', more, 'wrong.lms.test')))).toBe('TLSv1.3');
    });

    it('is refused by its address where the certificate bears names only', async () => {
      const more = 'sslmode=verify-full&sslrootcert=$dir/ca.crt';
      const error = await refusal(server.parameters(url('anyone', more, '127.0.0.1')));
      expect(error.message).toMatch(/IP: 127\.0\.0\.1 is not in the cert's list/);
    });

    it('connects again and again with the same parameters, the client’s key too', async () => {
      const parameters = server.parameters(
        url(
          'cert_user',
          'sslmode=verify-full&sslrootcert=$dir/ca.crt&sslcert=$dir/client.crt&sslkey=$dir/client.key',
        ),
      );
      expect(await connected(parameters)).toBe('TLSv1.3');
      expect(await connected(parameters)).toBe('TLSv1.3');
    });

    it('lets nobody in by certificate who shows none', async () => {
      const error = await refusal(server.parameters(url('cert_user', 'sslmode=require')));
      expect(error.message).toMatch(/connection requires a valid client certificate/);
      expect(error.hint).toBe('check the user, the password (.pgpass, PGPASSWORD) and pg_hba.conf');
    });

    it('takes TLS parameters from the environment too', async () => {
      const variables = { PGSSLMODE: 'verify-full', PGSSLROOTCERT: `${server.directory}/ca.crt` };
      expect(await connected(server.parameters(url('anyone'), variables))).toBe('TLSv1.3');
      const wrong = { ...variables, PGSSLROOTCERT: `${server.directory}/other-ca.crt` };
      await refusal(server.parameters(url('anyone'), wrong));
    });

    describe('and rules in pg_hba.conf', () => {
      it('takes a user who must use TLS with prefer and require, and not with disable', async () => {
        expect(await connected(server.parameters(url('tls_only')))).toBe('TLSv1.3');
        expect(await connected(server.parameters(url('tls_only', 'sslmode=require')))).toBe('TLSv1.3');
        const error = await refusal(server.parameters(url('tls_only', 'sslmode=disable')));
        expect(error.message).toMatch(/no pg_hba.conf entry for host .*"tls_only".*no encryption$/);
      });

      it('takes a user who must not use TLS with prefer and disable, and not with require', async () => {
        expect(await connected(server.parameters(url('plain_only')))).toBe('plain');
        expect(await connected(server.parameters(url('plain_only', 'sslmode=disable')))).toBe('plain');
        const error = await refusal(server.parameters(url('plain_only', 'sslmode=require')));
        expect(error.message).toMatch(/no pg_hba.conf entry for host .*"plain_only".*SSL encryption$/);
      });

      it('tells a user whom no rule takes in what the encrypted attempt was told', async () => {
        const error = await refusal(server.parameters(url('nobody')));
        expect(error.message).toMatch(/no pg_hba.conf entry for host .*"nobody".*SSL encryption$/);
      });

      it('says so when the password is wrong', async () => {
        const parameters = { ...server.parameters(url('anyone')), password: 'wrong' };
        const error = await refusal(parameters);
        expect(error.message).toMatch(/password authentication failed for user "anyone"$/);
        expect(error.hint).toBe('check the user, the password (.pgpass, PGPASSWORD) and pg_hba.conf');
      });
    });

    describe('and channel_binding=require', () => {
      it('is believed when it proves that it knows the password', async () => {
        const more = 'sslmode=require&channel_binding=require';
        expect(await connected(server.parameters(url('anyone', more)))).toBe('TLSv1.3');
        expect(
          await connected(server.parameters(url('tls_only', `${more}&ssl_max_protocol_version=TLSv1.2`))),
        ).toBe('TLSv1.2');
      });

      it.each([
        ['asks for the password in clear', 'clear'],
        ['asks for no password', 'trusted'],
      ])('is refused when it %s', async (_, user) => {
        const error = await refusal(server.parameters(url(user, 'sslmode=require&channel_binding=require')));
        expect(error.message).toBe(
          'the server offers no channel binding, and channel_binding=require insists on it',
        );
        expect(await connected(server.parameters(url(user, 'sslmode=require')))).toBe('TLSv1.3');
      });

      it('says so when the password is wrong', async () => {
        const parameters = {
          ...server.parameters(url('anyone', 'sslmode=require&channel_binding=require')),
          password: 'wrong',
        };
        expect((await refusal(parameters)).message).toMatch(/password authentication failed/);
      });
    });

    it('negotiates TLS directly from PostgreSQL 17 on', async () => {
      const parameters = server.parameters(
        url('anyone', 'sslmode=verify-full&sslrootcert=$dir/ca.crt&sslnegotiation=direct'),
      );
      if (server.major >= 17) expect(await connected(parameters)).toBe('TLSv1.3');
      else await refusal(parameters);
    });
  });

  describe('a server whose certificate bears its address', () => {
    beforeAll(() =>
      server.configure({
        ssl: 'on',
        ssl_cert_file: `${server.directory}/server-ip.crt`,
        ssl_key_file: `${server.directory}/server-ip.key`,
      }),
    );

    it('is verified by its address, and not by a name', async () => {
      const more = 'sslmode=verify-full&sslrootcert=$dir/ca.crt';
      expect(await connected(server.parameters(url('anyone', more, '127.0.0.1')))).toBe('TLSv1.3');
      const error = await refusal(server.parameters(url('anyone', more)));
      expect(error.message).toMatch(
        /Host: localhost\. is not|Host: localhost\. is not in the cert's altnames/,
      );
    });
  });

  describe('target_session_attrs', () => {
    it.each(['any', 'read-write', 'primary'])(
      '%s is content with a primary that can be written to',
      async (attributes) => {
        await connected(server.parameters(url('anyone', `target_session_attrs=${attributes}`)));
      },
    );

    describe('on a server whose transactions are read-only', () => {
      beforeAll(() => server.configure({ default_transaction_read_only: 'on' }));
      afterAll(() => server.configure({ default_transaction_read_only: 'off' }));

      it('read-write refuses it, for whatever purpose', async () => {
        const parameters = server.parameters(url('anyone', 'target_session_attrs=read-write'));
        for (const purpose of ['look', 'work', 'lock'] as const) {
          await expect(connect(parameters, purpose)).rejects.toMatchObject({
            code: 'connection',
            message: `anyone@127.0.0.1:${String(server.port)}/postgres is read-only, and target_session_attrs=read-write asks for a server that can be written to`,
            hint: 'see its default_transaction_read_only, which a role or a database can set too',
          });
        }
      });

      it.each(['any', 'primary'])('%s is content with it', async (attributes) => {
        await connected(server.parameters(url('anyone', `target_session_attrs=${attributes}`)));
      });

      it('read-write is content where the connection sets it otherwise', async () => {
        const options = encodeURIComponent('-c default_transaction_read_only=off');
        await connected(
          server.parameters(url('anyone', `target_session_attrs=read-write&options=${options}`)),
        );
      });
    });
  });

  describe('connect_timeout', () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => {
      socket.on('error', () => undefined);
      sockets.push(socket);
    });
    beforeAll(() => new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve)));

    it.each([
      'sslmode=disable',
      'sslmode=prefer',
      'sslmode=require',
      'sslmode=require&sslnegotiation=direct',
    ])('ends the wait for a port that never answers, with %s', async (more) => {
      const { port } = silent.address() as AddressInfo;
      const parameters = server.parameters(
        `postgres://app:${encoded}@127.0.0.1:${String(port)}/d?connect_timeout=1&${more}`,
      );
      const error = await refusal({ ...parameters, connectTimeout: 100 });
      expect(error.message).toBe(`cannot connect to app@127.0.0.1:${String(port)}/d: timeout expired`);
      expect(error.hint).toBe('check the network, the firewall and the port');
    });

    it('says that nobody listens there, and what waits for it', async () => {
      const { port } = silent.address() as AddressInfo;
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
      const error = await refusal(server.parameters(`postgres://app@127.0.0.1:${String(port)}/d`));
      expect(error.message).toBe(
        `cannot connect to app@127.0.0.1:${String(port)}/d: connect ECONNREFUSED 127.0.0.1:${String(port)}`,
      );
      expect(error.hint).toContain('`lms-db wait` waits for it');
    });
  });

  describe('a pooler that lets us in and has no server behind it', () => {
    /** A message of the protocol: type, length, body. */
    const message = (type: string, body: Buffer): Buffer => {
      const head = Buffer.alloc(5);
      head.write(type);
      head.writeInt32BE(body.length + 4, 1);
      return Buffer.concat([head, body]);
    };
    const AUTHENTICATED = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]);
    const FAILURE = message('E', Buffer.from('SFATAL\0C08P01\0Mserver login failed\0\0'));
    const pooler = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(AUTHENTICATED);
        socket.once('data', () => socket.end(FAILURE));
      });
    });
    beforeAll(() => new Promise<void>((resolve) => pooler.listen(0, '127.0.0.1', resolve)));
    afterAll(() => new Promise((resolve) => pooler.close(resolve)));

    it('is a connection that cannot be had, not a bug', async () => {
      const { port } = pooler.address() as AddressInfo;
      const parameters = server.parameters(
        `postgres://app:${encoded}@127.0.0.1:${String(port)}/d?sslmode=disable`,
      );
      expect((await refusal(parameters)).message).toBe(
        `cannot connect to app@127.0.0.1:${String(port)}/d: server login failed`,
      );
    });
  });
});
