// A schema, its snapshot, and what the snapshot makes in an empty database.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readSchema } from '../../src/backends/picture/read-schema.ts';
import { differences, differenceText } from '../../src/core/picture-difference.ts';
import { withMainRole } from '../../src/core/picture-roles.ts';
import type { Picture } from '../../src/core/picture.ts';
import type { Session } from '../../src/core/ports.ts';
import { schemaText } from '../../src/core/snapshot/snapshot.ts';
import type { SchemaText } from '../../src/core/snapshot/snapshot.ts';
import { privateDatabase } from './database.ts';
import type { PrivateDatabase } from './database.ts';

/** The roles that the crooked schema names. */
export const CROOKED_ROLES = ['reader', 'writer'].map((name) => `${name}_${randomBytes(4).toString('hex')}`);

/** The crooked schema, for a server of this version. */
export function crookedSql(serverVersion: number): string {
  const [reader = '', writer = ''] = CROOKED_ROLES;
  return readFileSync('test/fixtures/snapshot/crooked.sql', 'utf8')
    .replaceAll('@reader', reader)
    .replaceAll('@writer', writer)
    .split('\n')
    .filter((line) => serverVersion >= Number(/^\/\*(\d+)\*\//.exec(line)?.[1] ?? 0) * 10_000)
    .join('\n');
}

/** A schema as it is, and as a snapshot has it. */
export interface Snapshot extends SchemaText {
  readonly picture: Picture;
}

/** Takes a snapshot of what a session sees. */
export async function snapshotOf(session: Session): Promise<Snapshot> {
  const { picture, mainRole, dependencies } = await readSchema(session, 'lms_db');
  const renamed = withMainRole(picture, mainRole);
  return { picture: renamed, ...schemaText(renamed, dependencies) };
}

/** Takes a snapshot of a database. */
export async function snapshotOfDatabase({ database }: PrivateDatabase): Promise<Snapshot> {
  const session = await database.connect('look');
  return snapshotOf(session).finally(() => session.close());
}

/** Loads a snapshot into an empty database, and gives back how that differs and what its own snapshot is. */
export async function loaded(
  snapshot: Snapshot,
): Promise<{ readonly differences: readonly string[]; readonly text: string | undefined }> {
  if (snapshot.text === undefined) throw new Error(`no snapshot: ${snapshot.problems.join('; ')}`);
  const database = await privateDatabase();
  const session = await database.database.connect('work');
  try {
    await session.script(snapshot.text);
    const again = await snapshotOf(session);
    const found = differences(snapshot.picture, again.picture);
    return {
      differences: found.map((difference) =>
        differenceText(difference, { missing: 'is missing', extra: 'is extra' }),
      ),
      text: again.text,
    };
  } finally {
    await session.close();
    await database.drop();
  }
}
