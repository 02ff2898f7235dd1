// For every check of enpyco, one way to break the database so that exactly this check fails.
import { MIGRATED_COMPANY, MIGRATION_USER } from './enpyco.ts';

const id = (kind: string): string => `md5('${kind}')::uuid`;

/** SQL by the name of the check, for a database with companies. */
export const ENPYCO_VIOLATIONS: Readonly<Record<string, string>> = {
  'companies query': 'alter table companies drop column logo_url',
  'the company of the migrated data, or the demo company': `update users set company_id = ${id('company1')} where id = '${MIGRATION_USER}';
    delete from companies where id = '${MIGRATED_COMPANY}'`,
  'users query': 'alter table users drop column last_login',
  'the migration account is not active': `update users set is_active = true where id = '${MIGRATION_USER}'`,
  'content blocks query': 'alter table content_blocks drop column version',
  'every matched block exists': `update content_matches set matched_blocks = matched_blocks || gen_random_uuid() where id = ${id('match1')}`,
  'every source block exists': `update sections set source_blocks = array[gen_random_uuid()] where id = ${id('part2')}`,
  'projects query (with new columns)': 'alter table projects drop column lot',
  'sections query (with new columns)': 'alter table sections drop column generated_by_ai',
  'no project without a company': `alter table projects alter company_id drop not null; update projects set company_id = null where id = ${id('tender1')}`,
  'projects.company_id is NOT NULL': 'alter table projects alter company_id drop not null',
  'memoires query (with new columns)': 'alter table memoires drop column project_type',
  'no memoire without a company': `alter table memoires alter company_id drop not null; update memoires set company_id = null where id = ${id('reference1')}`,
  'memoires.company_id is NOT NULL': 'alter table memoires alter company_id drop not null',
  'document chunks query (RAG)': 'alter table document_chunks rename column content to body',
  'document_chunks has its six columns, in their order':
    'alter table document_chunks add column company_id uuid',
  'embeddings are vectors of 1536 numbers, or real[] without pgvector':
    'alter table document_chunks alter embedding type double precision[]',
  'every project was created in its company': `update projects set created_by = ${id('user2')} where id = ${id('tender1')}`,
  'every content block was created in its company': `update content_blocks set created_by = ${id('user2')} where id = ${id('block13')}`,
  'every file was uploaded in its company': `update files set uploaded_by = ${id('user2')} where id = ${id('file1')}`,
  'every content block has files of its own company': `insert into block_files values (${id('block12')}, ${id('file2')}, 'datasheet')`,
  'every matched block is of the company of the project': `update content_matches set matched_blocks = array[${id('block21')}] where id = ${id('match1')}`,
  'every source block is of the company of the project': `update sections set source_blocks = array[${id('block21')}] where id = ${id('part1')}`,
  // A view of the same name is no table.
  tables: 'drop table generation_requests; create view generation_requests as select 1 as id',
  // The type of another schema does not count.
  'enum types': `create schema other; alter type generation_status_enum set schema other`,
  'labels of roles, project statuses, block types, generation statuses, file relationships': `alter type user_role_enum add value 'auditor'`,
  'foreign keys': 'alter table audit_log drop constraint audit_log_user_id_fkey',
  'indexes that 001 creates, beside those of constraints': 'drop index idx_audit_log_created_at',
  'idx_projects_company_status leads with the company, then the status':
    'drop index idx_projects_company_status; create index idx_projects_company_status on projects (status, company_id)',
  'triggers that keep updated_at': 'alter table companies disable trigger companies_set_updated_at',
};

/** Checks that cannot but fail with the one that is named. */
export const ENPYCO_COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  'no project without a company': ['projects.company_id is NOT NULL'],
  'no memoire without a company': ['memoires.company_id is NOT NULL'],
  'document chunks query (RAG)': ['document_chunks has its six columns, in their order'],
  // Its foreign key and its two indexes go with the table.
  tables: ['foreign keys', 'indexes that 001 creates, beside those of constraints'],
  // The labels of a type in another schema do not count either.
  'enum types': ['labels of roles, project statuses, block types, generation statuses, file relationships'],
};

/** Checks that hold at the original schema only: what breaks them there. */
export const ENPYCO_STAGE_VIOLATIONS: Readonly<Record<string, string>> = {
  'projects query (before companies)': 'alter table projects drop column rc_context',
  'sections query (before companies)': 'alter table sections drop column order_num',
  'memoires query (before companies)': 'alter table memoires drop column year',
  'tables of the original schema': 'create table superfluous (id int primary key)',
  'enum types of the original schema': `create type superfluous as enum ('a')`,
};

/** Checks that are skipped without pgvector, by what breaks them where it is. */
export const ENPYCO_VECTOR_VIOLATIONS: Readonly<Record<string, string>> = {
  'vectors have a valid IVFFlat index for cosine distance': 'drop index idx_document_chunks_embedding',
  'vectors have match_documents()': 'drop function match_documents',
};

/** The check that warns where pgvector is missing. */
export const DEGRADED = 'degraded: pgvector missing';
