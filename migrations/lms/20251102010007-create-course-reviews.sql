-- Creates the table course_reviews: the ratings and reviews of courses.

CREATE TABLE course_reviews (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  course_id UUID NOT NULL,
  user_id UUID NOT NULL,
  rating SMALLINT NOT NULL,
  title VARCHAR(255),
  body TEXT,
  is_published BOOLEAN NOT NULL DEFAULT TRUE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT course_reviews_pkey
    PRIMARY KEY (id),
  CONSTRAINT course_reviews_course_id_user_id_key
    UNIQUE (course_id, user_id),
  CONSTRAINT course_reviews_rating_check
    CHECK (rating BETWEEN 1 AND 5),
  CONSTRAINT course_reviews_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE CASCADE,
  CONSTRAINT course_reviews_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_course_reviews_user_id
  ON course_reviews (user_id);

CREATE TRIGGER course_reviews_set_updated_at
  BEFORE UPDATE ON course_reviews
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE course_reviews IS
  'Ratings and reviews; one a user and course.';
COMMENT ON COLUMN course_reviews.rating IS
  '1 (worst) to 5 (best).';
