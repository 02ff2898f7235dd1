import { connect, createServer } from 'node:net';
import type { NetConnectOpts, Socket } from 'node:net';
import { BackendError } from '../../core/errors.ts';
import type { ConnectionParameters } from '../parameters.ts';

/** The port that `serve` offers unless told otherwise: out of the way of a PostgreSQL on 5432. */
export const DEFAULT_PROXY_PORT = 54329;

/** A TCP port that leads to the server. */
export interface LoopbackProxy {
  readonly port: number;
  /** How many clients are connected now. */
  connections(): number;
  /** Ends the listener and every connection through it. Can be called again. */
  close(): Promise<void>;
}

function upstreamOf(parameters: ConnectionParameters): NetConnectOpts {
  const { host, port } = parameters;
  return host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
}

/** When one side is closed: the other one may still have to send what it got; otherwise it ends too. */
function endWith(closed: Socket, other: Socket): void {
  closed.on('close', () => {
    // Nobody takes what it reads any more, but it must be read for its own end to be seen.
    if (other.writableEnded) other.resume();
    else other.destroy();
  });
}

/**
 * Passes bytes both ways. `pipe` waits for the slower side, and passes on the end of one direction
 * while the other goes on; an error of either side ends both, and there is nobody to tell.
 */
function pass(client: Socket, server: Socket): void {
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
  endWith(client, server);
  endWith(server, client);
  client.setNoDelay(true);
  client.pipe(server);
  server.pipe(client);
}

function reasonOf(error: Error, host: string, port: number): BackendError {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new BackendError(`port ${port} on ${host} is in use`, {
      hint: 'choose another one with --port, or --port 0 for any free one',
      cause: error,
    });
  }
  if (code === 'EACCES') {
    return new BackendError(`port ${port} on ${host} needs special rights`, {
      hint: 'choose a port above 1023 with --port',
      cause: error,
    });
  }
  return new BackendError(`cannot listen on ${host}:${port}: ${error.message}`, { cause: error });
}

/**
 * Opens a server that has only a unix socket to programs that want TCP, on this machine only. TLS
 * negotiation, COPY and cancel requests pass: it is bytes. Port 0 picks a free one. Throws
 * BackendError that names the port when it is taken.
 */
export function serveOnLoopback(
  parameters: ConnectionParameters,
  options: { readonly port?: number; readonly host?: '127.0.0.1' } = {},
): Promise<LoopbackProxy> {
  const host = options.host ?? '127.0.0.1';
  const wanted = options.port ?? DEFAULT_PROXY_PORT;
  const clients = new Set<Socket>();
  // Without allowHalfOpen a client that has said all would get no answer any more.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    pass(client, connect({ ...upstreamOf(parameters), allowHalfOpen: true }));
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= new Promise((resolve) => {
      server.close(() => resolve());
      for (const client of clients) client.destroy();
    }));
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(reasonOf(error, host, wanted)));
    server.listen(wanted, host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : wanted;
      server.on('error', () => undefined);
      resolve({ port, connections: () => clients.size, close });
    });
  });
}
