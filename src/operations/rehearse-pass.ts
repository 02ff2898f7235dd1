import type { FilledTable } from '../core/rehearsal.ts';
import type { Fingerprints, RehearsalTools, ThrowawayDatabase } from '../core/rehearsal-ports.ts';
import type { MigrationFile } from '../core/migration.ts';
import { quoted } from '../core/sql-text.ts';
import type { Picture } from '../core/picture.ts';
import type { Session } from '../core/ports.ts';
import type { Context } from './context.ts';
import type { Moment } from './rehearse-compare.ts';

/** What one pass over the migrations is told. */
export interface PassOptions {
  /** Where it runs; its history must be installed. */
  readonly database: ThrowawayDatabase;
  /** The context of every run there: its database is the throwaway one, and nothing is said. */
  readonly context: Context;
  readonly tools: RehearsalTools;
  /** All files of the project, in order. */
  readonly files: readonly MigrationFile[];
  /** Those to rehearse; the others are applied. */
  readonly versions: ReadonlySet<string>;
  /** How many rows each empty table gets before a migration; 0 for none. */
  readonly rows: number;
  /** Loads the seeds that fit the schema as it is now. */
  readonly seeds?: ((context: Context, applied: readonly MigrationFile[]) => Promise<void>) | undefined;
  readonly historySchema: string;
  /** Take the measure of each statement. */
  readonly measured: boolean;
}

/** One pass over the migrations, with the one session that it works with. */
export class Pass {
  readonly unfilled = new Map<string, FilledTable>();
  #session: Session | undefined;
  #before: Moment = {};

  constructor(readonly options: PassOptions) {}

  get withRows(): boolean {
    return this.options.rows > 0;
  }

  /** The session, opened where it is not. */
  async session(): Promise<Session> {
    if (this.#session === undefined || this.#session.closed) {
      this.#session = await this.options.database.connect('work');
      await this.#session.prepare();
    }
    return this.#session;
  }

  /** Closes the session: a database can only be copied when nobody is connected. */
  async disconnect(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  /** The schema as it is. */
  async picture(): Promise<Picture> {
    return this.options.tools.picture(await this.session());
  }

  /** The schema before a migration: what the one before it left, read once. */
  async pictureBefore(): Promise<Picture> {
    const picture = this.#before.picture ?? (await this.picture());
    this.#before = { ...this.#before, picture };
    return picture;
  }

  async digest(): Promise<string> {
    return this.options.tools.digest.of(await this.session());
  }

  async digestBefore(): Promise<string> {
    const digest = this.#before.digest ?? (await this.digest());
    this.#before = { ...this.#before, digest };
    return digest;
  }

  /** Remembers what is known of the schema after a migration; nothing where it is to be read again. */
  leave(now: Pick<Moment, 'picture' | 'digest'>): void {
    this.#before = now;
  }

  /** The rows as they are; nothing for a pass without rows. */
  async fingerprints(): Promise<Fingerprints | undefined> {
    return this.withRows ? this.options.tools.fingerprints(await this.session()) : undefined;
  }

  /** Gives every table rows, as far as that can be, before a migration is rehearsed. */
  async provideRows(next: MigrationFile): Promise<void> {
    const { rows, seeds, context, tools, historySchema, files } = this.options;
    if (rows === 0) return;
    await seeds?.(context, files.slice(0, files.indexOf(next)));
    const filled = await tools.filler.fill(await this.session(), { rows, leaveOut: [historySchema] });
    for (const table of filled) {
      if (table.inserted === 0 && !this.unfilled.has(table.table)) this.unfilled.set(table.table, table);
    }
  }

  /** Takes all rows out again. */
  async removeRows(): Promise<void> {
    const session = await this.session();
    const { objects } = await this.picture();
    const tables = objects
      .filter(({ kind }) => kind === 'table')
      .map(({ schema = 'public', name }) => `${quoted(schema)}.${quoted(name)}`);
    if (tables.length > 0) await session.script(`truncate ${tables.join(', ')} cascade`);
  }
}
