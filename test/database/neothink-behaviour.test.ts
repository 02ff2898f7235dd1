// What the functions, triggers and constraints of neothink do, whoever asks.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { serverVersion, succeeded } from '../support/lms.ts';
import { BASELINE, up } from '../support/neothink.ts';
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

const PERIOD = `now(), now() + interval '1 month'`;
const LESSON = `'lesson', '${id('lesson', 1)}'`;

// Needs PostgreSQL 15, as the whole project.
describe.skipIf(tooOld)('the neothink database (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
    await succeeded(up(database, BASELINE));
    await database.sql(BASELINE_ROWS);
    await succeeded(up(database));
    await database.sql(PLAN_ROWS);
  });
  afterAll(() => database.drop());

  /** Runs statements in a transaction that is rolled back, and gives back the rows of the last one. */
  const trial = async (...statements: readonly string[]): Promise<Record<string, unknown>[]> => {
    const client = await database.client();
    await client.query('begin');
    try {
      let rows: Record<string, unknown>[] = [];
      for (const statement of statements) {
        ({ rows } = await client.query<Record<string, unknown>>(statement));
      }
      return rows;
    } finally {
      await client.query('rollback');
      await client.end();
    }
  };

  describe('sums up the engagement of a day', () => {
    const EVENTS = `insert into content_engagement (user_id, content_type, content_id, event_type, occurred_at)
      select e.who::uuid, e.type, gen_random_uuid(), e.event,
        (((now() at time zone 'UTC')::date - 1)::timestamp + e.after) at time zone 'UTC'
      from (values
        ('${VIC}', 'lesson', 'view', interval '0'),
        ('${VIC}', 'lesson', 'view', interval '12 hours'),
        ('${EVE}', 'lesson', 'complete', interval '12 hours'),
        ('${EVE}', 'module', 'view', interval '24 hours' - interval '1 microsecond'),
        ('${OTTO}', 'module', 'view', interval '24 hours'),
        ('${OTTO}', 'module', 'view', interval '-1 microsecond')
      ) as e (who, type, event, after)`;
    const SUMMARY = `select platform, summary_type, time_period, metrics,
        start_date = (now() at time zone 'UTC')::date - 1 as yesterday, end_date = start_date as a_day
      from analytics_summaries where summary_type = 'engagement'`;
    const EXPECTED = {
      platform: 'all',
      summary_type: 'engagement',
      time_period: 'daily',
      yesterday: true,
      a_day: true,
      metrics: {
        total_events: 4,
        unique_users: 2,
        content_types: { lesson: 3, module: 1 },
        event_types: { view: 3, complete: 1 },
      },
    };

    it('by type of content and of event (N-12)', async () => {
      expect(await trial(EVENTS, 'select aggregate_daily_engagement()', SUMMARY)).toEqual([EXPECTED]);
    });

    it('into one row, however often it runs, with the newest numbers (N-13)', async () => {
      const again = ['select aggregate_daily_engagement()', 'select aggregate_daily_engagement()'];
      expect(await trial(EVENTS, ...again, SUMMARY)).toEqual([EXPECTED]);
      const [later] = await trial(EVENTS, ...again, EVENTS, 'select aggregate_daily_engagement()', SUMMARY);
      expect(later).toMatchObject({ metrics: { total_events: 8, unique_users: 2 } });
    });

    it.each(['Pacific/Kiritimati', 'Etc/GMT+12'])(
      'of a day in UTC, although the session is in %s (N-13)',
      async (zone) => {
        expect(
          await trial(
            `set local timezone = '${zone}'`,
            EVENTS,
            'select aggregate_daily_engagement()',
            SUMMARY,
          ),
        ).toEqual([EXPECTED]);
        const days = await trial(
          `set local timezone = '${zone}'`,
          EVENTS,
          `select distinct extract(hour from day at time zone 'UTC')::int as hour from engagement_metrics`,
        );
        expect(days).toEqual([{ hour: 0 }]);
      },
    );

    it('not at all where nothing happened', async () => {
      expect(
        await trial('delete from content_engagement', 'select aggregate_daily_engagement()', SUMMARY),
      ).toEqual([]);
    });
  });

  describe('lists who has access to what', () => {
    const ACCESS = `select full_name, tenant_roles from user_platform_access where user_id = '${VIC}'`;

    it('as of the last refresh, which works at once (N-21)', async () => {
      expect(await trial(`update profiles set full_name = 'New' where id = '${VIC}'`, ACCESS)).toMatchObject([
        { full_name: 'Name user3@neothink.example', tenant_roles: { hub: 'Viewer' } },
      ]);
      expect(
        await trial(
          `update profiles set full_name = 'New' where id = '${VIC}'`,
          'select refresh_materialized_views()',
          ACCESS,
        ),
      ).toEqual([{ full_name: 'New', tenant_roles: { hub: 'Viewer' } }]);
    });

    it('with a role for every tenant of a user (N-22)', async () => {
      expect(
        await trial(
          `insert into tenant_users (tenant_id, user_id, tenant_role_id)
           select '${ASCENDERS}', '${VIC}', id from tenant_roles where tenant_id = '${ASCENDERS}' and slug = 'editor'`,
          'select refresh_materialized_views()',
          ACCESS,
        ),
      ).toMatchObject([{ tenant_roles: { hub: 'Viewer', ascenders: 'Editor' } }]);
    });
  });

  describe('says that a profile is complete', () => {
    const complete = async (assignments: string): Promise<unknown> =>
      (
        await trial(
          `update profiles set ${assignments} where id = '${EVE}'`,
          `select profile_completed from profiles where id = '${EVE}'`,
        )
      )[0]?.['profile_completed'];

    it('when the four are there', async () => {
      expect(await complete(`display_name = 'Eve'`)).toBe(true);
    });

    it.each(['full_name', 'avatar_url', 'bio', 'display_name'])(
      'not without %s, nor with an empty one (N-25)',
      async (column) => {
        for (const value of ['null', `''`, `' '`]) {
          expect(
            await trial(
              `update profiles set display_name = 'Eve' where id = '${EVE}'`,
              `update profiles set ${column} = ${value} where id = '${EVE}' returning profile_completed`,
            ),
          ).toEqual([{ profile_completed: false }]);
        }
      },
    );

    it('not because somebody says so', async () => {
      expect(await complete('profile_completed = true')).toBe(false);
    });
  });

  it('moves updated_at of every table that has one, and only for a change (N-29)', async () => {
    const tables = await database.sql<{ table: string; column: string }>(
      `select c.relname::text as "table",
         (select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
          and attname in ('title', 'name', 'bio', 'plan_name', 'relationship_type', 'question_text', 'description',
            'progress_percentage', 'time_spent_minutes', 'joined_at', 'due_date')
          order by attnum limit 1) as "column"
       from pg_class as c join pg_attribute as a on a.attrelid = c.oid and a.attname = 'updated_at'
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`,
    );
    expect(tables).toHaveLength(19);
    for (const { table, column } of tables) {
      // Of tenant_users only the row itself can change.
      const set =
        table === 'tenant_users'
          ? `created_at = created_at - interval '1 day'`
          : `${column} = ${
              /_at$|_date$/.test(column)
                ? `'2020-01-01'`
                : /percentage|minutes/.test(column)
                  ? '7'
                  : `'changed'`
            }`;
      expect(
        await trial(
          `update ${table} set ${set}`,
          `select count(*)::int as rows, count(*) filter (where updated_at > now())::int as moved from ${table}`,
        ).then(([row]) => [table, row?.['moved'] === row?.['rows'], Number(row?.['rows']) > 0]),
      ).toEqual([table, true, true]);
      expect(
        await trial(
          `update ${table} set updated_at = updated_at`,
          `select * from ${table} where updated_at > now()`,
        ),
      ).toEqual([]);
    }
  });

  // 23502 not_null, 23505 unique, 23514 check; by the constraint that says no.
  it.each<[what: string, statement: string, constraint: string]>([
    [
      'a subscription in a state that does not exist',
      `update subscriptions set status = 'paid'`,
      'subscriptions_status_check',
    ],
    [
      'a period that ends before it starts',
      `update subscriptions set current_period_end = current_period_start`,
      'subscriptions_period_check',
    ],
    [
      'one subscription of the provider twice',
      `update subscriptions set payment_provider = 'p', payment_provider_subscription_id = '1'`,
      'subscriptions_provider_subscription_key',
    ],
    [
      'a second default language',
      `update languages set is_default = true where code = 'de'`,
      'uq_languages_is_default',
    ],
    [
      'a language that is none',
      `insert into languages (code, name) values ('English', 'English')`,
      'languages_code_check',
    ],
    [
      'a translation in a state that does not exist',
      `update content_translations set status = 'done'`,
      'content_translations_status_check',
    ],
    [
      'a second translation into a language',
      `insert into content_translations (content_type, content_id, language_code) values (${LESSON}, 'de')`,
      'content_translations_content_language_key',
    ],
    ['a score below nothing', 'update assessment_attempts set score = -1', 'assessment_attempts_score_check'],
    [
      'a score of more than everything',
      'update assessment_attempts set score = 101',
      'assessment_attempts_score_check',
    ],
    [
      'negative time',
      'update assessment_attempts set time_spent_minutes = -1',
      'assessment_attempts_time_spent_minutes_check',
    ],
    [
      'an attempt that ends before it starts',
      `update assessment_attempts set completed_at = started_at - interval '1 s'`,
      'assessment_attempts_completion_check',
    ],
    [
      'the same attempt twice',
      `insert into assessment_attempts (assessment_id, user_id, attempt_number) values ('${id('assessment', 1)}', '${VIC}', 1)`,
      'assessment_attempts_assessment_user_number_key',
    ],
    [
      'attempt number 0',
      'update assessment_attempts set attempt_number = 0',
      'assessment_attempts_attempt_number_check',
    ],
    [
      'a test that needs 101 %',
      'update assessments set passing_score = 101',
      'assessments_passing_score_check',
    ],
    [
      'a test without time',
      'update assessments set time_limit_minutes = 0',
      'assessments_time_limit_minutes_check',
    ],
    [
      'a test without attempts',
      'update assessments set attempts_allowed = 0',
      'assessments_attempts_allowed_check',
    ],
    [
      'a question without points',
      'update assessment_questions set points = 0',
      'assessment_questions_points_check',
    ],
    [
      'a group that ends before it starts',
      `update learning_groups set start_date = '2025-02-01', end_date = '2025-01-01'`,
      'learning_groups_dates_check',
    ],
    [
      'a group of less than one',
      'update learning_groups set max_members = -1',
      'learning_groups_max_members_check',
    ],
    [
      'a join code twice in a tenant',
      `insert into learning_groups (tenant_id, name, join_code) values ('${HUB}', 'x', 'A')`,
      'learning_groups_tenant_id_join_code_key',
    ],
    [
      'a role in a group that does not exist',
      `update learning_group_members set role = 'boss'`,
      'learning_group_members_role_check',
    ],
    [
      'a membership in a state that does not exist',
      `update learning_group_members set status = 'maybe'`,
      'learning_group_members_status_check',
    ],
    [
      'somebody twice in a group',
      `insert into learning_group_members (group_id, user_id) values ('${id('group', 1)}', '${VIC}')`,
      'learning_group_members_group_id_user_id_key',
    ],
    [
      'content twice for a group',
      `insert into learning_group_content (group_id, content_type, content_id) values ('${id('group', 1)}', 'module', '${id('module', 1)}')`,
      'learning_group_content_group_content_key',
    ],
    [
      'a slug of a content type twice in a tenant',
      `insert into content_types (name, slug, schema, tenant_id) values ('x', 'podcast', '{"fields": []}', '${ASCENDERS}')`,
      'content_types_tenant_id_slug_key',
    ],
    [
      'a system type twice',
      `insert into content_types (name, slug, schema, is_system_type) values ('x', 'text-article', '{"fields": []}', true)`,
      'content_types_tenant_id_slug_key',
    ],
    [
      'a system type of a tenant',
      'update content_types set is_system_type = true',
      'content_types_system_check',
    ],
    ['a content type without fields', `update content_types set schema = '{}'`, 'content_types_schema_check'],
    [
      'a profile that nobody knows how to show',
      `update profiles set profile_visibility = 'friends'`,
      'profiles_profile_visibility_check',
    ],
    ['links that are no object', `update profiles set social_links = '[]'`, 'profiles_social_links_check'],
    [
      'a guardian of himself',
      `update guardian_relationships set ward_id = guardian_id`,
      'guardian_relationships_distinct_people_check',
    ],
    [
      'an approval without a date',
      `update guardian_relationships set approval_date = null`,
      'guardian_relationships_approval_check',
    ],
    [
      'progress of 101 %',
      'update learning_progress set progress_percentage = 101',
      'learning_progress_progress_percentage_check',
    ],
    [
      'a permission twice',
      `insert into permissions (name, slug, resource_type) values ('x', 'content:view', 'content')`,
      'permissions_slug_key',
    ],
    [
      'a grant twice',
      'insert into role_permissions (tenant_role_id, permission_id) select tenant_role_id, permission_id from role_permissions limit 1',
      'role_permissions_tenant_role_id_permission_id_key',
    ],
    [
      'a day summed up twice',
      `insert into analytics_summaries (platform, summary_type, time_period, start_date, end_date, metrics) select platform, summary_type, time_period, start_date, end_date, metrics from analytics_summaries limit 1`,
      'analytics_summaries_period_key',
    ],
  ])('refuses %s (N-30)', async (_, statement, constraint) => {
    await expect(trial(statement)).rejects.toMatchObject({
      code: expect.stringMatching(/^23(?:505|514)$/) as string,
      constraint,
    });
  });

  it('lets two tenants use one slug of a content type, and one join code (N-30)', async () => {
    expect(
      await trial(
        `insert into content_types (name, slug, schema, tenant_id) values ('x', 'podcast', '{"fields": []}', '${HUB}')`,
        `select count(*)::int as types, (select count(*) from learning_groups where join_code = 'A')::int as groups
         from content_types where slug = 'podcast'`,
      ),
    ).toEqual([{ types: 2, groups: 2 }]);
  });

  it.each(['content_modules', 'resources', 'activity_feed'])(
    'refuses a row of %s that belongs to no platform, so that nobody could see it (N-36)',
    async (table) => {
      await expect(trial(`update ${table} set platform = null`)).rejects.toMatchObject({
        code: '23502',
        column: 'platform',
      });
    },
  );

  it('lets a tenant keep its subscriptions and attempts, and everything else go with it', async () => {
    await expect(trial(`delete from tenants where id = '${HUB}'`)).rejects.toMatchObject({
      constraint: expect.stringMatching(
        /^(?:subscriptions_tenant_id|assessment_attempts_assessment_id)_fkey$/,
      ) as string,
    });
    for (const user of [ADA, EVE, VIC, OTTO, NOA, VERA]) {
      await trial(`delete from auth.users where id = '${user}'`);
    }
    expect(
      await trial(
        'delete from subscriptions',
        'delete from assessment_attempts',
        'delete from tenants',
        'select count(*)::int as members from tenant_users',
      ),
    ).toEqual([{ members: 0 }]);
  });

  it('takes a new subscription of whoever has the right to give one', async () => {
    expect(
      await trial(
        `insert into subscriptions (user_id, tenant_id, plan_id, plan_name, status, current_period_start, current_period_end)
         values ('${EVE}', '${HUB}', 'gold', 'Gold', 'active', ${PERIOD}) returning metadata, cancel_at_period_end`,
      ),
    ).toEqual([{ metadata: {}, cancel_at_period_end: false }]);
  });
});
