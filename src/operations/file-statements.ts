import { tokenChecksumOf } from '../core/checksum.ts';
import type { StatementRecord } from '../core/history.ts';
import { placeAt } from '../core/place.ts';
import type { Step } from '../core/plan.ts';
import type { StatementFailure } from '../core/report.ts';
import { kindOf } from '../core/statement-kind.ts';
import type { StatementKind } from '../core/statement-kind.ts';
import { splitStatements, statementText } from '../core/statements.ts';
import { snippetAt } from './failure.ts';

/** One statement of a file without a transaction, with what the runner must know of it. */
export interface FileStatement {
  /** 1-based position in its file. */
  readonly ordinal: number;
  readonly text: string;
  /** UTF-16 offset in its file. */
  readonly offset: number;
  /** SHA-256, hex, of its tokens. */
  readonly checksum: string;
  readonly kind: StatementKind;
}

/** The statements of a step's file. */
export function statementsOf(step: Step): readonly FileStatement[] {
  const { text } = step.script;
  return splitStatements(text).statements.map((statement) => {
    const alone = statementText(text, statement);
    return {
      ordinal: statement.ordinal,
      text: alone,
      offset: statement.start,
      checksum: tokenChecksumOf(alone),
      kind: kindOf(text, statement),
    };
  });
}

/** True for what PostgreSQL refuses in a transaction block, and for CALL and DO, which may COMMIT. */
export function needsNoTransaction(kind: StatementKind): boolean {
  return kind.nonTransactional !== undefined || kind.mayCommit;
}

/** The first statement that already ran and is no longer what it was, with what to say about it. */
export function editedStatement(
  step: Step,
  statements: readonly FileStatement[],
  records: ReadonlyMap<number, StatementRecord>,
): { readonly failure: StatementFailure; readonly ordinal: number } | undefined {
  for (const record of records.values()) {
    if (record.state !== 'done') continue;
    const statement = statements.find((candidate) => candidate.ordinal === record.ordinal);
    if (statement?.checksum === record.checksum) continue;
    const place =
      statement === undefined ? undefined : placeAt(step.script.path, step.script.text, statement.offset);
    return {
      ordinal: record.ordinal,
      failure: {
        message: `statement ${record.ordinal} of ${step.script.path} was changed after it ran`,
        place,
        snippet: place === undefined ? undefined : snippetAt(step.script, place),
        remains: 'nothing ran now; the statements before the interruption stay as they are.',
        next: 'give the statements that ran back their text; correct only the ones after them',
      },
    };
  }
  return undefined;
}
