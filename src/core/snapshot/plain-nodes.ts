import type { PictureObject } from '../picture.ts';
import { MAIN_ROLE } from '../picture-roles.ts';
import { quoted } from '../sql-text.ts';
import { columnStatements, sequenceOptions } from './column.ts';
import { nodeOf, RANK, sortName } from './node.ts';
import type { SnapshotNode } from './node.ts';
import { defaultPrivilegeStatements, privilegeStatements } from './privileges.ts';
import {
  commentStatements,
  optionsText,
  ownerStatements,
  saidOf,
  STATES,
  stateStatements,
} from './said-of.ts';
import { isFact, listFact, textFact } from './schema-index.ts';
import type { SchemaIndex } from './schema-index.ts';
import { settingStatements } from './settings.ts';

/** The pieces of every object that is no table, domain, constraint or index. */
export function plainNodes(object: PictureObject, index: SchemaIndex): readonly SnapshotNode[] {
  const { serverVersion } = index;
  const made = object.create === undefined ? [] : [object.create];
  const node = (rank: number, ...statements: readonly string[]): readonly SnapshotNode[] => [
    nodeOf(object, rank, statements),
  ];
  switch (object.kind) {
    case 'schema':
      return node(RANK.schema, ...schemaStatements(object, serverVersion));
    case 'extension':
      return node(RANK.extension, ...extension(object));
    case 'sequence':
      return sequenceNodes(object, index);
    case 'view':
    case 'materialized view':
      return viewNodes(object, index);
    case 'operator family':
      return [
        nodeOf(object, RANK[object.kind], [...made, ...saidOf(object, serverVersion)]),
        ...looseMembers(object),
      ];
    case 'text search configuration':
      return node(RANK[object.kind], ...made, ...mappings(object), ...saidOf(object, serverVersion));
    case 'statistics': {
      const target = textFact(object, 'target');
      const set = target === undefined ? [] : [`ALTER STATISTICS ${object.sql} SET STATISTICS ${target}`];
      return node(RANK.statistics, ...made, ...set, ...saidOf(object, serverVersion));
    }
    case 'trigger':
      return node(RANK.trigger, ...made, ...triggerState(object), ...saidOf(object, serverVersion));
    case 'rule':
      return node(RANK.rule, ...made, ...stateStatements(object), ...saidOf(object, serverVersion));
    case 'event trigger': {
      const words = STATES[String(object.facts['enabled'])];
      const set = words === undefined ? [] : [`ALTER EVENT TRIGGER ${object.sql} ${words}`];
      return node(RANK[object.kind], ...made, ...set, ...saidOf(object, serverVersion));
    }
    case 'default privileges':
      return node(RANK[object.kind], ...defaultPrivilegeStatements(object, serverVersion));
    case 'database setting':
      return node(RANK[object.kind], ...settingStatements(object));
    case 'user mapping':
      return node(
        RANK[object.kind],
        `-- its options are left out: they may hold a password\n${made.join('')}`,
      );
    case 'type': {
      const attributes = index.columnsOf(object.sql).flatMap((attribute) => commentStatements(attribute));
      return node(RANK.type, ...made, ...saidOf(object, serverVersion), ...attributes);
    }
    case 'function':
    case 'procedure':
    case 'aggregate':
    case 'operator':
    case 'operator class':
    case 'cast':
    case 'transform':
    case 'access method':
    case 'collation':
    case 'conversion':
    case 'language':
    case 'policy':
    case 'publication':
    case 'text search dictionary':
    case 'text search parser':
    case 'text search template':
    case 'foreign data wrapper':
    case 'server':
    case 'security label':
      return node(RANK[object.kind], ...made, ...saidOf(object, serverVersion));
    // Made elsewhere, or not at all.
    case 'table':
    case 'foreign table':
    case 'column':
    case 'constraint':
    case 'index':
    case 'domain':
    case 'subscription':
      return [];
  }
}

/** `public` is there from the start, with an owner and a comment of its own. */
function schemaStatements(schema: PictureObject, serverVersion: number): readonly string[] {
  if (schema.name !== 'public') return [schema.create ?? '', ...saidOf(schema, serverVersion)];
  const { owner } = schema.facts;
  const usual = serverVersion >= 150000 ? owner === 'pg_database_owner' : owner === MAIN_ROLE;
  return [
    ...(usual
      ? []
      : owner === MAIN_ROLE
        ? ['ALTER SCHEMA public OWNER TO CURRENT_USER']
        : ownerStatements(schema)),
    ...privilegeStatements(schema, serverVersion),
    ...commentStatements(schema, 'standard public schema'),
  ];
}

/** plpgsql is there from the start. An extension brings its comment along, and can be given to nobody else. */
function extension(object: PictureObject): readonly string[] {
  if (object.name === 'plpgsql') return commentStatements(object, 'PL/pgSQL procedural language');
  const { owner } = object.facts;
  const remark =
    owner === MAIN_ROLE ? '' : `-- it belongs to ${String(owner)}, which PostgreSQL has no statement for\n`;
  return [`${remark}${object.create ?? ''}`, ...commentStatements(object, '')];
}

/** The sequence of an identity column is made with it; one that a column merely owns is given to it later. */
function sequenceNodes(sequence: PictureObject, index: SchemaIndex): readonly SnapshotNode[] {
  const owner = textFact(sequence, 'owned by');
  const identity = isFact(sequence, 'identity');
  const said = [
    ...(owner === undefined ? ownerStatements(sequence) : []),
    ...privilegeStatements(sequence, index.serverVersion),
    ...commentStatements(sequence),
  ];
  const unlogged = textFact(sequence, 'persistence') === 'unlogged';
  if (identity) {
    const table = index.tables.get(tableOfColumn(owner ?? ''));
    const own = table !== undefined && textFact(table, 'persistence') === 'unlogged';
    const logged =
      own === unlogged || index.serverVersion < 150000
        ? []
        : [`ALTER SEQUENCE ${sequence.sql} SET ${unlogged ? 'UNLOGGED' : 'LOGGED'}`];
    return [nodeOf(sequence, RANK.sequence, [...logged, ...said])];
  }
  const type = textFact(sequence, 'type');
  const create = [
    `CREATE ${unlogged ? 'UNLOGGED ' : ''}SEQUENCE ${sequence.sql}`,
    ...(type === 'bigint' ? [] : [`AS ${type ?? ''}`]),
    ...sequenceOptions(sequence),
  ].join(' ');
  // The owner of the table has to own the sequence before the table may.
  const table = owner === undefined ? undefined : index.tables.get(tableOfColumn(owner));
  const given = owner === undefined ? [] : ownerStatements(sequence);
  return [
    nodeOf(sequence, RANK.sequence, [create, ...given, ...said]),
    ...(owner === undefined
      ? []
      : [
          {
            key: `owned:${sequence.address}`,
            rank: RANK['owned by'],
            name: sortName(sequence),
            statements: [`ALTER SEQUENCE ${sequence.sql} OWNED BY ${owner}`],
            needs: [sequence.address, ...(table === undefined ? [] : [table.address])],
          },
        ]),
  ];
}

/** `app.children` of `app.children.id`; a name may hold a quoted dot. */
export function tableOfColumn(column: string): string {
  return /^((?:"(?:[^"]|"")*"|[^".]+)\.(?:"(?:[^"]|"")*"|[^".]+))\./.exec(column)?.[1] ?? '';
}

function viewNodes(view: PictureObject, index: SchemaIndex): readonly SnapshotNode[] {
  const stored = view.kind === 'materialized view';
  const options = listFact(view, 'options');
  const method = textFact(view, 'access method');
  const tablespace = textFact(view, 'tablespace');
  const columns = index.columnsOf(view.sql);
  const create = [
    [
      `CREATE ${view.kind.toUpperCase()} ${view.sql}`,
      ...(method === undefined || method === 'heap' ? [] : [`USING ${quoted(method)}`]),
      ...(options.length === 0 ? [] : [`WITH (${optionsText(options)})`]),
      ...(tablespace === undefined ? [] : [`TABLESPACE ${quoted(tablespace)}`]),
      'AS',
    ].join(' '),
    (textFact(view, 'definition') ?? '').replace(/;\s*$/, ''),
    ...(stored ? ['WITH NO DATA'] : []),
  ].join('\n');
  const statements = [
    create,
    ...saidOf(view, index.serverVersion),
    ...columns.flatMap((column) => columnStatements(column)),
  ];
  return [
    nodeOf(view, RANK.view, statements),
    ...columns.flatMap((column) => {
      const value = textFact(column, 'default');
      if (value === undefined) return [];
      return [
        {
          key: defaultKey(column),
          rank: RANK['view default'],
          name: sortName(column),
          statements: [`ALTER TABLE ${view.sql} ALTER COLUMN ${column.sql} SET DEFAULT ${value}`],
          needs: [view.address],
        },
      ];
    }),
  ];
}

/** The piece that is the default of a column: pg_attrdef, by table and number. */
export function defaultKey(column: PictureObject): string {
  return column.address.replace('pg_class:', 'pg_attrdef:');
}

/** Operators and functions that belong to the family alone, which may need types that need the family. */
function looseMembers(family: PictureObject): readonly SnapshotNode[] {
  const members = listFact(family, 'loose members');
  if (members.length === 0) return [];
  return [
    {
      key: `loose:${family.address}`,
      rank: RANK['loose members'],
      name: sortName(family),
      statements: [`ALTER OPERATOR FAMILY ${family.sql} ADD\n    ${members.join(',\n    ')}`],
      needs: [family.address],
    },
  ];
}

/** Kinds of tokens that stand one after the other and are treated alike share a statement. */
function mappings(configuration: PictureObject): readonly string[] {
  const groups: { readonly kinds: string[]; readonly dictionaries: string }[] = [];
  for (const line of listFact(configuration, 'mappings')) {
    const at = line.indexOf(': ');
    const [kind, dictionaries] = [quoted(line.slice(0, at)), line.slice(at + 2)];
    const last = groups.at(-1);
    if (last?.dictionaries === dictionaries) last.kinds.push(kind);
    else groups.push({ kinds: [kind], dictionaries });
  }
  return groups.map(
    ({ kinds, dictionaries }) =>
      `ALTER TEXT SEARCH CONFIGURATION ${configuration.sql} ADD MAPPING FOR ${kinds.join(', ')} WITH ${dictionaries}`,
  );
}

function triggerState(trigger: PictureObject): readonly string[] {
  return [
    ...stateStatements(trigger),
    ...listFact(trigger, 'in partitions').map((line) => {
      const at = line.lastIndexOf(': ');
      const words = STATES[line.slice(at + 2)] ?? 'ENABLE';
      return `ALTER TABLE ONLY ${line.slice(0, at)} ${words} TRIGGER ${trigger.sql}`;
    }),
  ];
}
