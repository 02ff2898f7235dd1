import type { Session } from '../../core/ports.ts';

/**
 * What definitions are written with, whoever asks: with an empty path pg_get_*def and regclass qualify every
 * name; a partition bound or a default shows a time in the zone and style of the session. A query of this
 * size would be compiled (jit), which takes several times longer than running it.
 */
const SETTINGS: readonly (readonly [name: string, value: string])[] = [
  ['search_path', ''],
  ['timezone', 'UTC'],
  ['datestyle', 'ISO, YMD'],
  ['intervalstyle', 'postgres'],
  ['extra_float_digits', '1'],
  ['bytea_output', 'hex'],
  ['quote_all_identifiers', 'off'],
  ['jit', 'off'],
];

async function set(session: Session, settings: typeof SETTINGS): Promise<void> {
  const calls = settings.map(
    (_, index) => `pg_catalog.set_config($${2 * index + 1}, $${2 * index + 2}, false)`,
  );
  await session.query(`select ${calls.join(', ')}`, settings.flat());
}

/** Runs queries of ours with settings of ours, and gives the session its own back. */
export async function withOwnSettings<Result>(session: Session, use: () => Promise<Result>): Promise<Result> {
  const [before] = await session.query<Readonly<Record<string, string>>>(
    `select ${SETTINGS.map(([name]) => `pg_catalog.current_setting('${name}') as "${name}"`).join(', ')}`,
  );
  await set(session, SETTINGS);
  try {
    return await use();
  } finally {
    if (!session.closed) {
      const restored = SETTINGS.map(([name, value]) => [name, before?.[name] ?? value] as const);
      await set(session, restored).catch(() => undefined);
    }
  }
}
