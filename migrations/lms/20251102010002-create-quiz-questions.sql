-- Creates the table quiz_questions: the questions of quizzes.

CREATE TYPE quiz_question_type AS ENUM (
  'single_choice',
  'multiple_choice',
  'true_false',
  'short_answer',
  'essay'
);

CREATE TABLE quiz_questions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  quiz_id UUID NOT NULL,
  question_type quiz_question_type NOT NULL,
  prompt TEXT NOT NULL,
  options JSONB NOT NULL DEFAULT '[]',
  correct_answer JSONB,
  points INTEGER NOT NULL DEFAULT 1,
  display_order INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT quiz_questions_pkey
    PRIMARY KEY (id),
  CONSTRAINT quiz_questions_quiz_id_display_order_key
    UNIQUE (quiz_id, display_order)
    DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT quiz_questions_options_check
    CHECK (jsonb_typeof(options) = 'array'),
  CONSTRAINT quiz_questions_points_check
    CHECK (points > 0),
  CONSTRAINT quiz_questions_display_order_check
    CHECK (display_order >= 0),
  CONSTRAINT quiz_questions_quiz_id_fkey
    FOREIGN KEY (quiz_id)
    REFERENCES quizzes (id)
    ON DELETE CASCADE
);

CREATE TRIGGER quiz_questions_set_updated_at
  BEFORE UPDATE ON quiz_questions
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TYPE quiz_question_type IS
  'How a question is answered.';
COMMENT ON TABLE quiz_questions IS
  'Questions of a quiz, in order.';
COMMENT ON COLUMN quiz_questions.options IS
  'Array of the choices offered; empty for short_answer and essay.';
COMMENT ON COLUMN quiz_questions.correct_answer IS
  'The expected answer in a form that depends on question_type; NULL when a person grades it.';
COMMENT ON COLUMN quiz_questions.display_order IS
  'Position within the quiz, ascending from 0; its uniqueness is deferrable, so that questions can be reordered in one transaction.';
