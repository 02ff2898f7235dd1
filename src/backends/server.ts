import type { Database } from '../core/database.ts';
import { connect } from './connect.ts';
import { describeConnection } from './connection/describe.ts';
import type { ConnectionParameters } from './parameters.ts';

/** A database on a server that somebody else runs. Opening it connects to nothing yet. */
export function openServer(parameters: ConnectionParameters): Database {
  return {
    backend: 'server',
    label: describeConnection(parameters),
    name: parameters.database,
    connect: (purpose) => connect(parameters, purpose),
    close: () => Promise.resolve(),
  };
}
