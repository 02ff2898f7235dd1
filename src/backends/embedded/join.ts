import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { lineReader, readServerFile } from './messages.ts';
import type { ClientMessage, KeeperMessage } from './messages.ts';

/** A control connection: as long as it is open, the server stays. */
export interface Hold {
  /** Resolves when the connection is closed: by us, or because the keeper has gone. Never rejects. */
  readonly closed: Promise<void>;
  /** Says that we are done, or that the server has to stop; `closed` tells when that has happened. */
  send(message: ClientMessage): void;
  /** Closes our end without waiting. */
  drop(): void;
}

/** What came of joining a keeper: a ready server, a failed start, or nobody there. */
export type Joined =
  | {
      readonly state: 'ready';
      readonly hold: Hold;
      readonly server: Extract<KeeperMessage, { state: 'ready' }>;
    }
  | Extract<KeeperMessage, { state: 'failed' }>
  | { readonly state: 'nobody' };

function holdOf(socket: Socket, closed: Promise<void>): Hold {
  return {
    closed,
    send: (message) => void socket.ref().write(`${message}\n`),
    drop: () => void socket.destroy(),
  };
}

/**
 * Joins the keeper of a folder, if there is one, and waits for its word. A connection that ends
 * without a word is a keeper that was just stopping: nobody is there. After so many milliseconds
 * without a word it gives up as if nobody were there.
 */
export function joinKeeper(home: string, patience: number): Promise<Joined> {
  const file = readServerFile(home);
  if (file === undefined) return Promise.resolve({ state: 'nobody' });
  return new Promise((resolve) => {
    const socket = connect(file.control);
    const closed = new Promise<void>((gone) => socket.once('close', () => gone()));
    const timer = setTimeout(() => socket.destroy(), patience);
    const receive = lineReader((line) => {
      // Written by our own keeper, from the same type.
      const message = JSON.parse(line) as KeeperMessage;
      clearTimeout(timer);
      if (message.state === 'failed') {
        socket.destroy();
        resolve(message);
        return;
      }
      // Holding on must not keep a process alive that has nothing else to do.
      socket.unref();
      resolve({ state: 'ready', hold: holdOf(socket, closed), server: message });
    });
    socket.setEncoding('utf8').on('data', (text) => receive(String(text)));
    socket.on('error', () => undefined);
    void closed.then(() => {
      clearTimeout(timer);
      resolve({ state: 'nobody' });
    });
  });
}
