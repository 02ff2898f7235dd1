import type { ConnectionParameters } from '../parameters.ts';
import { majorVersionOf } from './cluster.ts';
import type { Home } from './home.ts';
import type { Hold } from './join.ts';
import { readPassword, SUPERUSER } from './password.ts';
import type { Postmaster } from './postmaster.ts';
import { waitAtMost } from './processes.ts';

/** A running embedded server that stays as long as somebody holds it. */
export interface EmbeddedServer {
  readonly parameters: ConnectionParameters;
  /** `18.4`; only the major of a server that somebody else started. */
  readonly version: string;
  /** Where the files really lie, when that is not the folder that was asked for; worth telling the user. */
  readonly relocated: string | undefined;
  /** The folder with the files: the log, the pgpass file, the data. */
  readonly home: string;
  /** Resolves when the server goes away without our release. Never rejects. */
  readonly lost: Promise<void>;
  /** Lets go of the server. Waits, for at most 20 s, until it is down if nobody else uses it. Can be called again. */
  release(): Promise<void>;
}

/** Milliseconds that release() waits for the end of the server. */
const RELEASE = 20_000;

/** A server that somebody keeps for us. Without a hold there is nothing to release. */
export function serverAt(
  home: Home,
  database: string,
  address: { readonly host: string; readonly port: number; readonly version: string },
  hold: Hold | undefined,
): EmbeddedServer {
  const password = readPassword(home.directory);
  let released: Promise<void> | undefined;
  const letGo = async (): Promise<void> => {
    if (hold === undefined) return;
    hold.send('release');
    await waitAtMost(RELEASE, hold.closed);
    hold.drop();
  };
  return {
    parameters: {
      host: address.host,
      port: address.port,
      user: SUPERUSER,
      ...(password === undefined ? {} : { password }),
      database: database,
      ssl: false,
    },
    version: address.version,
    relocated: home.directory === home.area ? undefined : home.directory,
    home: home.directory,
    lost: hold?.closed.then(() => (released === undefined ? undefined : never())) ?? never(),
    release: () => (released ??= letGo()),
  };
}

function never(): Promise<void> {
  return new Promise(() => undefined);
}

/** A server that somebody started by hand in our data directory: used, and never stopped. */
export function foreignServer(home: Home, database: string, postmaster: Postmaster): EmbeddedServer {
  const [directory = ''] = postmaster.socketDirectory.split(',');
  const [listen = ''] = postmaster.listenAddress.split(',');
  const host =
    directory !== '' ? directory.trim() : listen === '*' || listen === '' ? '127.0.0.1' : listen.trim();
  const version = String(majorVersionOf(home) ?? '');
  return serverAt(home, database, { host, port: postmaster.port, version }, undefined);
}
