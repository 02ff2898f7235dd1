// For every check of neothink, one way to break the database so that exactly this check fails.
import { ADA, ASCENDERS, EVE, HUB, id, VIC } from './neothink-rows.ts';

const count = (migration: string): string => `the counts after ${migration}`;

/** SQL by the name of the check. */
export const NEOTHINK_VIOLATIONS: Readonly<Record<string, string>> = {
  [count('database-optimization')]: `create index superfluous on content_engagement (session_id)`,
  'N-1 the tables that the plan presumes': `alter table social_interactions rename to interactions`,
  'the tables of the plan': `alter table subscription_history rename to subscription_events`,
  'the columns that the plan adds to profiles': `alter table profiles rename column last_seen_at to seen_at`,
  'the functions, those of the API and those behind it': `create function app_private.superfluous() returns int language sql as 'select 1';
    revoke execute on function app_private.superfluous() from public`,
  'the indexes that the plan names': `alter index idx_profiles_email rename to idx_profiles_mail`,
  'the tables that autovacuum visits early': `alter table audit_logs reset (autovacuum_vacuum_scale_factor)`,

  'N-19 every table has row security': `alter table languages disable row level security`,
  'N-15 every table has a policy': `drop policy languages_select on languages; create policy spare on permissions for select to authenticated using (false)`,
  'N-16 every policy for writing has a WITH CHECK': `drop policy shared_content_write on shared_content;
    create policy shared_content_write on shared_content to authenticated using (author_id = (select auth.uid()))`,
  'N-18 no policy for writing lets everything through': `alter policy content_translations_update on content_translations using (true)`,
  'N-11 no policy reads its own table': `alter policy tenant_users_select on tenant_users
    using (tenant_id in (select own.tenant_id from tenant_users as own where own.user_id = (select auth.uid())))`,
  'every policy is for authenticated': `alter policy languages_select on languages to public`,
  'N-23 row security binds the clients': `alter table audit_logs owner to authenticated;
    revoke references, trigger, truncate on audit_logs from authenticated`,
  'anon may do nothing': `grant select on languages to anon`,
  'no client may do what row security does not see': `grant truncate on languages to authenticated`,
  "N-26 no client may write what is not a user's to say": `grant update (is_guardian) on profiles to authenticated`,
  'N-16 no client may write what users pay for': `grant update (plan_id) on subscriptions to authenticated`,
  'N-9 every definer has an empty search_path': `alter function app_private.tenant_ids() reset search_path`,
  'no function behind row security is open to PUBLIC': `grant execute on function app_private.tenant_ids() to public`,
  'N-21 only jobs may call the functions that are for jobs': `grant execute on function refresh_materialized_views() to authenticated`,
  'N-10 nothing of the plan is in auth': `create function auth.is_tenant_admin(uuid) returns boolean language sql as 'select false'`,
  // What the obvious repair of the plan does: x = x.
  'N-7 N-8 nobody is the admin of a tenant that does not exist': `create or replace function app_private.is_tenant_admin(p_tenant_id uuid)
    returns boolean language sql stable security definer set search_path = '' as 'select p_tenant_id = p_tenant_id'`,
  'N-20 every view has the rights of whoever asks, but the one that hides the answers': `alter view engagement_metrics set (security_invoker = false)`,
  'N-27 no view shows the answers': `create or replace view published_questions with (security_barrier = true) as
    select q.id, q.assessment_id, q.question_type, q.question_text, q.options, q.points, q.order_index, q.correct_answer
    from assessment_questions as q join assessments as a on a.id = q.assessment_id
    where a.is_published and a.tenant_id in (select app_private.tenant_ids())`,
  'N-21 no client reads a materialized view': `grant select on user_platform_access to authenticated`,

  'N-4 the permissions of the plan': `delete from permissions where slug = 'data:export'`,
  'N-4 no permission is there twice': `alter table permissions drop constraint permissions_slug_key;
    create unique index permissions_slug_key on permissions (slug, id);
    alter table permissions add constraint permissions_slug_key unique using index permissions_slug_key;
    insert into permissions (name, slug, resource_type) values ('Fly', 'custom:fly', 'custom')`,
  'N-2 every admin, editor and viewer has the 14, 6 and 2 permissions of the plan': `delete from role_permissions
    where permission_id = (select id from permissions where slug = 'analytics:view')
      and tenant_role_id = (select id from tenant_roles where tenant_id = '${HUB}' and slug = 'editor')`,
  'N-2 every role may do something': `insert into tenant_roles (tenant_id, name, slug) values ('${HUB}', 'Guest', 'guest')`,
  'the role of every member is one of the tenant': `update tenant_users
    set tenant_role_id = (select id from tenant_roles where tenant_id = '${ASCENDERS}' and slug = 'viewer') where user_id = '${VIC}'`,
  'N-6a no placeholder in the settings or the branding of a tenant': `update tenants
    set branding = jsonb_set(branding, '{logo,icon}', '"https://assets.example/[slug]/icon.png"') where slug = 'hub'`,
  'the platforms of the plan have a primary color of their own': `update tenants
    set branding = jsonb_set(branding, '{colors,primary}', '"#4285F4"') where slug = 'hub'`,
  'the system content types of the plan': `delete from content_types where slug = 'pdf-document'`,
  'the languages of the plan': `delete from languages where code = 'zh'`,
  'N-30 one language is the default': `update languages set is_default = false`,
  'N-36 every platform is a tenant': `update resources set platform = 'nowhere' where id = '${id('resource', 1)}'`,
  'the type of every piece of content is a system type or one of its tenant': `update resources
    set content_type_id = '${id('other', 1)}' where platform = 'hub'`,
  'N-35 the content that is referred to exists': `delete from lessons where id = '${id('lesson', 1)}'`,
  'N-24 everybody with an approved ward is a guardian': `update profiles set is_guardian = false where id = '${ADA}'`,
  'N-25 every profile that is said to be complete is': `alter table profiles disable trigger check_profile_completion;
    update profiles set profile_completed = true, full_name = ' ' where id = '${EVE}';
    alter table profiles enable trigger check_profile_completion`,

  'N-28 every foreign key has an index that begins with its columns': `drop index idx_learning_group_content_assigned_by;
    create index idx_learning_group_content_assigned_at on learning_group_content (assigned_at)`,
  'N-28 every foreign key says what deleting does': `alter table lessons drop constraint lessons_module_id_fkey;
    alter table lessons add constraint lessons_module_id_fkey foreign key (module_id) references content_modules (id)`,
  'no index is redundant but the two that the plan states': `drop index idx_content_engagement_occurred_at;
    create index idx_subscriptions_tenant_id on subscriptions (tenant_id)`,
  'N-29 every updated_at has its trigger': `alter table lessons disable trigger lessons_set_updated_at`,
  'every constraint has been validated': `alter table lessons add constraint lessons_titled check (title <> '') not valid`,
  'every index is valid': `update pg_index set indisvalid = false where indexrelid = 'idx_content_versions_content_id'::regclass`,
};

/** Checks that stand for a stage: at which version they are asked, and what breaks them there. */
export const NEOTHINK_STAGE_VIOLATIONS: Readonly<
  Record<string, { readonly to: string; readonly sql: string }>
> = Object.fromEntries(
  (
    [
      ['neothink-baseline', '20250601000002'],
      ['security-enhancements', '20250601000003'],
      ['enhanced-user-profiles', '20250602000001'],
      ['guardian-relationships', '20250602000002'],
      ['subscription-management', '20250602000003'],
      ['content-types-system', '20250603000001'],
      ['content-localization', '20250603000002'],
      ['assessment-system', '20250604000001'],
      ['learning-groups', '20250604000002'],
      ['engagement-tracking', '20250605000001'],
    ] as const
  ).map(([migration, to]) => [
    count(migration),
    { to, sql: 'create index superfluous on content_versions (version_number)' },
  ]),
);
