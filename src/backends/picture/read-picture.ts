import type { Fact, ObjectKind, Picture, PictureObject } from '../../core/picture.ts';
import type { Session } from '../../core/ports.ts';
import * as aggregates from './aggregates.ts';
import * as database from './database.ts';
import * as operators from './operators.ts';
import { withOwnSettings } from './own-settings.ts';
import * as relations from './relations.ts';
import * as routines from './routines.ts';
import * as textSearch from './text-search.ts';
import * as types from './types.ts';

interface PictureRow {
  readonly kind: ObjectKind;
  readonly schema: string | null;
  readonly name: string;
  readonly sql: string;
  readonly address: string;
  readonly on: string | null;
  readonly position: number | null;
  readonly facts: Readonly<Record<string, Fact>>;
  readonly create: string | null;
  readonly drop: string | null;
}

/** The one query of a picture. `$1` is the schema of the tool's own tables, which is left out. */
export function pictureQuery(serverVersion: number): string {
  const selects = [
    ...Object.values(relations),
    ...Object.values(routines),
    ...Object.values(aggregates),
    ...Object.values(operators),
    ...Object.values(types),
    ...Object.values(textSearch),
    ...Object.values(database).map((select) => (typeof select === 'string' ? select : select(serverVersion))),
  ];
  return `with own as materialized (
  select n.oid, n.nspname from pg_catalog.pg_namespace as n
  where n.nspname <> $1 and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
)
select * from (
${selects.join('\nunion all\n')}
) as everything
order by kind collate "C", schema collate "C" nulls first, "on" collate "C" nulls first, position nulls first, name collate "C"`;
}

/**
 * Reads the schema of a database: everything but what PostgreSQL itself, extensions and this tool
 * brought along. Works inside an open transaction and leaves its search_path as it was. Throws ServerError.
 */
export async function readPicture(session: Session, historySchema: string): Promise<Picture> {
  return withOwnSettings(session, async () => {
    const rows = await session.query<PictureRow>(pictureQuery(session.serverVersion), [historySchema]);
    return { serverVersion: session.serverVersion, objects: rows.map(objectOf) };
  });
}

function objectOf(row: PictureRow): PictureObject {
  return {
    kind: row.kind,
    schema: row.schema ?? undefined,
    name: row.name,
    sql: row.sql,
    address: row.address,
    on: row.on ?? undefined,
    position: row.position ?? undefined,
    facts: row.facts,
    create: row.create ?? undefined,
    drop: row.drop ?? undefined,
  };
}

/**
 * A picture with the role that owns the history, which is the one that ran the migrations; without a
 * history, the present user.
 */
export async function readOwnedPicture(
  session: Session,
  historySchema: string,
): Promise<{ readonly picture: Picture; readonly mainRole: string }> {
  const [row] = await session.query<{ role: string }>(
    `select coalesce((select pg_catalog.pg_get_userbyid(nspowner)::text from pg_catalog.pg_namespace where nspname = $1),
       current_user::text) as role`,
    [historySchema],
  );
  return { picture: await readPicture(session, historySchema), mainRole: row?.role ?? '' };
}
