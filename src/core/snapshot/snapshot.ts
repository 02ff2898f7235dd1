import { MAIN_ROLE } from '../picture-roles.ts';
import { objectText } from '../picture.ts';
import type { Picture, PictureObject } from '../picture.ts';
import { literal } from '../sql-text.ts';
import { ordered } from './order.ts';
import { piecesOf } from './pieces.ts';
import type { Dependencies } from './pieces.ts';
import { granteesOf } from './privileges.ts';
import { isFact, listFact, schemaIndex, textFact } from './schema-index.ts';
import { isPartition } from './table.ts';
import { WRITTEN } from './written-facts.ts';

/** A schema as SQL, or what of it cannot be written. */
export interface SchemaText {
  /** The whole file, with LF line ends; undefined when something cannot be written. */
  readonly text: string | undefined;
  /** What cannot be written, each with its reason: `subscription feed: …`. */
  readonly problems: readonly string[];
  /** What will not be quite the same once it is loaded. */
  readonly remarks: readonly string[];
  /** Objects in the file; what belongs to a table counts with it. */
  readonly objects: number;
  readonly tables: number;
}

/** Everything that a file leaves to the one who loads it. */
const SETTINGS = `SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = off;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
SELECT pg_catalog.set_config('search_path', '', false);`;

/**
 * Writes a schema so that loading the text into an empty database gives the same picture. The same schema
 * gives the same text: no dates, no names of machines, an order that depends on names and needs alone.
 * The picture calls the role that owns the schema MAIN_ROLE; whoever loads the text takes its place.
 */
export function schemaText(picture: Picture, dependencies: Dependencies): SchemaText {
  const problems = picture.objects.flatMap(problemsOf);
  const order = ordered(piecesOf(picture, dependencies));
  if (order.circle !== undefined) {
    const names = new Map(picture.objects.map((object) => [object.address, objectText(object)]));
    const circle = order.circle.map(({ key }) => names.get(key) ?? key.replace(/^(\w+):/, 'the $1 of '));
    problems.push(
      `${circle.join(' needs ')} needs ${circle[0] ?? ''}: no order makes them one after the other`,
    );
  }
  const own = picture.objects.filter(({ on }) => on === undefined);
  const tables = own.filter(({ kind }) => kind === 'table' || kind === 'foreign table').length;
  if (problems.length > 0 || order.circle !== undefined) {
    return { text: undefined, problems, remarks: [], objects: own.length, tables };
  }
  const blocks = [
    `-- The schema of a database (PostgreSQL ${Math.floor(picture.serverVersion / 10_000)}), written by lms-db snapshot. Load it into an empty one.`,
    SETTINGS,
    ...removals(picture),
    ...roles(picture.objects),
    ...order.nodes
      .filter(({ statements }) => statements.length > 0)
      .map(({ statements }) => statements.map(terminated).join('\n')),
  ];
  const remarks = columnRemarks(picture);
  return { text: `${blocks.join('\n\n')}\n`, problems, remarks, objects: own.length, tables };
}

function terminated(statement: string): string {
  return `${statement.trim().replace(/;$/, '')};`;
}

/** Whatever says something that the text would not say. */
function problemsOf(object: PictureObject): readonly string[] {
  const name = objectText(object);
  if (object.kind === 'subscription') {
    return [`${name}: its connection string may hold a password; subscribe where the snapshot is loaded`];
  }
  const written = WRITTEN[object.kind];
  const unknown = Object.entries(object.facts)
    .filter(([fact, value]) => !written.includes(fact) && value !== null && value !== false)
    .map(([fact]) => `${name}: ${fact} cannot be written`);
  if (object.kind === 'index' && !(isFact(object, 'valid') && isFact(object, 'ready'))) {
    // That of a partitioned table is invalid until every partition has its own, and is so again when loaded.
    const partitioned = (textFact(object, 'definition') ?? '').includes(' ON ONLY ');
    if (!partitioned) unknown.push(`${name}: it is not valid; drop it or build it again (REINDEX)`);
  }
  if (
    object.kind === 'table' &&
    listFact(object, 'inherits').some((parent) => / \(detach pending\)$/.test(parent))
  ) {
    unknown.push(`${name}: it is half detached; end it with ALTER TABLE … DETACH PARTITION … FINALIZE`);
  }
  if (textFact(object, 'persistence') === 'temporary') unknown.push(`${name}: it is temporary`);
  return unknown;
}

/**
 * The columns of a parent come first in a table that is made with INHERITS. Where the parent got one later, it
 * stands behind the table's own, and no statement puts it there without making it the table's own too.
 */
function columnRemarks(picture: Picture): readonly string[] {
  const index = schemaIndex(picture);
  return picture.objects
    .filter(
      (object) => object.kind === 'table' && !isPartition(object) && listFact(object, 'inherits').length > 0,
    )
    .flatMap((table) => {
      const actual = index.columnsOf(table.sql).map(({ name }) => name);
      const given = listFact(table, 'inherits').flatMap((parent) =>
        index.columnsOf(parent).map(({ name }) => name),
      );
      const loaded = [...new Set([...given.filter((name) => actual.includes(name)), ...actual])];
      if (loaded.join('\0') === actual.join('\0')) return [];
      return [
        `columns of ${table.sql.replace(/^public\./, '')} stand in another order once the snapshot is loaded: ${loaded.join(', ')} instead of ${actual.join(', ')}`,
      ];
    });
}

/** What an empty database has, and this one has not. */
function removals({ objects }: Picture): readonly string[] {
  const has = (kind: string, name: string): boolean =>
    objects.some((object) => object.kind === kind && object.name === name);
  return [
    ...(has('schema', 'public') ? [] : ['DROP SCHEMA IF EXISTS public;']),
    ...(has('extension', 'plpgsql') ? [] : ['DROP EXTENSION IF EXISTS plpgsql;']),
  ];
}

/** Roles belong to the server and not to the database: those that the schema names are made where there are none, with no right at all. */
function roles(objects: readonly PictureObject[]): readonly string[] {
  const names = objects.flatMap(({ kind, facts }) => {
    const named = facts[kind === 'policy' ? 'roles' : 'role'];
    return [
      ...(kind === 'extension' || typeof facts['owner'] !== 'string' ? [] : [facts['owner']]),
      ...granteesOf(facts['grants']),
      ...(typeof named === 'string'
        ? [named]
        : typeof named === 'object' && named !== null
          ? named.map(bare)
          : []),
    ];
  });
  const wanted = [...new Set(names)]
    .filter((name) => name !== 'PUBLIC' && name !== MAIN_ROLE && !name.startsWith('pg_'))
    .sort();
  if (wanted.length === 0) return [];
  return [
    `DO $roles$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY[${wanted.map(literal).join(', ')}] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
            EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
END
$roles$;`,
  ];
}

/** A role as policies name it, quoted where it has to be. */
function bare(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
