-- Creates the table quiz_attempts: the attempts of enrolled users at quizzes.

CREATE TYPE attempt_status AS ENUM (
  'in_progress',
  'submitted',
  'graded'
);

CREATE TABLE quiz_attempts (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  quiz_id UUID NOT NULL,
  user_id UUID NOT NULL,
  enrollment_id UUID NOT NULL,
  attempt_number INTEGER NOT NULL DEFAULT 1,
  status attempt_status NOT NULL DEFAULT 'in_progress',
  answers JSONB NOT NULL DEFAULT '{}',
  score NUMERIC(5, 2),
  passed BOOLEAN,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  submitted_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT quiz_attempts_pkey
    PRIMARY KEY (id),
  CONSTRAINT quiz_attempts_quiz_id_user_id_attempt_number_key
    UNIQUE (quiz_id, user_id, attempt_number),
  CONSTRAINT quiz_attempts_attempt_number_check
    CHECK (attempt_number > 0),
  CONSTRAINT quiz_attempts_answers_check
    CHECK (jsonb_typeof(answers) = 'object'),
  CONSTRAINT quiz_attempts_score_check
    CHECK (score BETWEEN 0 AND 100),
  CONSTRAINT quiz_attempts_submitted_check
    CHECK ((status = 'in_progress') = (submitted_at IS NULL)),
  CONSTRAINT quiz_attempts_quiz_id_fkey
    FOREIGN KEY (quiz_id)
    REFERENCES quizzes (id)
    ON DELETE RESTRICT,
  CONSTRAINT quiz_attempts_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE RESTRICT,
  CONSTRAINT quiz_attempts_enrollment_id_user_id_fkey
    FOREIGN KEY (enrollment_id, user_id)
    REFERENCES enrollments (id, user_id)
    ON DELETE CASCADE
);

CREATE INDEX idx_quiz_attempts_user_id
  ON quiz_attempts (user_id);

CREATE INDEX idx_quiz_attempts_enrollment_id_user_id
  ON quiz_attempts (enrollment_id, user_id);

CREATE TRIGGER quiz_attempts_set_updated_at
  BEFORE UPDATE ON quiz_attempts
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TYPE attempt_status IS
  'Where an attempt at a quiz stands.';
COMMENT ON TABLE quiz_attempts IS
  'Attempts of an enrolled user at a quiz.';
COMMENT ON COLUMN quiz_attempts.enrollment_id IS
  'The foreign key includes user_id, so that an attempt cannot name another user than its enrollment.';
COMMENT ON COLUMN quiz_attempts.answers IS
  'Object: question id to the answer given.';
COMMENT ON COLUMN quiz_attempts.score IS
  'Percent, 0 to 100; NULL until graded.';
COMMENT ON COLUMN quiz_attempts.submitted_at IS
  'NULL exactly while status is in_progress.';
