// A connection pooler that speaks just enough of the protocol: it says its own process ids, as PgBouncer does,
// and in transaction mode gives the server's connection away at every ReadyForQuery outside a transaction.
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import pg from 'pg';
import type { ConnectionParameters } from '../../src/backends/parameters.ts';

/** A running pooler. */
export interface Pooler {
  /** What to connect to instead of the server. */
  readonly parameters: ConnectionParameters;
  readonly close: () => Promise<void>;
}

/** How server connections are dealt out: the last one given back first, or in turn. */
export type Dealing = 'last' | 'in turn';

interface Upstream {
  readonly socket: Socket;
  readonly end: () => Promise<void>;
  /** Gets the whole messages of the server. */
  deliver: (message: Buffer) => void;
}

const CODE = { sslRequest: 80877103, gssRequest: 80877104 } as const;

/** Starts a pooler in front of one database. */
export async function startPooler(
  server: ConnectionParameters,
  mode: 'transaction' | 'session',
  dealing: Dealing = 'last',
): Promise<Pooler> {
  const idle: Upstream[] = [];
  if (mode === 'transaction') idle.push(await connectUpstream(server), await connectUpstream(server));
  const all = [...idle];
  const waiting: ((upstream: Upstream) => void)[] = [];
  const acquire = async (): Promise<Upstream> => {
    if (mode === 'session') {
      const upstream = await connectUpstream(server);
      all.push(upstream);
      return upstream;
    }
    const free = dealing === 'last' ? idle.pop() : idle.shift();
    return free ?? new Promise((resolve) => waiting.push(resolve));
  };
  const release = (upstream: Upstream): void => {
    upstream.deliver = () => undefined;
    const next = waiting.shift();
    if (next === undefined) idle.push(upstream);
    else next(upstream);
  };
  let clients = 0;
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    clients += 1;
    serve(socket, 1_000_000 + clients, mode, acquire, release);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  return {
    parameters: { ...server, host: '127.0.0.1', port },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(all.map((upstream) => upstream.end()));
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

/** Logs in with pg, and takes the socket over from it. */
async function connectUpstream(server: ConnectionParameters): Promise<Upstream> {
  const { host, port, user, password, database } = server;
  const client = new pg.Client({ host, port, user, password, database, application_name: 'pooler' });
  client.on('error', () => undefined);
  await client.connect();
  const socket = (client as unknown as { connection: { stream: Socket } }).connection.stream;
  socket.removeAllListeners('data');
  const upstream: Upstream = {
    socket,
    end: () =>
      new Promise((resolve) => {
        if (socket.destroyed) resolve();
        socket.on('close', () => resolve());
        socket.destroy();
      }),
    deliver: () => undefined,
  };
  onMessages(socket, (message) => upstream.deliver(message));
  return upstream;
}

function serve(
  socket: Socket,
  pid: number,
  mode: 'transaction' | 'session',
  acquire: () => Promise<Upstream>,
  release: (upstream: Upstream) => void,
): void {
  let upstream: Promise<Upstream> | undefined;
  socket.on('error', () => undefined);
  const forward = (message: Buffer): void => {
    if (message[0] === 0x58) {
      socket.end();
      return;
    }
    upstream ??= acquire().then((given) => {
      given.deliver = (answer) => {
        socket.write(answer);
        // ReadyForQuery, outside a transaction.
        if (mode === 'transaction' && answer[0] === 0x5a && answer[5] === 0x49) {
          upstream = undefined;
          release(given);
        }
      };
      return given;
    });
    void upstream.then((given) => given.socket.write(message));
  };
  socket.on(
    'close',
    () => void upstream?.then((given) => (mode === 'session' ? given.end() : release(given))),
  );
  let rest = Buffer.alloc(0);
  const start = (chunk: Buffer): void => {
    rest = Buffer.concat([rest, chunk]);
    if (rest.length < 8 || rest.length < rest.readInt32BE(0)) return;
    const code = rest.readInt32BE(4);
    const length = rest.readInt32BE(0);
    const after = rest.subarray(length);
    rest = Buffer.alloc(0);
    if (code === CODE.sslRequest || code === CODE.gssRequest) {
      socket.write('N');
      return;
    }
    socket.removeListener('data', start);
    onMessages(socket, forward);
    const key = Buffer.alloc(8);
    key.writeInt32BE(pid, 0);
    socket.write(
      Buffer.concat([
        message('R', Buffer.alloc(4)),
        message('S', Buffer.from('client_encoding\0UTF8\0')),
        message('S', Buffer.from('standard_conforming_strings\0on\0')),
        message('K', key),
        message('Z', Buffer.from('I')),
      ]),
    );
    if (after.length > 0) socket.emit('data', after);
  };
  socket.on('data', start);
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Calls with each whole message: a type, a length, a body. */
function onMessages(socket: Socket, receive: (message: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5) {
      const length = rest.readInt32BE(1) + 1;
      if (rest.length < length) return;
      receive(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  });
}
