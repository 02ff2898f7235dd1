import type { Picture } from '../../core/picture.ts';
import type { Session } from '../../core/ports.ts';
import type { Dependencies } from '../../core/snapshot/pieces.ts';
import { readDependencies } from './dependencies.ts';
import { withOwnSettings } from './own-settings.ts';
import { readOwnedPicture } from './read-picture.ts';

/** A picture with what its objects need of each other, as they were at one moment. */
export interface ReadSchema {
  readonly picture: Picture;
  readonly mainRole: string;
  readonly dependencies: Dependencies;
}

/** Reads a schema in a transaction of its own, which changes nothing. Throws ServerError. */
export async function readSchema(session: Session, historySchema: string): Promise<ReadSchema> {
  await session.script('begin isolation level repeatable read, read only');
  try {
    const owned = await readOwnedPicture(session, historySchema);
    return { ...owned, dependencies: await withOwnSettings(session, () => readDependencies(session)) };
  } finally {
    if (!session.closed) await session.script('rollback').catch(() => undefined);
  }
}
