import type { EventEmitter } from 'node:events';
import type pg from 'pg';
import { ConnectionError } from '../core/errors.ts';

/** What the server has to do before it gets the password, and before it is believed. */
export interface ChannelBinding {
  /** Gives out the password, to a server that offers to prove itself. */
  readonly password: () => string;
  /** Follows what the server of this client says. Called before it connects. */
  readonly watch: (client: pg.Client) => void;
  /** Throws ConnectionError when the server let us in without the proof. */
  readonly require: () => void;
}

/**
 * `channel_binding=require`, on which pg itself does not insist: it binds to the TLS channel where the
 * server offers that, and answers any other question for the password too. SCRAM-SHA-256-PLUS proves that
 * who holds the certificate also knows the password (RFC 5802 and 5929, tls-server-end-point).
 */
export function channelBinding(password: string): ChannelBinding {
  let offered = false;
  let proven = false;
  const requireIt = (holds: boolean): void => {
    if (holds) return;
    throw new ConnectionError(
      'the server offers no channel binding, and channel_binding=require insists on it',
      {
        hint: 'it takes TLS and a password in SCRAM; a pooler or proxy in between may not know it: connect to the server itself',
      },
    );
  };
  return {
    password() {
      requireIt(offered);
      return password;
    },
    watch(client) {
      // Not in pg's types: the messages of the protocol, as they come.
      const { connection } = client as pg.Client & { readonly connection: EventEmitter };
      connection.on('authenticationSASL', ({ mechanisms }: { readonly mechanisms: readonly string[] }) => {
        offered = mechanisms.includes('SCRAM-SHA-256-PLUS');
      });
      // pg verifies the server's signature in it, and ends the connection when it is wrong.
      connection.on('authenticationSASLFinal', () => {
        proven = offered;
      });
    },
    require() {
      requireIt(proven);
    },
  };
}
