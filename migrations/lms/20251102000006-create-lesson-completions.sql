-- Creates the table lesson_completions: the lessons that an enrolled user has completed.

CREATE TABLE lesson_completions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  lesson_id UUID NOT NULL,
  enrollment_id UUID NOT NULL,
  completed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  time_spent_minutes INTEGER NOT NULL DEFAULT 0,
  notes TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT lesson_completions_pkey
    PRIMARY KEY (id),
  CONSTRAINT lesson_completions_user_id_lesson_id_enrollment_id_key
    UNIQUE (user_id, lesson_id, enrollment_id),
  CONSTRAINT lesson_completions_time_spent_minutes_check
    CHECK (time_spent_minutes >= 0),
  CONSTRAINT lesson_completions_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE RESTRICT,
  CONSTRAINT lesson_completions_lesson_id_fkey
    FOREIGN KEY (lesson_id)
    REFERENCES lessons (id)
    ON DELETE CASCADE,
  CONSTRAINT lesson_completions_enrollment_id_user_id_fkey
    FOREIGN KEY (enrollment_id, user_id)
    REFERENCES enrollments (id, user_id)
    ON DELETE CASCADE
);

CREATE INDEX idx_lesson_completions_lesson_id
  ON lesson_completions (lesson_id);

CREATE INDEX idx_lesson_completions_enrollment_id_user_id
  ON lesson_completions (enrollment_id, user_id);

CREATE INDEX idx_lesson_completions_completed_at
  ON lesson_completions (completed_at);

COMMENT ON TABLE lesson_completions IS
  'Lessons that an enrolled user has completed. Append-only, hence no updated_at.';
COMMENT ON COLUMN lesson_completions.enrollment_id IS
  'The foreign key includes user_id, so that a completion cannot name another user than its enrollment.';
