-- Creates the table payment_transactions: the payments for courses.

CREATE TYPE payment_status AS ENUM (
  'pending',
  'completed',
  'failed',
  'refunded'
);

CREATE TABLE payment_transactions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  course_id UUID,
  enrollment_id UUID,
  amount NUMERIC(10, 2) NOT NULL,
  currency CHAR(3) NOT NULL,
  status payment_status NOT NULL DEFAULT 'pending',
  provider VARCHAR(50) NOT NULL,
  provider_reference VARCHAR(255) NOT NULL,
  paid_at TIMESTAMPTZ,
  refunded_at TIMESTAMPTZ,
  metadata JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT payment_transactions_pkey
    PRIMARY KEY (id),
  CONSTRAINT payment_transactions_provider_provider_reference_key
    UNIQUE (provider, provider_reference),
  CONSTRAINT payment_transactions_amount_check
    CHECK (amount >= 0),
  CONSTRAINT payment_transactions_currency_check
    CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT payment_transactions_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE RESTRICT,
  CONSTRAINT payment_transactions_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE RESTRICT,
  CONSTRAINT payment_transactions_enrollment_id_fkey
    FOREIGN KEY (enrollment_id)
    REFERENCES enrollments (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_payment_transactions_user_id
  ON payment_transactions (user_id);

CREATE INDEX idx_payment_transactions_course_id
  ON payment_transactions (course_id);

CREATE INDEX idx_payment_transactions_enrollment_id
  ON payment_transactions (enrollment_id);

CREATE INDEX idx_payment_transactions_status_created_at
  ON payment_transactions (status, created_at);

CREATE TRIGGER payment_transactions_set_updated_at
  BEFORE UPDATE ON payment_transactions
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TYPE payment_status IS
  'Where a payment stands.';
COMMENT ON TABLE payment_transactions IS
  'Payments. A user or a course with payments cannot be deleted.';
COMMENT ON COLUMN payment_transactions.currency IS
  'ISO 4217 code, three capital letters.';
COMMENT ON COLUMN payment_transactions.provider_reference IS
  'The transactions key at the provider; unique within the provider.';
COMMENT ON COLUMN payment_transactions.metadata IS
  'Free object: what the provider returned beyond the columns.';
