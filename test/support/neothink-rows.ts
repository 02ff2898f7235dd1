// Rows for the neothink project: people of two platforms, what they made, and what they have set themselves.

/** Fixed ids: `id('user', 1)`. */
export function id(kind: keyof typeof KINDS, number: number): string {
  return `00000000-0000-4000-8000-00000000${String(KINDS[kind] * 100 + number).padStart(4, '0')}`;
}

const KINDS = {
  user: 1,
  tenant: 2,
  module: 3,
  lesson: 4,
  resource: 5,
  shared: 6,
  activity: 7,
  assessment: 8,
  question: 9,
  group: 10,
  subscription: 11,
  translation: 12,
  relationship: 13,
  permission: 14,
  other: 15,
} as const;

/** Admin, editor and viewer of the hub, admin of the ascenders, somebody without a platform, a second viewer of the hub. */
export const ADA = id('user', 1);
export const EVE = id('user', 2);
export const VIC = id('user', 3);
export const OTTO = id('user', 4);
export const NOA = id('user', 5);
export const VERA = id('user', 6);

export const HUB = id('tenant', 1);
export const ASCENDERS = id('tenant', 2);

const role = (tenant: string, slug: string): string =>
  `(select id from tenant_roles where tenant_id = '${tenant}' and slug = '${slug}')`;

/** For a database at the baseline: rows in all sixteen tables. */
export const BASELINE_ROWS = `
insert into auth.users (id, email)
select ('00000000-0000-4000-8000-00000000' || lpad((100 + i)::text, 4, '0'))::uuid, 'user' || i || '@neothink.example'
from generate_series(1, 6) as i;

-- The hub has set a limit and a color, the neothinkers a logo; the ascenders have run the plan as it was written.
insert into tenants (id, name, slug, settings, branding, created_at, updated_at) values
  ('${HUB}', 'Hub', 'hub', '{"limits": {"storageGB": 999}, "own": [1, 2]}', '{"colors": {"accent": "#000000"}}', '2020-01-01', '2020-01-01'),
  ('${ASCENDERS}', 'Ascenders', 'ascenders', null, '{"logo": {"full": "https://assets.neothink.io/[tenant-slug]/logo-full.png"}}', '2020-01-01', '2020-01-01'),
  ('${id('tenant', 3)}', 'Neothinkers', 'neothinkers', '{}', '{"logo": {"full": "https://logo.example/n.svg"}}', '2020-01-01', '2020-01-01'),
  ('${id('tenant', 4)}', 'Immortals', 'immortals', '{"security": {"mfa": true}}', null, '2020-01-01', '2020-01-01'),
  ('${id('tenant', 5)}', 'Another', 'another', null, '{"colors": {"primary": "#123456"}}', '2020-01-01', '2020-01-01');

insert into tenant_roles (tenant_id, name, slug)
select tenants.id, initcap(slugs.slug), slugs.slug
from tenants cross join unnest(array['admin', 'editor', 'viewer']) as slugs (slug)
where tenants.slug <> 'another';

-- Otto was made a guardian by hand, long before there were relationships.
insert into profiles (id, email, full_name, avatar_url, bio, is_guardian, created_at, updated_at)
select id, email, 'Name ' || email, 'https://avatar.example/' || email, 'About me', id = '${OTTO}', '2020-01-01', '2020-01-01'
from auth.users;

insert into tenant_users (tenant_id, user_id, tenant_role_id) values
  ('${HUB}', '${ADA}', ${role(HUB, 'admin')}),
  ('${HUB}', '${EVE}', ${role(HUB, 'editor')}),
  ('${HUB}', '${VIC}', ${role(HUB, 'viewer')}),
  ('${HUB}', '${VERA}', ${role(HUB, 'viewer')}),
  ('${ASCENDERS}', '${OTTO}', ${role(ASCENDERS, 'admin')});

-- A permission of its own, one of the plan's under another name, and a grant of that one.
insert into permissions (id, name, slug, resource_type) values
  ('${id('permission', 1)}', 'Fly', 'custom:fly', 'custom'),
  ('${id('permission', 2)}', 'Look', 'content:view', 'content');
insert into role_permissions (tenant_role_id, permission_id) values
  (${role(HUB, 'viewer')}, '${id('permission', 2)}'),
  (${role(HUB, 'admin')}, '${id('permission', 1)}');

insert into content_modules (id, platform, title) values
  ('${id('module', 1)}', 'hub', 'Module of the hub'),
  ('${id('module', 2)}', 'ascenders', 'Module of the ascenders');
insert into lessons (id, module_id, title) values
  ('${id('lesson', 1)}', '${id('module', 1)}', 'Lesson of the hub'),
  ('${id('lesson', 2)}', '${id('module', 2)}', 'Lesson of the ascenders');
insert into resources (id, platform, title) values
  ('${id('resource', 1)}', 'hub', 'Resource of the hub'),
  ('${id('resource', 2)}', 'ascenders', 'Resource of the ascenders');
insert into shared_content (id, title, author_id, is_published) values
  ('${id('shared', 1)}', 'Draft of Otto', '${OTTO}', false),
  ('${id('shared', 2)}', 'Published by Otto', '${OTTO}', true);
insert into content_versions (content_type, content_id, created_by) values ('lesson', '${id('lesson', 1)}', '${EVE}');
insert into learning_progress (user_id, content_type, content_id, progress_percentage) values
  ('${VIC}', 'lesson', '${id('lesson', 1)}', 50),
  ('${OTTO}', 'lesson', '${id('lesson', 2)}', 100);
insert into activity_feed (id, user_id, platform, activity_type) values
  ('${id('activity', 1)}', '${EVE}', 'hub', 'wrote'),
  ('${id('activity', 2)}', '${OTTO}', 'ascenders', 'wrote');
insert into social_interactions (activity_id, user_id, interaction_type) values
  ('${id('activity', 1)}', '${ADA}', 'like'),
  ('${id('activity', 2)}', '${OTTO}', 'like');
insert into analytics_summaries (platform, summary_type, time_period, start_date, end_date, metrics)
values ('hub', 'visits', 'daily', '2025-01-01', '2025-01-01', '{"visits": 3}');
insert into audit_logs (user_id, action, entity_type) values ('${ADA}', 'login', 'user');
`;

/** For a database at the newest migration: rows in the thirteen tables of the plan, and in two of its columns. */
export const PLAN_ROWS = `
insert into guardian_relationships (id, guardian_id, ward_id, relationship_type, is_approved, approval_date) values
  ('${id('relationship', 1)}', '${ADA}', '${VIC}', 'parent', true, now()),
  ('${id('relationship', 2)}', '${EVE}', '${VIC}', 'parent', false, null);
insert into subscriptions (id, user_id, tenant_id, plan_id, plan_name, status, current_period_start, current_period_end) values
  ('${id('subscription', 1)}', '${VIC}', '${HUB}', 'basic', 'Basic', 'active', now(), now() + interval '1 month'),
  ('${id('subscription', 2)}', '${OTTO}', '${ASCENDERS}', 'basic', 'Basic', 'active', now(), now() + interval '1 month');
insert into subscription_history (subscription_id, event_type, event_data) values
  ('${id('subscription', 1)}', 'created', '{}'), ('${id('subscription', 2)}', 'created', '{}');
insert into content_types (id, name, slug, schema, tenant_id) values
  ('${id('other', 1)}', 'Podcast', 'podcast', '{"fields": []}', '${ASCENDERS}');
update content_modules set content_type_id = '${id('other', 1)}' where platform = 'ascenders';
update lessons set content_type_id = (select id from content_types where slug = 'text-article');
insert into content_translations (id, content_type, content_id, language_code, title, translator_id, status) values
  ('${id('translation', 1)}', 'lesson', '${id('lesson', 1)}', 'de', 'Lektion', '${EVE}', 'published'),
  ('${id('translation', 2)}', 'lesson', '${id('lesson', 1)}', 'fr', 'Leçon', '${EVE}', 'draft');
insert into assessments (id, tenant_id, title, assessment_type, attempts_allowed, is_published, created_by) values
  ('${id('assessment', 1)}', '${HUB}', 'Published', 'quiz', 2, true, '${EVE}'),
  ('${id('assessment', 2)}', '${HUB}', 'Draft', 'quiz', null, false, '${EVE}'),
  ('${id('assessment', 3)}', '${ASCENDERS}', 'Published elsewhere', 'quiz', null, true, '${OTTO}');
insert into assessment_questions (id, assessment_id, question_type, question_text, correct_answer)
select ('00000000-0000-4000-8000-00000000' || lpad((900 + i)::text, 4, '0'))::uuid,
  ('00000000-0000-4000-8000-00000000' || lpad((800 + i)::text, 4, '0'))::uuid, 'text', 'Question ' || i, '"secret"'
from generate_series(1, 3) as i;
insert into assessment_attempts (assessment_id, user_id, attempt_number, score, passed) values
  ('${id('assessment', 1)}', '${VIC}', 1, 70, true), ('${id('assessment', 3)}', '${OTTO}', 1, 10, false);
insert into learning_groups (id, tenant_id, name, join_code, facilitator_id) values
  ('${id('group', 1)}', '${HUB}', 'Group of the hub', 'A', '${NOA}'),
  ('${id('group', 2)}', '${ASCENDERS}', 'Group of the ascenders', 'A', null);
insert into learning_group_members (group_id, user_id, status) values
  ('${id('group', 1)}', '${VIC}', 'active'), ('${id('group', 1)}', '${VERA}', 'left'), ('${id('group', 2)}', '${OTTO}', 'active');
insert into learning_group_content (group_id, content_type, content_id) values
  ('${id('group', 1)}', 'module', '${id('module', 1)}'), ('${id('group', 2)}', 'module', '${id('module', 2)}');
insert into content_engagement (user_id, content_type, content_id, event_type) values
  ('${VIC}', 'lesson', '${id('lesson', 1)}', 'view'), ('${EVE}', 'lesson', '${id('lesson', 1)}', 'view'),
  ('${OTTO}', 'lesson', '${id('lesson', 2)}', 'complete');
update profiles set display_name = 'Vic' where id = '${VIC}';
`;
