import { ofNoExtension, OWN_SCHEMA, quoted, textAt } from '../core/builtin-check.ts';
import type { BuiltinCheck, Probe } from '../core/builtin-check.ts';
import type { Row } from '../core/ports.ts';
import type { Untried } from '../core/verification.ts';

/** How long one call may take, in milliseconds. */
const TIMEOUT = 1_000;

/** What reaches out of the transaction, whatever a function says of itself: never called. */
const REACHES_OUT =
  /dblink|\bhttp_|\bcopy\b|\blo_\w+|pg_(?:sleep|terminate|cancel|reload|rotate|promote|switch_wal|notify|(?:try_)?advisory|read_|write_|ls_|stat_reset|logical|replication|create_|drop_)|\bnotify\b|\blisten\b/i;

/**
 * Errors that no argument and no row can make good: class 42 is a mistake in the text (a column or table that
 * does not exist, an ambiguous name, a wrong type), 0A000 a statement that is never possible where it stands
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const NEVER_RUNS = /^(?:42|0A000)/;

/** Class 42 too, but about this role or this moment, not about the function. */
const OF_THE_ROLE = new Set(['42501']);

/** Every function can run. */
export const check: BuiltinCheck = {
  id: 'failing-function',
  title: 'functions run',
  why: 'The body of a plpgsql function is checked for syntax only when it is created: a column that does not exist, an ambiguous name, a nested aggregate show when it is called, perhaps months later. Functions that say they only read (STABLE, IMMUTABLE) and take no arguments, defaults or nulls are called, read-only and rolled back, for one second at most; the body of an SQL function is checked again without a call. Others are named as not tried: a VOLATILE function may do anything, and a STRICT one does nothing with nulls.',
  example: `create table orders (id int primary key);
create function order_total() returns bigint stable language plpgsql as $$
begin
  return (select sum(amount) from orders);
end $$;`,
  severity: 'error',
  question: ({ historySchema }) => ({
    values: [historySchema],
    sql: `select n.nspname::text as schema, p.proname::text as name, l.lanname::text as language, p.oid::text as oid,
      pg_catalog.pg_get_function_identity_arguments(p.oid) as arguments, p.provolatile = 'v' as volatile, p.proisstrict as strict,
      p.prokind::text as kind, p.prosrc as body, p.pronargs - p.pronargdefaults as required, p.proretset as "set",
      p.prorettype in ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype) as trigger,
      pg_catalog.has_schema_privilege(n.oid, 'usage') and pg_catalog.has_function_privilege(p.oid, 'execute') as callable,
      exists (select from pg_catalog.unnest(p.proargtypes::oid[]) as t (oid)
        join pg_catalog.pg_type as ty on ty.oid = t.oid where ty.typtype = 'p') as pseudo,
      array(select pg_catalog.format_type(t.oid, null)
        from pg_catalog.unnest(p.proargtypes::oid[]) with ordinality as t (oid, place)
        where t.place <= p.pronargs - p.pronargdefaults order by t.place) as types,
      p.provariadic <> 0 as variadic
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    join pg_catalog.pg_language as l on l.oid = p.prolang
    where p.prokind in ('f', 'p') and ${OWN_SCHEMA} and ${ofNoExtension('pg_proc', 'p.oid')}
    order by 1, 2, 5`,
  }),
  read(rows) {
    const probes: Probe[] = [];
    const untried: Untried[] = [];
    for (const row of rows) {
      const reason = whyNotTried(row);
      if (reason === undefined) probes.push(probeOf(row));
      else untried.push({ object: nameOf(row), reason });
    }
    return { probes, untried };
  },
};

function whyNotTried(row: Row): string | undefined {
  const language = textAt(row, 'language');
  if (row['callable'] !== true) return 'this role may not call it';
  if (language === 'sql') return undefined;
  if (language !== 'plpgsql') return `it is written in ${language}`;
  if (row['kind'] === 'p') return 'it is a procedure';
  if (row['trigger'] === true) return 'it is a trigger function: only its trigger can call it';
  if (row['volatile'] === true)
    return 'it is VOLATILE, so it may change something; declared STABLE, it would be called';
  if (REACHES_OUT.test(textAt(row, 'body')))
    return 'its body names something that a rollback does not take back';
  if (row['pseudo'] === true) return 'a null does not say which type its polymorphic argument has';
  if (row['strict'] === true && Number(row['required']) > 0)
    return 'it is STRICT: with null arguments its body would not run';
  return undefined;
}

function nameOf(row: Row): string {
  return `${textAt(row, 'schema')}.${textAt(row, 'name')}(${textAt(row, 'arguments')})`;
}

/**
 * fmgr_sql_validator is what CREATE FUNCTION calls for LANGUAGE SQL: it parses and analyses the body and
 * runs nothing, so it is safe for any of them.
 */
function probeOf(row: Row): Probe {
  const types = Array.isArray(row['types']) ? row['types'].map(String) : [];
  const call = `${quoted(textAt(row, 'schema'))}.${quoted(textAt(row, 'name'))}(${types
    .map((type, index) => {
      const last = row['variadic'] === true && index === types.length - 1;
      return `${last ? 'variadic ' : ''}null::${type}`;
    })
    .join(', ')})`;
  const validate = textAt(row, 'language') === 'sql';
  return {
    sql: validate
      ? `select pg_catalog.fmgr_sql_validator(${textAt(row, 'oid')}) from pg_catalog.set_config('check_function_bodies', 'on', true)`
      : row['set'] === true
        ? `select from ${call} limit 1`
        : `select ${call} is null`,
    timeout: TIMEOUT,
    conclude(answer) {
      if (answer.error === undefined) return undefined;
      const { sqlstate, message } = answer.error;
      if (OF_THE_ROLE.has(sqlstate) || sqlstate === '57014' || sqlstate === '55P03') {
        return { untried: { object: nameOf(row), reason: message } };
      }
      // Anything else (a RAISE, a null where a value is needed) shows that the body runs: null is no fair argument.
      if (!NEVER_RUNS.test(sqlstate)) return undefined;
      return {
        finding: {
          object: nameOf(row),
          problem: `function ${textAt(row, 'name')} can never run: ${message} (${sqlstate})`,
          fix: `DROP ROUTINE ${quoted(textAt(row, 'schema'))}.${quoted(textAt(row, 'name'))}(${textAt(row, 'arguments')}); -- or CREATE OR REPLACE it with a body that runs`,
        },
      };
    },
  };
}
