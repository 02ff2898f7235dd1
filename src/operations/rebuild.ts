import type { Database } from '../core/database.ts';
import type { MigrationFile } from '../core/migration.ts';
import type { Session } from '../core/ports.ts';
import type { Context } from './context.ts';
import { migrate } from './migrate.ts';
import { StepFailedError } from './execution.ts';
import { EXIT } from '../core/finding.ts';

/**
 * Applies migrations to an empty throwaway database and gives back what is read from it. Throws what
 * migrate throws, and StepFailedError when one of them fails there.
 */
export async function rebuild<Result>(
  context: Context,
  database: Database,
  migrations: readonly MigrationFile[],
  read: (session: Session) => Promise<Result>,
): Promise<Result> {
  // In the given order, which may not be that of the versions: each one alone.
  const bare: Context = { ...context, database, emit: () => undefined };
  const inOrder = migrations.every(
    (file, index) => index === 0 || (migrations[index - 1]?.version ?? '') < file.version,
  );
  const rounds = inOrder ? [migrations] : migrations.map((_, index) => migrations.slice(0, index + 1));
  for (const files of rounds) {
    const report = await migrate({ ...bare, files }, { allowOutOfOrder: true });
    if (report.error !== undefined) {
      throw new StepFailedError(
        'rebuild-failed',
        EXIT.migrationFailed,
        `the files do not build the schema on a throwaway database: ${report.error.message}`,
        { hint: report.error.hint },
      );
    }
  }
  const session = await database.connect('look');
  try {
    return await read(session);
  } finally {
    await session.close();
  }
}
