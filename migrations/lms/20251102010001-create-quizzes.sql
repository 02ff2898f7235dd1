-- Creates the table quizzes: the quizzes that belong to lessons.

CREATE TABLE quizzes (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  lesson_id UUID NOT NULL,
  title VARCHAR(255) NOT NULL,
  description TEXT,
  passing_score INTEGER NOT NULL DEFAULT 70,
  time_limit_minutes INTEGER,
  max_attempts INTEGER,
  shuffle_questions BOOLEAN NOT NULL DEFAULT FALSE,
  is_published BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT quizzes_pkey
    PRIMARY KEY (id),
  CONSTRAINT quizzes_passing_score_check
    CHECK (passing_score BETWEEN 0 AND 100),
  CONSTRAINT quizzes_time_limit_minutes_check
    CHECK (time_limit_minutes > 0),
  CONSTRAINT quizzes_max_attempts_check
    CHECK (max_attempts > 0),
  CONSTRAINT quizzes_lesson_id_fkey
    FOREIGN KEY (lesson_id)
    REFERENCES lessons (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_quizzes_lesson_id
  ON quizzes (lesson_id);

CREATE TRIGGER quizzes_set_updated_at
  BEFORE UPDATE ON quizzes
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE quizzes IS
  'Quizzes of a lesson.';
COMMENT ON COLUMN quizzes.passing_score IS
  'Score in percent from which the quiz is passed.';
COMMENT ON COLUMN quizzes.max_attempts IS
  'NULL: any number of attempts.';
