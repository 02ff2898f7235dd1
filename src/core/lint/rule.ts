import type { Tenancy } from '../builtin-check.ts';
import type { Severity } from '../finding.ts';
import type { Effect } from '../locks/effect.ts';
import type { Origin } from '../schema/model.ts';
import type { ObjectName } from '../schema/names.ts';
import type { Schema } from '../schema/schema.ts';
import type { LintFile, LintStatement } from './statement.ts';

/** What a rule is about; the documentation lists rules by it. */
export type RuleGroup = 'locks' | 'transactions' | 'data-loss' | 'tenancy' | 'rollback' | 'functions';

/** What a group is called. */
export const RULE_GROUPS: Readonly<Record<RuleGroup, string>> = {
  locks: 'Locks, rewrites and scans',
  transactions: 'Transactions and the runner',
  'data-loss': 'Data loss and running applications',
  tenancy: 'Tenants and row level security',
  rollback: 'Rollbacks',
  functions: 'Functions',
};

/** Files that show a rule at work: for its page, and for the test that runs them. */
export interface Example {
  /** An earlier migration: what is there already. */
  readonly before?: string | undefined;
  /** The migration, with the directives that it needs. */
  readonly up: string;
  /** Its rollback; the test looks at its findings too. */
  readonly down?: string | undefined;
  /** The oldest server, where the rule asks for it. */
  readonly postgres?: number | undefined;
  readonly tenancy?: Tenancy | undefined;
}

/** What a rule found. */
export interface Hit {
  /** One sentence: what is the case, with the names. */
  readonly message: string;
  /** UTF-16 offset in the file; the statement's own where it is left out. */
  readonly offset?: number | undefined;
  /** Where it stands in another file than the one looked at. */
  readonly origin?: Pick<Origin, 'path' | 'version' | 'offset'> | undefined;
  /** Weighs other than the rule's own. */
  readonly severity?: Severity | undefined;
  /** Better than the rule's rewrite, because it knows the names. */
  readonly hint?: string | undefined;
}

/** What is the same for a whole run of lint. */
export interface LintSettings {
  /** The oldest major version of PostgreSQL that the files run on. */
  readonly postgres: number;
  readonly tenancy?: Tenancy | undefined;
}

/** What a rule may ask about a file. */
export interface FileContext extends LintSettings {
  readonly file: LintFile;
  /** The other one of the pair: of a migration its rollback, of a rollback its migration. */
  readonly counterpart: LintFile | undefined;
  /** Whether a relation was made by this file, or is known to exist nowhere yet: nobody else can be using it. */
  isNew(name: ObjectName): boolean;
}

/** What a rule may ask about a statement. */
export interface StatementContext extends FileContext {
  /** What is known right before the statement. */
  readonly schema: Schema;
  /** The statements that the file executes before this one, nested ones included, in order. */
  readonly earlier: readonly Executed[];
  /** The locks that this statement takes and the work that it does under them; on relations made by this file too. */
  readonly effects: readonly Effect[];
}

/** A statement that ran earlier in the file, with its effects. */
export interface Executed {
  readonly statement: LintStatement;
  readonly effects: readonly Effect[];
}

/** A migration with its rollback. */
export interface LintPair {
  readonly up: LintFile;
  /** Undefined where there is none. Its `before` is the migration's `after`. */
  readonly down: LintFile | undefined;
}

/**
 * A rule of lint: plain data and pure functions. Adding one is adding a file in rules/, whose name is its id, and a
 * line to rules/all.ts. The tests run its examples: the bad one is reported by this rule, the good one by no rule
 * as an error.
 */
export interface Rule {
  readonly id: string;
  readonly group: RuleGroup;
  readonly severity: Severity;
  /** What it reports, in a few words: `CREATE INDEX that blocks writes`. */
  readonly summary: string;
  /** Why that is dangerous, in whole sentences, for its page. */
  readonly why: string;
  /** The safe form, in one or two sentences: the hint of its findings. */
  readonly rewrite: string;
  readonly bad: Example;
  readonly good: Example;
  /** Pages of the manual and the like. */
  readonly sources?: readonly string[] | undefined;
  /** Only where the oldest server is at least `since`, or where it is older than `before`. */
  readonly versions?: { readonly since?: number; readonly before?: number } | undefined;
  /** Only migrations, or only rollbacks; both where it is left out. */
  readonly direction?: 'up' | 'down' | undefined;
  /** Looks at the statements in bodies that the file does not execute too. */
  readonly insideBodies?: true | undefined;
  /** Called for each statement, in order; for nested ones right after the one that holds them. */
  readonly look?: ((statement: LintStatement, context: StatementContext) => readonly Hit[]) | undefined;
  /** Called for each file as a whole. */
  readonly lookAtFile?: ((file: LintFile, context: FileContext) => readonly Hit[]) | undefined;
  /** Called for each migration with its rollback; hits stand in the rollback, or in the migration without one, unless they say `origin`. */
  readonly lookAtPair?: ((pair: LintPair, settings: LintSettings) => readonly Hit[]) | undefined;
  /** Called once, with what is known after the newest migration; every hit says `origin`. */
  readonly lookAtEnd?: ((schema: Schema, settings: LintSettings) => readonly Hit[]) | undefined;
}
