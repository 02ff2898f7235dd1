import type { Tools } from '../core/ports.ts';
import { catalog } from './catalog.ts';
import { withSnapshot } from './check-snapshot.ts';
import { createHistory } from './history.ts';
import type { HistoryOptions } from './history.ts';
import { createInspector } from './inspector.ts';
import { createObserver } from './observer.ts';
import { detectPooler } from './pooler.ts';
import { createRunLock } from './run-lock.ts';
import { PgSession } from './session.ts';

/** Everything that a run needs of PostgreSQL, for one project and history schema. The same for every backend. */
export function createTools(options: HistoryOptions): Tools {
  return {
    history: createHistory(options),
    catalog,
    inspector: createInspector(options.schema),
    runLock: (session) => createRunLock(session, { schema: options.schema, project: options.project }),
    observer: createObserver,
    withSnapshot,
    detectPooler: (first, second) =>
      first instanceof PgSession && second instanceof PgSession
        ? detectPooler(first, second)
        : Promise.resolve('none'),
  };
}
