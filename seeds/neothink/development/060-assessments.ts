// One assessment of the hub with three questions: the id of its tenant has to be looked up.
import type { Kysely } from 'kysely';
import type { DB } from '../../../types/neothink.ts';

const ASSESSMENT = '00000000-0000-4000-8000-000400000001';

const QUESTIONS = [
  { text: 'Where do you find the modules?', options: ['In the hub', 'In the mail'], answer: 'In the hub' },
  { text: 'Who sees your private profile?', options: ['Everybody', 'Only you'], answer: 'Only you' },
  { text: 'How many platforms are there?', options: ['Three', 'Four', 'Five'], answer: 'Four' },
];

export default async function seed(db: Kysely<DB>): Promise<void> {
  const hub = await db
    .selectFrom('tenants')
    .select('id')
    .where('slug', '=', 'hub')
    .executeTakeFirstOrThrow(() => new Error('there is no hub: the reference seeds make it'));
  await db
    .insertInto('assessments')
    .values({
      id: ASSESSMENT,
      tenant_id: hub.id,
      title: 'Finding your way',
      assessment_type: 'quiz',
      passing_score: 60,
      attempts_allowed: 3,
      is_published: true,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  await db
    .insertInto('assessment_questions')
    .values(
      QUESTIONS.map(({ text, options, answer }, index) => ({
        id: `00000000-0000-4000-8000-00050000000${String(index + 1)}`,
        assessment_id: ASSESSMENT,
        question_type: 'multiple-choice',
        question_text: text,
        options: JSON.stringify(options),
        correct_answer: JSON.stringify(answer),
        order_index: index + 1,
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
