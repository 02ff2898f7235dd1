// The keeper's end of the control connections. Imports node: modules only.
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { KeeperMessage } from './messages.ts';
import { lineReader } from './messages.ts';

/** The control connections of a keeper. */
export interface Control {
  /** Sends this to everybody, and to whoever comes later. Resolves when it is on its way. */
  announce(message: KeeperMessage): Promise<void>;
  /** Lets nobody in any more. Those who wait for the end keep their connection: its end is our exit. */
  close(): void;
}

/** What the keeper wants to know. */
export interface ControlEvents {
  /** Somebody has connected. */
  onJoin(): void;
  /** The last connection has gone, or said that it is done. */
  onEmpty(): void;
  /** A client wants the server stopped whoever else uses it. */
  onStop(): void;
}

/** Listens on a control socket (Windows: a named pipe). Rejects when it cannot. */
export function openControl(path: string, events: ControlEvents): Promise<Control> {
  const users = new Set<Socket>();
  let said: string | undefined;
  let closed = false;

  const leave = (socket: Socket): void => {
    if (!users.delete(socket)) return;
    if (users.size === 0) events.onEmpty();
    // Others stay, and so does the server: nothing to wait for.
    if (!closed) socket.end();
  };

  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // Never let in by a keeper that is about to stop: without a word it tries again.
    if (closed) return void socket.destroy();
    users.add(socket);
    events.onJoin();
    socket.on('close', () => leave(socket));
    const receive = lineReader((line) => {
      if (line === 'release') leave(socket);
      else if (line === 'stop') events.onStop();
    });
    socket.setEncoding('utf8').on('data', (text) => receive(String(text)));
    if (said !== undefined) socket.write(said);
  });

  const control: Control = {
    async announce(message) {
      const text = `${JSON.stringify(message)}\n`;
      said = text;
      // The callback comes also when the connection is lost.
      await Promise.all([...users].map((socket) => new Promise((sent) => socket.write(text, sent))));
    },
    close() {
      closed = true;
      server.close();
    },
  };

  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      if (process.platform !== 'win32') chmodSync(path, 0o600);
      resolve(control);
    });
  });
}
