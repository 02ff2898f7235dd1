import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canReach, serverAccount } from './account.ts';
import { openEmbedded } from './embedded.ts';
import type { EmbeddedServer } from './server.ts';

/** How a throwaway cluster differs from the usual one. */
export interface ThrowawayOptions {
  /** Name of its database; `lms_db_throwaway` unless given. */
  readonly database?: string | undefined;
  readonly packageDirectory?: string | undefined;
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/**
 * Opens a new cluster in a temporary directory, with fsync off. It is stopped and removed when it is
 * released, or when this process ends, however it ends. Throws BackendError.
 */
export async function openThrowaway(options: ThrowawayOptions = {}): Promise<EmbeddedServer> {
  const account = serverAccount(undefined);
  // Root's TMPDIR may be closed to the user that runs the server.
  const parent = canReach(tmpdir(), account, 'walk') ? tmpdir() : '/tmp';
  const directory = mkdtempSync(join(parent, 'lms-db-throwaway-'));
  if (account !== undefined) chmodSync(directory, 0o711);
  try {
    return await openEmbedded({
      directory,
      displayDirectory: directory,
      database: options.database ?? 'lms_db_throwaway',
      durable: false,
      packageDirectory: options.packageDirectory,
      settings: options.settings,
      throwaway: true,
    });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}
