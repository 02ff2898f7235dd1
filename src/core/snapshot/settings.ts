import type { PictureObject } from '../picture.ts';
import { literal, quoted } from '../sql-text.ts';
import { listFact, textFact } from './schema-index.ts';

/** Settings whose value is a list of names (GUC_LIST_QUOTE in guc_tables.c): quoted as one it would be one name. */
const LISTS: ReadonlySet<string> = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

/**
 * What a database is set to, for all or for one role. ALTER DATABASE needs the name of a database, which is another one
 * wherever the file is loaded.
 */
export function settingStatements(object: PictureObject): readonly string[] {
  const role = textFact(object, 'role');
  return listFact(object, 'settings').map((setting) => {
    const at = setting.indexOf('=');
    const [name, value] = [setting.slice(0, at), setting.slice(at + 1)];
    const text = LISTS.has(name.toLowerCase()) ? namesIn(value).map(literal).join(', ') : literal(value);
    const set = `SET ${name.split('.').map(quoted).join('.')} TO ${text === '' ? "''" : text}`;
    const statement =
      role === undefined
        ? `ALTER DATABASE %I ${escaped(set)}`
        : `ALTER ROLE ${escaped(quoted(role))} IN DATABASE %I ${escaped(set)}`;
    const command = `EXECUTE pg_catalog.format(${literal(statement)}, pg_catalog.current_database());`;
    return `DO ${literal(`BEGIN ${command} END`)}`;
  });
}

/** As format() wants it. */
function escaped(text: string): string {
  return text.replaceAll('%', '%%');
}

/** `app, "Odd, name"` as its names. */
function namesIn(list: string): readonly string[] {
  return [...list.matchAll(/"((?:[^"]|"")*)"|([^\s,"][^,]*)/g)].map(
    ([, inQuotes, bare]) => inQuotes?.replaceAll('""', '"') ?? (bare ?? '').trim(),
  );
}
