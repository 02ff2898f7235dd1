import { NON_TRANSACTIONAL } from './non-transactional.ts';
import type { NonTransactional } from './non-transactional.ts';
import { copyClient, scannerOf } from './statements.ts';
import type { Statement } from './statements.ts';
import { TokenCursor } from './token-cursor.ts';
import type { QualifiedName } from './token-cursor.ts';

/** What the runner must know of a statement before it sends it. */
export interface StatementKind {
  /** Its first word in upper case; empty where it starts with something else. */
  readonly verb: string;
  readonly action: StatementAction;
  /** Set for a statement that PostgreSQL refuses inside a transaction block. */
  readonly nonTransactional?: NonTransactional | undefined;
  /** CALL and DO run code that may COMMIT; inside a transaction block that fails with 2D000. */
  readonly mayCommit: boolean;
  /** Whether something of it can stay in the session after COMMIT; the code of CALL and DO is not looked into. */
  readonly sessionEffects: boolean | 'unknown';
}

/** What a statement does, as far as the runner treats it in its own way. Names are as the catalogs hold them. */
export type StatementAction =
  | { readonly kind: 'other' }
  | { readonly kind: 'meta-command' }
  | { readonly kind: 'transaction-control'; readonly statement: string }
  | { readonly kind: 'prepare-transaction' }
  | { readonly kind: 'prepared'; readonly outcome: 'commit' | 'rollback'; readonly gid: string }
  | { readonly kind: 'copy-from-stdin' }
  | { readonly kind: 'copy-to-stdout' }
  | { readonly kind: 'discard-all' }
  | CreateIndex
  | DropIndex
  | Reindex
  | DetachPartition
  | NamedObject;

/** CREATE INDEX. The index lies in the schema of its table. */
export interface CreateIndex {
  readonly kind: 'create-index';
  readonly concurrently: boolean;
  readonly unique: boolean;
  readonly ifNotExists: boolean;
  /** Undefined where PostgreSQL makes up the name. */
  readonly name: QualifiedName | undefined;
  readonly table: QualifiedName;
  readonly only: boolean;
}

/** DROP INDEX, of one or more. */
export interface DropIndex {
  readonly kind: 'drop-index';
  readonly concurrently: boolean;
  readonly ifExists: boolean;
  readonly names: readonly QualifiedName[];
}

/** REINDEX in any of its scopes; CONCURRENTLY may stand as an option or as a word. */
export interface Reindex {
  readonly kind: 'reindex';
  readonly concurrently: boolean;
  readonly scope: 'index' | 'table' | 'schema' | 'database' | 'system';
  /** Undefined for the current database. */
  readonly name: QualifiedName | undefined;
}

/** ALTER TABLE … DETACH PARTITION. FINALIZE completes one that was interrupted. */
export interface DetachPartition {
  readonly kind: 'detach-partition';
  readonly concurrently: boolean;
  readonly finalize: boolean;
  readonly table: QualifiedName;
  readonly partition: QualifiedName;
}

/** Creates or drops an object of the cluster, or a subscription. */
export interface NamedObject {
  readonly kind: `${'create' | 'drop'}-${'database' | 'tablespace' | 'subscription'}`;
  readonly name: string;
  readonly ifExists: boolean;
}

type Facts = Partial<Omit<StatementKind, 'verb' | 'nonTransactional'>> & {
  readonly refusedAs?: string | undefined;
};

/** Tells from its words what a statement is. Never throws: what cannot be read is `other`, for the server to judge. */
export function kindOf(text: string, statement: Statement): StatementKind {
  const cursor = new TokenCursor(text, scannerOf(text, statement));
  const verb = cursor.keyword();
  const copy = verb === 'COPY' ? copyClient(text, statement) : undefined;
  const facts: Facts =
    cursor.token()?.kind === 'meta-command'
      ? { action: { kind: 'meta-command' } }
      : copy !== undefined
        ? { action: { kind: copy === 'stdin' ? 'copy-from-stdin' : 'copy-to-stdout' } }
        : factsOf(cursor);
  return {
    verb,
    action: facts.action ?? { kind: 'other' },
    nonTransactional:
      facts.refusedAs === undefined
        ? undefined
        : NON_TRANSACTIONAL.find((entry) => entry.statement === facts.refusedAs),
    mayCommit: facts.mayCommit ?? false,
    sessionEffects: facts.sessionEffects ?? touchesSession(text, statement),
  };
}

function factsOf(cursor: TokenCursor): Facts {
  const verb = cursor.keyword();
  cursor.skip();
  switch (verb) {
    case 'BEGIN':
    case 'END':
    case 'ABORT':
    case 'SAVEPOINT':
      return control(verb);
    case 'RELEASE':
      return control('RELEASE SAVEPOINT');
    case 'START':
      return cursor.take('TRANSACTION') ? control('START TRANSACTION') : {};
    case 'COMMIT':
    case 'ROLLBACK':
      return commitOrRollback(cursor, verb);
    case 'PREPARE':
      return cursor.take('TRANSACTION')
        ? { action: { kind: 'prepare-transaction' } }
        : { sessionEffects: true };
    case 'SET':
      return set(cursor);
    case 'DISCARD':
      return cursor.take('ALL')
        ? { action: { kind: 'discard-all' }, refusedAs: 'DISCARD ALL', sessionEffects: true }
        : { sessionEffects: true };
    case 'RESET':
    case 'DEALLOCATE':
    case 'LISTEN':
    case 'UNLISTEN':
    case 'LOAD':
      return { sessionEffects: true };
    case 'DECLARE':
      return cursor.find('WITH', 'FOR') === 'WITH' && cursor.take('HOLD') ? { sessionEffects: true } : {};
    case 'CALL':
    case 'DO':
      return { mayCommit: true, sessionEffects: 'unknown' };
    case 'VACUUM':
      return { refusedAs: 'VACUUM' };
    case 'CLUSTER':
      if (cursor.options().size === 0) cursor.take('VERBOSE');
      return cursor.token() === undefined ? { refusedAs: 'CLUSTER without a table' } : {};
    case 'REINDEX':
      return reindex(cursor);
    case 'CREATE':
    case 'DROP':
      return createOrDrop(cursor, verb);
    case 'ALTER':
      return alter(cursor);
    default:
      return {};
  }
}

function control(statement: string): Facts {
  return { action: { kind: 'transaction-control', statement } };
}

function commitOrRollback(cursor: TokenCursor, verb: 'COMMIT' | 'ROLLBACK'): Facts {
  if (cursor.take('PREPARED')) {
    const gid = cursor.textOf(cursor.token()).slice(1, -1).replaceAll("''", "'");
    const outcome = verb === 'COMMIT' ? 'commit' : 'rollback';
    return { action: { kind: 'prepared', outcome, gid }, refusedAs: `${verb} PREPARED` };
  }
  if (!cursor.take('WORK')) cursor.take('TRANSACTION');
  return control(verb === 'ROLLBACK' && cursor.take('TO') ? 'ROLLBACK TO SAVEPOINT' : verb);
}

/** SET TRANSACTION changes the runner's own transaction; SET CONSTRAINTS and SET LOCAL end with it. */
function set(cursor: TokenCursor): Facts {
  const local = cursor.take('LOCAL');
  if (!local && cursor.keyword(1) !== 'CHARACTERISTICS') cursor.take('SESSION');
  if (cursor.keyword() === 'TRANSACTION') return control('SET TRANSACTION');
  return local || cursor.keyword() === 'CONSTRAINTS' ? {} : { sessionEffects: true };
}

function reindex(cursor: TokenCursor): Facts {
  const option = cursor.options().get('concurrently');
  const scope = SCOPES.find((word) => cursor.take(word.toUpperCase()));
  // Not `||`: the word must be passed whatever the options say.
  const word = cursor.take('CONCURRENTLY');
  const concurrently = word || (option !== undefined && !['false', 'off', '0'].includes(option));
  if (scope === undefined) return concurrently ? { refusedAs: 'REINDEX … CONCURRENTLY' } : {};
  const whole = scope === 'index' || scope === 'table' ? undefined : `REINDEX ${scope.toUpperCase()}`;
  const action: Reindex = { kind: 'reindex', concurrently, scope, name: cursor.name() };
  return { action, refusedAs: concurrently ? 'REINDEX … CONCURRENTLY' : whole };
}

const SCOPES = ['index', 'table', 'schema', 'database', 'system'] as const;
const OBJECTS = ['database', 'tablespace', 'subscription'] as const;

function createOrDrop(cursor: TokenCursor, verb: 'CREATE' | 'DROP'): Facts {
  const object = OBJECTS.find((word) => cursor.take(word.toUpperCase()));
  if (object !== undefined) {
    const ifExists = cursor.take('IF', 'EXISTS');
    const name = cursor.name()?.name;
    const creates = verb === 'CREATE';
    // A subscription that makes no replication slot needs no other transaction: subscriptioncmds.c.
    const slotless = object === 'subscription' && creates && withOption(cursor, 'create_slot', 'connect');
    const refusedAs = slotless ? undefined : `${verb} ${object.toUpperCase()}`;
    if (name === undefined) return { refusedAs };
    return { action: { kind: creates ? `create-${object}` : `drop-${object}`, name, ifExists }, refusedAs };
  }
  if (verb === 'DROP') return cursor.take('INDEX') ? dropIndex(cursor) : {};
  const unique = cursor.take('UNIQUE');
  if (cursor.take('INDEX')) return createIndex(cursor, unique);
  cursor.take('OR', 'REPLACE');
  if (!cursor.take('LOCAL')) cursor.take('GLOBAL');
  if (!cursor.take('TEMP') && !cursor.take('TEMPORARY')) return {};
  while (cursor.find('ON') !== '') if (cursor.take('COMMIT', 'DROP')) return {};
  return { sessionEffects: true };
}

function createIndex(cursor: TokenCursor, unique: boolean): Facts {
  const concurrently = cursor.take('CONCURRENTLY');
  const refusedAs = concurrently ? 'CREATE INDEX CONCURRENTLY' : undefined;
  const ifNotExists = cursor.take('IF', 'NOT', 'EXISTS');
  const name = cursor.keyword() === 'ON' ? undefined : cursor.name();
  const only = cursor.take('ON', 'ONLY');
  const table = only || cursor.take('ON') ? cursor.name() : undefined;
  if (table === undefined) return { refusedAs };
  return {
    action: { kind: 'create-index', concurrently, unique, ifNotExists, name, table, only },
    refusedAs,
  };
}

function dropIndex(cursor: TokenCursor): Facts {
  const concurrently = cursor.take('CONCURRENTLY');
  const ifExists = cursor.take('IF', 'EXISTS');
  const action: DropIndex = { kind: 'drop-index', concurrently, ifExists, names: cursor.names() };
  return { action, refusedAs: concurrently ? 'DROP INDEX CONCURRENTLY' : undefined };
}

function alter(cursor: TokenCursor): Facts {
  if (cursor.take('SYSTEM')) return { refusedAs: 'ALTER SYSTEM' };
  if (cursor.take('DATABASE')) {
    cursor.name();
    const moves =
      cursor.take('SET', 'TABLESPACE') && cursor.keyword() !== 'TO' && cursor.name() !== undefined;
    return moves ? { refusedAs: 'ALTER DATABASE … SET TABLESPACE' } : {};
  }
  if (cursor.take('SUBSCRIPTION')) return alterSubscription(cursor);
  if (!cursor.take('TABLE')) return {};
  cursor.take('IF', 'EXISTS');
  cursor.take('ONLY');
  const table = cursor.name();
  cursor.takeMark('*');
  const partition = cursor.take('DETACH', 'PARTITION') ? cursor.name() : undefined;
  if (table === undefined || partition === undefined) return {};
  const concurrently = cursor.take('CONCURRENTLY');
  const finalize = cursor.take('FINALIZE');
  const refusedAs = concurrently ? 'ALTER TABLE … DETACH PARTITION … CONCURRENTLY' : undefined;
  return { action: { kind: 'detach-partition', concurrently, finalize, table, partition }, refusedAs };
}

function alterSubscription(cursor: TokenCursor): Facts {
  cursor.name();
  if (cursor.take('REFRESH')) return { refusedAs: 'ALTER SUBSCRIPTION … REFRESH PUBLICATION' };
  const change = ['SET', 'ADD', 'DROP'].find((word) => cursor.take(word, 'PUBLICATION'));
  if (change !== undefined) {
    return withOption(cursor, 'refresh') ? {} : { refusedAs: `ALTER SUBSCRIPTION … ${change} PUBLICATION` };
  }
  const options = cursor.take('SET') ? cursor.options() : undefined;
  const option = ['failover', 'two_phase'].find((name) => options?.has(name));
  return option === undefined ? {} : { refusedAs: `ALTER SUBSCRIPTION … SET (${option})` };
}

/** True when WITH (…) turns one of these options off. */
function withOption(cursor: TokenCursor, ...names: readonly string[]): boolean {
  if (cursor.find('WITH') === '') return false;
  const options = cursor.options();
  return names.some((name) => ['false', 'off', '0'].includes(options.get(name) ?? ''));
}

/** Calls and names in any statement that leave something in the session. */
function touchesSession(text: string, statement: Statement): boolean {
  // Nearly no statement holds one of these: look before reading every token.
  if (!/set_config|pg_temp|advisory|\btemp/i.test(text.slice(statement.start, statement.textEnd)))
    return false;
  const cursor = new TokenCursor(text, scannerOf(text, statement));
  for (let token = cursor.token(); token !== undefined; token = cursor.token()) {
    if (cursor.take('INTO', 'TEMP') || cursor.take('INTO', 'TEMPORARY')) return true;
    const name = cursor.textOf(token).replace(/^"|"$/g, '').toLowerCase();
    cursor.skip();
    if (name === 'pg_temp' && cursor.takeMark('.')) return true;
    const call = name === 'set_config' || (/^pg_(?:try_)?advisory_/.test(name) && !name.includes('_xact_'));
    if (call && (token.kind === 'word' || token.kind === 'quoted-identifier') && cursor.takeMark('('))
      return true;
  }
  return false;
}
