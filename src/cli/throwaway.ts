import { resolveConnection } from '../backends/connection/resolve.ts';
import { nodeSurroundings } from '../backends/connection/surroundings.ts';
import { openThrowawayDatabase } from '../backends/throwaway-database.ts';
import type { Config } from '../config/config.ts';
import type { ThrowawayDatabase } from '../core/rehearsal-ports.ts';
import type { Invocation } from './invocation.ts';
import { textOption } from './options.ts';

/** Opens a throwaway database where `--on` says, or else in a container or on an embedded server. Throws BackendError. */
export function throwawayOf(invocation: Invocation, config: Config): Promise<ThrowawayDatabase> {
  const { options, emit } = invocation;
  const note = (message: string): void => emit({ type: 'note', message });
  const url = textOption(options, 'on');
  if (url === undefined) return openThrowawayDatabase({ note });
  const { parameters, secrets } = resolveConnection(
    { url, source: '--on' },
    nodeSurroundings(config.variables),
  );
  const { user, database, host } = parameters;
  invocation.keepSecret(secrets, [user, database, host, config.environment]);
  return openThrowawayDatabase({ on: parameters, note });
}
