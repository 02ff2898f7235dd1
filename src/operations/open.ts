import { RefusedError } from '../core/errors.ts';
import type { HistoryState } from '../core/history.ts';
import type { Session } from '../core/ports.ts';
import type { Target } from '../core/target.ts';
import type { Context, EnvironmentRequest } from './context.ts';

/** A session, what its database remembers, and the target as it turned out to be. */
export interface Opened {
  readonly session: Session;
  readonly state: HistoryState;
  readonly target: Target;
}

/** `18.4` for 180004, `14.23` for 140023. */
export function serverVersionText(serverVersion: number): string {
  return `${Math.floor(serverVersion / 10_000)}.${serverVersion % 10_000}`;
}

/** Borrows a session for work that only looks, or for a run. The session is closed afterwards, come what may. */
export async function withSession<Result>(
  context: Context,
  purpose: 'work' | 'look',
  use: (opened: Opened) => Promise<Result>,
  /** What surrounds everything that is asked, the history too: verify's one snapshot. */
  within: (session: Session, work: () => Promise<Result>) => Promise<Result> = (_, work) => work(),
): Promise<Result> {
  const session = await context.database.connect(purpose);
  session.onNotice = (message) => context.emit({ type: 'note', message });
  try {
    requireServer(context, session);
    return await within(session, async () => {
      const state = await context.tools.history.read(session);
      const target: Target = {
        ...context.target,
        serverVersion: serverVersionText(session.serverVersion),
        environment: effectiveEnvironment(context.environment, state),
      };
      context.emit({ type: 'connected', target, state });
      return use({ session, state, target });
    });
  } finally {
    await session.close();
  }
}

function requireServer({ minimumServer, target }: Context, session: Session): void {
  if (minimumServer === undefined || session.serverVersion >= minimumServer * 10_000) return;
  throw new RefusedError(
    `project ${target.project} needs PostgreSQL ${minimumServer} or newer; this server is ${serverVersionText(session.serverVersion)}`,
    { hint: 'upgrade the server, or use another one; nothing was run' },
  );
}

/** What the database remembers counts more than a default, so that nobody forgets that it is production. */
function effectiveEnvironment(request: EnvironmentRequest, state: HistoryState): string {
  if (request.explicit && request.change) return request.name;
  return state.environment ?? request.name;
}

/** Refuses a run under another environment than the one the database remembers. Throws RefusedError. */
export function requireEnvironment(context: Context, state: HistoryState): void {
  const { name, explicit, change } = context.environment;
  if (!explicit || change || state.environment === undefined || state.environment === name) return;
  throw new RefusedError(`this database remembers that it is "${state.environment}", not "${name}"`, {
    hint: 'check the URL; if the database has really changed its role, say --change-environment',
  });
}

/** True when destruction needs more than a flag here. */
export function isProtected(context: Context, target: Target): boolean {
  return context.environment.protected.includes(target.environment);
}
