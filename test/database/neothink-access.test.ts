// Row security as the API's clients meet it: SET ROLE, and the user in request.jwt.claims.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { serverVersion, succeeded } from '../support/lms.ts';
import { BASELINE, clientOf, up } from '../support/neothink.ts';
import type { Client, Effect } from '../support/neothink.ts';
import {
  ADA,
  ASCENDERS,
  BASELINE_ROWS,
  EVE,
  HUB,
  id,
  NOA,
  OTTO,
  PLAN_ROWS,
  VERA,
  VIC,
} from '../support/neothink-rows.ts';

const tooOld = (await serverVersion()) < 150_000;

/** insufficient_privilege: a column or table privilege is missing, or a row breaks a WITH CHECK. */
const REFUSED = '42501';
const CHECK = '23514';
const DUPLICATE = '23505';

const LESSON = `'lesson', '${id('lesson', 1)}'`;
const PERIOD = `now(), now() + interval '1 month'`;

// Needs PostgreSQL 15, as the whole project.
describe.skipIf(tooOld)('the row security of neothink (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  let as: Record<'ada' | 'eve' | 'vic' | 'otto' | 'noa' | 'vera' | 'anon' | 'job', Client>;
  beforeAll(async () => {
    database = await privateDatabase();
    await succeeded(up(database, BASELINE));
    await database.sql(BASELINE_ROWS);
    await succeeded(up(database));
    await database.sql(PLAN_ROWS);
    await database.sql('refresh materialized view user_platform_access');
    as = {
      ada: clientOf(database, ADA),
      eve: clientOf(database, EVE),
      vic: clientOf(database, VIC),
      otto: clientOf(database, OTTO),
      noa: clientOf(database, NOA),
      vera: clientOf(database, VERA),
      anon: clientOf(database, undefined, 'anon'),
      job: clientOf(database, undefined, 'service_role'),
    };
  });
  afterAll(() => database.drop());

  const isAdmin = async (client: Client, tenant: string): Promise<unknown> =>
    (await client.rows(`select app_private.is_tenant_admin('${tenant}') as yes`))[0]?.['yes'];
  const column = async (client: Client, query: string): Promise<unknown[]> =>
    (await client.rows(query)).map((row) => Object.values(row)[0]);

  describe('who is an admin', () => {
    it('is known: of one’s own tenant yes, of another no, as a viewer no (N-7)', async () => {
      expect([await isAdmin(as.ada, HUB), await isAdmin(as.ada, ASCENDERS)]).toEqual([true, false]);
      expect([await isAdmin(as.vic, HUB), await isAdmin(as.eve, HUB)]).toEqual([false, false]);
      expect([await isAdmin(as.otto, HUB), await isAdmin(as.otto, ASCENDERS)]).toEqual([false, true]);
    });

    it('is never an admin of a tenant that does not exist (N-8)', async () => {
      expect(await isAdmin(as.ada, '00000000-0000-0000-0000-000000000000')).toBe(false);
    });

    it('is not somebody who puts tables of the same names in front (N-9)', async () => {
      const [row] = await as.vic.rows(
        `create temp table tenant_users (tenant_id uuid, user_id uuid, tenant_role_id uuid);
         create temp table tenant_roles (id uuid, tenant_id uuid, slug text);
         insert into pg_temp.tenant_roles values ('${VIC}', '${HUB}', 'admin');
         insert into pg_temp.tenant_users values ('${HUB}', '${VIC}', '${VIC}');
         set local search_path = pg_temp, public;
         select app_private.is_tenant_admin('${HUB}') as yes, (select count(*)::int from tenant_users) as forged`,
      );
      expect(row).toEqual({ yes: false, forged: 1 });
    });

    it('is not somebody with the role of an admin of another tenant', async () => {
      const client = await database.client();
      await client.query('begin');
      try {
        await client.query(
          `update tenant_users set tenant_role_id = (select id from tenant_roles where tenant_id = '${ASCENDERS}' and slug = 'admin')
           where user_id = '${VIC}'`,
        );
        await client.query(`select set_config('request.jwt.claims', '{"sub": "${VIC}"}', true)`);
        const { rows } = await client.query(
          `select app_private.is_tenant_admin('${HUB}') as hub, app_private.is_tenant_admin('${ASCENDERS}') as ascenders`,
        );
        expect(rows).toEqual([{ hub: false, ascenders: false }]);
      } finally {
        await client.query('rollback');
      }
    });
  });

  describe('what is seen', () => {
    it('is asked without end by no policy (N-11)', async () => {
      for (const table of ['tenant_users', 'content_modules', 'subscriptions', 'learning_group_members']) {
        expect(await as.vic.effect(`select * from ${table}`), table).toBeGreaterThan(0);
      }
    });

    // Of the eleven tables that the plan locked everybody out of, and of the others.
    it.each<[table: string, ada: number, eve: number, vic: number, otto: number, noa: number]>([
      ['profiles', 4, 4, 4, 1, 1],
      ['tenants', 1, 1, 1, 1, 0],
      ['tenant_roles', 3, 3, 3, 3, 0],
      ['tenant_users', 4, 1, 1, 1, 0],
      ['permissions', 15, 15, 15, 15, 15],
      ['role_permissions', 23, 23, 23, 22, 0],
      ['content_modules', 1, 1, 1, 1, 0],
      ['lessons', 1, 1, 1, 1, 0],
      ['resources', 1, 1, 1, 1, 0],
      ['shared_content', 1, 1, 1, 2, 1],
      ['content_versions', 0, 1, 0, 0, 0],
      ['learning_progress', 0, 0, 1, 1, 0],
      ['activity_feed', 1, 1, 1, 1, 0],
      ['social_interactions', 1, 1, 1, 1, 0],
      ['analytics_summaries', 1, 0, 0, 0, 0],
      ['guardian_relationships', 1, 1, 2, 0, 0],
      ['subscriptions', 1, 0, 1, 1, 0],
      ['subscription_history', 1, 0, 1, 1, 0],
      ['content_types', 4, 4, 4, 5, 4],
      ['languages', 5, 5, 5, 5, 5],
      ['content_translations', 1, 2, 1, 1, 1],
      ['assessments', 2, 2, 1, 1, 0],
      ['assessment_questions', 2, 2, 0, 1, 0],
      ['assessment_attempts', 1, 1, 1, 1, 0],
      ['learning_groups', 1, 1, 1, 1, 1],
      ['learning_group_members', 2, 2, 2, 1, 2],
      ['learning_group_content', 1, 1, 1, 1, 1],
      ['content_engagement', 0, 1, 1, 1, 0],
    ])('in %s is what belongs to the user and his tenants (N-15, N-19)', async (table, ...counts) => {
      const seen: Effect[] = [];
      for (const client of [as.ada, as.eve, as.vic, as.otto, as.noa]) {
        seen.push(await client.effect(`select * from ${table}`));
      }
      expect(seen).toEqual(counts);
    });

    it('in the audit log is nothing, by nobody', async () => {
      expect(await as.ada.effect('select * from audit_logs')).toBe(REFUSED);
    });

    it('is all rows by the owner and by jobs, whom row security does not bind (N-23)', async () => {
      expect(await database.sql('select id from content_modules')).toHaveLength(2);
      expect(await as.job.effect('select * from content_modules')).toBe(2);
      expect(await as.vic.effect('select * from content_modules')).toBe(1);
    });

    it('is nothing without a user', async () => {
      const { rows } = await database
        .client()
        .then((client) =>
          client.query<{ name: string }>(
            `select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm')`,
          ),
        );
      expect(rows).toHaveLength(32);
      for (const { name } of rows) expect(await as.anon.effect(`select * from ${name}`), name).toBe(REFUSED);
      const nobody = clientOf(database, undefined);
      expect(await nobody.effect('select * from content_modules')).toBe(0);
    });

    it('of a profile that is private is nothing by others', async () => {
      await database.sql(`update profiles set profile_visibility = 'private' where id = '${VERA}'`);
      expect(await as.vic.effect(`select * from profiles where id = '${VERA}'`)).toBe(0);
      expect(await as.vera.effect(`select * from profiles where id = '${VERA}'`)).toBe(1);
      await database.sql(`update profiles set profile_visibility = 'public' where id = '${VERA}'`);
    });

    it('of a group is nothing by who has left it, but all by its facilitator', async () => {
      expect(await as.vera.effect('select * from learning_group_members')).toBe(0);
      expect(await as.vera.effect('select * from learning_group_content')).toBe(0);
      expect(await as.noa.effect('select * from learning_group_members')).toBe(2);
    });
  });

  describe('what is written', () => {
    it.each<[what: string, who: 'ada' | 'eve' | 'vic' | 'otto' | 'noa', statement: string, effect: Effect]>([
      ['a module by a viewer (N-16)', 'vic', `update content_modules set title = 'x'`, 0],
      [
        'a new module by a viewer',
        'vic',
        `insert into content_modules (platform, title) values ('hub', 'x')`,
        REFUSED,
      ],
      ['a module by an editor', 'eve', `update content_modules set title = 'x'`, 1],
      [
        'a module given to another platform',
        'eve',
        `update content_modules set platform = 'ascenders'`,
        REFUSED,
      ],
      ['a lesson by a viewer', 'vic', `delete from lessons`, 0],
      ['a lesson by an editor', 'eve', `update lessons set title = 'x'`, 1],
      ['a resource by an editor', 'eve', `insert into resources (platform, title) values ('hub', 'x')`, 1],
      [
        'a resource elsewhere',
        'eve',
        `insert into resources (platform, title) values ('ascenders', 'x')`,
        REFUSED,
      ],
      [
        'one’s own role',
        'vic',
        `update tenant_users set tenant_role_id = (select id from tenant_roles where slug = 'admin')`,
        0,
      ],
      [
        'oneself into another tenant',
        'noa',
        `insert into tenant_users (tenant_id, user_id, tenant_role_id) select '${HUB}', '${NOA}', gen_random_uuid()`,
        REFUSED,
      ],
      ['a member by an admin', 'ada', `delete from tenant_users where user_id = '${VERA}'`, 1],
      ['the name of the tenant by an admin', 'ada', `update tenants set name = 'x'`, 1],
      ['the name of the tenant by an editor', 'eve', `update tenants set name = 'x'`, 0],
      ['the settings of the tenant by an admin (N-26)', 'ada', `update tenants set settings = '{}'`, REFUSED],
      ['the grants of roles (N-19)', 'ada', 'delete from role_permissions', REFUSED],
      ['a role', 'ada', `update tenant_roles set slug = 'x'`, REFUSED],
      ['one’s own profile (N-15)', 'vic', `update profiles set bio = 'x', display_name = 'y'`, 1],
      ['the flag of guardians (N-26)', 'vic', 'update profiles set is_guardian = true', REFUSED],
      [
        'the flag of guardians, in a new profile (N-26)',
        'vic',
        `insert into profiles (id, email, is_guardian) values ('${VIC}', 'x', true)`,
        REFUSED,
      ],
      ['one’s own numbers', 'vic', `update profiles set profile_stats = '{"points": 9}'`, REFUSED],
      [
        'somebody else’s progress',
        'vic',
        `insert into learning_progress (user_id, content_type, content_id) values ('${EVE}', ${LESSON})`,
        REFUSED,
      ],
      [
        'an activity on another platform',
        'vic',
        `insert into activity_feed (user_id, platform, activity_type) values ('${VIC}', 'ascenders', 'x')`,
        REFUSED,
      ],
      [
        'an activity on one’s own',
        'vic',
        `insert into activity_feed (user_id, platform, activity_type) values ('${VIC}', 'hub', 'x')`,
        1,
      ],
      [
        'content in the name of another',
        'vic',
        `insert into shared_content (title, author_id) values ('x', '${EVE}')`,
        REFUSED,
      ],
      ['what is not empty, all at once', 'vic', 'truncate content_engagement', REFUSED],
      ['a better plan (N-16)', 'vic', `update subscriptions set plan_id = 'enterprise'`, REFUSED],
      [
        'a new plan (N-16)',
        'vic',
        `insert into subscriptions (user_id, tenant_id, plan_id, plan_name, status, current_period_start, current_period_end) values ('${VIC}', '${HUB}', 'gold', 'Gold', 'active', ${PERIOD})`,
        REFUSED,
      ],
      [
        'a request for a ward (N-17)',
        'vic',
        `insert into guardian_relationships (guardian_id, ward_id, relationship_type) values ('${VIC}', '${VERA}', 'parent')`,
        1,
      ],
      [
        'an approved one (N-17)',
        'vic',
        `insert into guardian_relationships (guardian_id, ward_id, relationship_type, is_approved, approval_date) values ('${VIC}', '${VERA}', 'parent', true, now())`,
        REFUSED,
      ],
      [
        'the approval of one’s own request (N-17)',
        'eve',
        'update guardian_relationships set is_approved = true, approval_date = now()',
        REFUSED,
      ],
      [
        'oneself as a ward (N-17)',
        'vic',
        `insert into guardian_relationships (guardian_id, ward_id, relationship_type) values ('${VIC}', '${VIC}', 'parent')`,
        CHECK,
      ],
      [
        'a request in the name of another (N-17)',
        'vic',
        `insert into guardian_relationships (guardian_id, ward_id, relationship_type) values ('${OTTO}', '${VIC}', 'parent')`,
        REFUSED,
      ],
      ['a request that was for oneself, away', 'vic', 'delete from guardian_relationships', 1],
      [
        'a translation in one’s own name',
        'vic',
        `insert into content_translations (content_type, content_id, language_code, translator_id) values (${LESSON}, 'es', '${VIC}')`,
        1,
      ],
      [
        'one in the name of another (N-18)',
        'vic',
        `insert into content_translations (content_type, content_id, language_code, translator_id) values (${LESSON}, 'es', '${EVE}')`,
        REFUSED,
      ],
      [
        'a published one (N-18)',
        'eve',
        `update content_translations set status = 'published' where status = 'draft'`,
        REFUSED,
      ],
      ['one’s own draft (N-18)', 'eve', `update content_translations set title = 'x'`, 1],
      ['those of others (N-18)', 'vic', `update content_translations set title = 'x'`, 0],
      ['translations away (N-18)', 'vic', 'delete from content_translations', REFUSED],
      [
        'an event of one’s own',
        'vic',
        `insert into content_engagement (user_id, content_type, content_id, event_type) values ('${VIC}', ${LESSON}, 'view')`,
        1,
      ],
      [
        'an event of somebody else (N-19)',
        'vic',
        `insert into content_engagement (user_id, content_type, content_id, event_type) values ('${EVE}', ${LESSON}, 'view')`,
        REFUSED,
      ],
      [
        'a content type of one’s tenant',
        'ada',
        `insert into content_types (name, slug, schema, tenant_id) values ('x', 'x', '{"fields": []}', '${HUB}')`,
        1,
      ],
      [
        'a content type of all tenants',
        'ada',
        `insert into content_types (name, slug, schema, is_system_type) values ('x', 'x', '{"fields": []}', true)`,
        REFUSED,
      ],
      [
        'an attempt',
        'vic',
        `insert into assessment_attempts (assessment_id, user_id, attempt_number, answers) values ('${id('assessment', 1)}', '${VIC}', 2, '{}')`,
        1,
      ],
      [
        'an attempt too many',
        'vic',
        `insert into assessment_attempts (assessment_id, user_id, attempt_number) values ('${id('assessment', 1)}', '${VIC}', 3)`,
        REFUSED,
      ],
      [
        'an attempt that is marked already',
        'vic',
        `insert into assessment_attempts (assessment_id, user_id, attempt_number, score) values ('${id('assessment', 1)}', '${VIC}', 2, 100)`,
        REFUSED,
      ],
      ['the mark of an attempt', 'vic', 'update assessment_attempts set score = 100', REFUSED],
      [
        'an attempt at a draft',
        'eve',
        `insert into assessment_attempts (assessment_id, user_id, attempt_number) values ('${id('assessment', 2)}', '${EVE}', 1)`,
        REFUSED,
      ],
      [
        'an attempt at a test of another tenant',
        'vic',
        `insert into assessment_attempts (assessment_id, user_id, attempt_number) values ('${id('assessment', 3)}', '${VIC}', 1)`,
        REFUSED,
      ],
      ['a question by an editor', 'eve', `update assessment_questions set points = 2`, 2],
      ['a group by its facilitator, who has no role', 'noa', 'delete from learning_groups', 0],
      ['a group by an editor', 'eve', `update learning_groups set name = 'x'`, 1],
      [
        'oneself into a group',
        'eve',
        `insert into learning_group_members (group_id, user_id) values ('${id('group', 2)}', '${EVE}')`,
        REFUSED,
      ],
      ['the log', 'ada', `insert into audit_logs (action, entity_type) values ('x', 'y')`, REFUSED],
    ])('%s: by %s', async (_, who, statement, effect) => {
      expect(await as[who].effect(statement)).toBe(effect);
    });
  });

  describe('what stands beside the tables', () => {
    it('shows the questions without the answers, of published assessments of one’s tenants (N-27)', async () => {
      expect(await as.vic.rows('select question_text from published_questions')).toEqual([
        { question_text: 'Question 1' },
      ]);
      expect(await as.otto.rows('select question_text from published_questions')).toEqual([
        { question_text: 'Question 3' },
      ]);
      expect(await as.noa.effect('select * from published_questions')).toBe(0);
      expect(await as.vic.effect('select correct_answer from published_questions')).toBe('42703');
      expect(await as.vic.effect(`update published_questions set points = 9`)).toBe('55000');
    });

    it('counts in engagement_metrics what the reader may see (N-20)', async () => {
      const counts = 'select sum(total_events)::int as n from engagement_metrics';
      expect(await column(as.vic, counts)).toEqual([1]);
      expect(await column(as.noa, counts)).toEqual([null]);
      expect(await column(as.job, counts)).toEqual([3]);
    });

    it('keeps the list of all e-mail addresses from the clients (N-21)', async () => {
      for (const client of [as.ada, as.vic, as.anon]) {
        expect(await client.effect('select * from user_platform_access')).toBe(REFUSED);
      }
      expect(await as.job.effect('select * from user_platform_access')).toBe(5);
    });

    it.each(['refresh_materialized_views', 'aggregate_daily_engagement'])(
      'lets jobs call %s, and no client (N-21)',
      async (name) => {
        expect(await as.job.effect(`select ${name}()`)).toBe(1);
        for (const client of [as.ada, as.anon]) {
          expect(await client.effect(`select ${name}()`)).toBe(REFUSED);
        }
      },
    );

    it('has one role for a member of a tenant, so that none is lost in the list (N-22)', async () => {
      await expect(
        database.sql(
          `insert into tenant_users (tenant_id, user_id, tenant_role_id)
           select '${HUB}', '${VIC}', id from tenant_roles where tenant_id = '${HUB}' and slug = 'editor'`,
        ),
      ).rejects.toMatchObject({ code: DUPLICATE });
    });
  });

  it('asks for the user and his tenants once for a query, not once for a row', async () => {
    const plan = (await as.vic.rows('explain (costs off) select * from tenant_users'))
      .map((row) => String(row['QUERY PLAN']))
      .join('\n');
    expect(plan).toMatch(/InitPlan/);
    // The filter compares with what was found; it calls nothing.
    expect(/Filter: .*/.exec(plan)?.[0]).not.toMatch(/is_tenant_admin|auth\.uid|current_setting/);
  });
});
