import { readFileSync } from 'node:fs';
import { isHeavy, stronger } from '../../src/core/locks/effect.ts';
import { LOCK_MODES } from '../../src/core/measurement.ts';
import type { Effect, Lock } from '../../src/core/locks/effect.ts';
import type { Finding } from '../../src/core/finding.ts';
import { lintOf } from './lint.ts';

/**
 * What PostgreSQL 12 to 18 were seen to do: 270 statements, each run on a schema of tables with 1,000 rows, with the
 * locks of its backend, the relations that were written anew and the rows that were read. test/fixtures/lock-atlas.jsonl.
 */
export interface AtlasEntry {
  readonly id: string;
  readonly sql: string;
  /** Statements that ran before it. */
  readonly setup?: string;
  /** Its locks were sampled while it ran: of CONCURRENTLY and VACUUM, whose work is not known. */
  readonly sampled?: true;
  readonly results: readonly AtlasResult[];
}

/** What one or several versions did alike. */
export interface AtlasResult {
  readonly pg: readonly number[];
  readonly error?: string;
  readonly locks?: Readonly<Record<string, string>>;
  /** `r:t`, `i:t_a_idx`, `m:mv`: kind and name. */
  readonly rewritten?: readonly string[];
  /** Rows read, by table. */
  readonly tuples_read?: Readonly<Record<string, number>>;
}

/** Every statement of the atlas. */
export const ATLAS: readonly AtlasEntry[] = readFileSync('test/fixtures/lock-atlas.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as AtlasEntry);

/** The schema that the statements of the atlas ran on, as far as they name it. */
const ATLAS_SCHEMA = `
SET search_path = s;
CREATE SCHEMA s;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN dom AS int;
CREATE DOMAIN domc AS int CHECK (value > 0);
CREATE SEQUENCE sq;
CREATE FUNCTION fstab() RETURNS int LANGUAGE plpgsql STABLE AS 'begin return 1; end';
CREATE FUNCTION fimm() RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'begin return 1; end';
CREATE FUNCTION fvol() RETURNS int LANGUAGE plpgsql VOLATILE AS 'begin return 1; end';
CREATE FUNCTION fvolsql() RETURNS int LANGUAGE sql VOLATILE AS 'select 1';
CREATE FUNCTION trgf() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE TABLE parent (id bigint PRIMARY KEY);
CREATE TABLE child (id bigint PRIMARY KEY, parent_id bigint REFERENCES parent (id));
CREATE TABLE t (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int, b text, c varchar(50), cc char(10), d numeric(10,2), e mood,
  i2 int, ip cidr, j jsonb, js json, nn int, parent_id bigint, ts timestamp, tz timestamptz
);
CREATE INDEX t_a_idx ON t (a);
CREATE UNIQUE INDEX t_b_uq ON t (b);
CREATE INDEX t_c_idx ON t (c);
CREATE INDEX t_ip_idx ON t (ip);
CREATE INDEX t_ts_idx ON t (ts);
CREATE TRIGGER trg BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION trgf();
CREATE POLICY pol ON t USING (true);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT id, a FROM t;
CREATE UNIQUE INDEX mv_id ON mv (id);
CREATE TABLE empty_t (id int NOT NULL, x int);
CREATE TABLE dt (v dom);
CREATE TABLE part (id bigint, k int, x int) PARTITION BY RANGE (k);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (1) TO (1001);
CREATE TABLE part_new (id bigint, k int, x int);
CREATE TABLE same_schema (id int);
`;

/** What lint says of a statement of the atlas: its effects and its findings. */
export interface Verdict {
  readonly effects: readonly Effect[];
  readonly findings: readonly Finding[];
}

/** Lints a statement of the atlas as a migration after its schema. */
export function verdictOf({ id, sql, setup }: AtlasEntry): Verdict {
  const zone = id.includes('nonutc') ? 'America/New_York' : 'UTC';
  const head = `SET search_path = s; SET timezone = '${zone}';\n`;
  const { findings, replayed } = lintOf([ATLAS_SCHEMA, `${head}${setup ?? 'SELECT'};`, `${head}${sql}`], {
    postgres: 18,
  });
  const last = replayed.at(-1);
  return {
    effects: last?.executed.flatMap(({ effects }) => effects) ?? [],
    findings: findings.filter(({ version }) => version === '003'),
  };
}

/** What the newest version did that ran the statement. */
export function newestResult({ results }: AtlasEntry): AtlasResult | undefined {
  return [...results]
    .filter(({ locks }) => locks !== undefined)
    .sort((a, b) => Math.max(...b.pg) - Math.max(...a.pg))[0];
}

/**
 * The tables on which a statement did heavy work under a blocking lock, by what was measured: all rows were read or
 * written anew, while it held a lock that writers wait for (SHARE and stronger), or, of a materialized view, that
 * readers wait for. TRUNCATE gets a new file without touching a row: that is no work.
 */
export function heavyTables({ sql }: AtlasEntry, result: AtlasResult): readonly string[] {
  return Object.entries(result.locks ?? {})
    .flatMap(([name, mode]) => {
      const rewritten = ['r', 'm'].some((kind) => result.rewritten?.includes(`${kind}:${name}`) === true);
      const worked = (rewritten && !/^truncate/i.test(sql)) || (result.tuples_read?.[name] ?? 0) > 0;
      const lock = lockNamed(mode);
      const blocking =
        name === 'mv' ? lock === 'ACCESS EXCLUSIVE' : LOCK_MODES.indexOf(lock) >= LOCK_MODES.indexOf('SHARE');
      return worked && blocking ? [name] : [];
    })
    .sort();
}

/** The same, by what lint says. */
export function predictedTables({ effects }: Verdict): readonly string[] {
  return [...new Set(effects.filter(isHeavy).map(({ relation }) => relation.name))].sort();
}

/** The strongest lock that was seen on each table, view and sequence; indexes are left out, and ACCESS SHARE, which the atlas does not hold. */
export function measuredLocks(result: AtlasResult): Readonly<Record<string, Lock>> {
  return Object.fromEntries(
    Object.entries(result.locks ?? {})
      .filter(([name]) => !/_(?:idx\d?|uq|pkey|id|ccnew)$|^(?:uqi|pki|ep|pi1?|fk|\d+)$/.test(name))
      .map(([name, mode]) => [name, lockNamed(mode)]),
  );
}

/** The same, by what lint says. */
export function predictedLocks({ effects }: Verdict): Readonly<Record<string, Lock>> {
  const locks: Record<string, Lock> = {};
  for (const { relation, lock, kind } of effects) {
    if (kind === 'index' || lock === 'ACCESS SHARE') continue;
    locks[relation.name] = stronger(locks[relation.name] ?? 'ACCESS SHARE', lock);
  }
  return locks;
}

/** `AccessExclusiveLock` as `ACCESS EXCLUSIVE`. */
function lockNamed(mode: string): Lock {
  const words = mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
  const lock = LOCK_MODES.find((one) => one === words);
  if (lock === undefined) throw new Error(`the atlas knows a lock ${mode}`);
  return lock;
}
