import type { Session } from '../../core/ports.ts';
import type { Target, Targets } from './targets.ts';

/**
 * Locks of one transaction that stop another session, taken so that they can be given back one by one: rolling back
 * to a savepoint gives back what was locked after it
 * (https://www.postgresql.org/docs/current/explicit-locking.html).
 */
export interface Gates {
  readonly pid: number;
  /** Gives the lock back that the other session comes to next; after the last one, the transaction is over. */
  open(): Promise<void>;
  /** Ends the transaction, wherever it stands. */
  close(): Promise<void>;
}

/** Takes the locks at which a statement with these targets will have to wait. */
export async function gatesAt(session: Session, targets: Targets): Promise<Gates> {
  const steps = stepsFor(targets);
  let left = steps.length;
  const isolation = targets.how === 'snapshot' ? 'repeatable read' : 'read committed';
  const script = [
    `begin isolation level ${isolation}, read write`,
    ...steps.flatMap((step, index) => [`savepoint ${savepoint(index + 1)}`, step]),
  ];
  try {
    await session.script(script.join(';\n'));
  } catch (error) {
    if (!session.closed) await session.script('rollback');
    throw error;
  }
  return {
    pid: session.pid,
    async open() {
      // One that waits for the whole transaction, as for a snapshot, waits for it until it ends (VirtualXactLock).
      await session.script(left <= 1 ? 'rollback' : `rollback to savepoint ${savepoint(left)}`);
      left -= 1;
    },
    async close() {
      if (!session.closed) await session.script('rollback');
    },
  };
}

function savepoint(index: number): string {
  return `lms_db_gate_${index}`;
}

/** The statements that lock, the last one what the other session comes to first. */
function stepsFor({ how, tables }: Targets): readonly string[] {
  const all = tables.toReversed();
  switch (how) {
    case 'snapshot':
      // A query gives the transaction its snapshot, and locks the table and its indexes in ACCESS SHARE mode.
      return all.slice(-1).map(look);
    case 'turns':
      return all.map(stop);
    case 'indexes':
      return all.flatMap((table) => [look(table), stop(table)]);
    case 'pass':
      return [...all.map(look), ...all.map(stop)];
    case 'detach': {
      const [parent, partition] = tables;
      if (parent === undefined || partition === undefined) return [];
      // DETACH … CONCURRENTLY locks both in SHARE UPDATE EXCLUSIVE mode, and in its second transaction the
      // partition in ACCESS EXCLUSIVE mode.
      return [`lock table only ${partition.name} in access share mode`, stop(partition), stop(parent)];
    }
  }
}

function look({ name }: Target): string {
  return `select from only ${name} limit 0`;
}

/** SHARE UPDATE EXCLUSIVE is in the way of itself and of all stronger modes, and of no reader or writer. */
function stop({ name, kind }: Target): string {
  return kind === 'table'
    ? `lock table only ${name} in share update exclusive mode`
    : // LOCK TABLE refuses a materialized view. This takes the same lock, and is rolled back.
      `alter materialized view ${name} set without cluster`;
}
