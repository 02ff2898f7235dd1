-- Creates the table certificates: the certificates of completed enrollments;
-- and gives enrollments.certificate_id its foreign key.
-- @allow add-fk-validated enrollments.certificate_id is empty until there are certificates: the baseline comes before the first users

CREATE TABLE certificates (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  enrollment_id UUID NOT NULL,
  certificate_number VARCHAR(64) NOT NULL,
  issued_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ,
  revoked_at TIMESTAMPTZ,
  metadata JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT certificates_pkey
    PRIMARY KEY (id),
  CONSTRAINT certificates_enrollment_id_key
    UNIQUE (enrollment_id),
  CONSTRAINT certificates_certificate_number_key
    UNIQUE (certificate_number),
  CONSTRAINT certificates_validity_check
    CHECK (expires_at IS NULL OR expires_at > issued_at),
  CONSTRAINT certificates_enrollment_id_fkey
    FOREIGN KEY (enrollment_id)
    REFERENCES enrollments (id)
    ON DELETE RESTRICT
);

-- The column and its index came with enrollments, which certificates refer to.
ALTER TABLE enrollments
  ADD CONSTRAINT enrollments_certificate_id_fkey
  FOREIGN KEY (certificate_id)
  REFERENCES certificates (id)
  ON DELETE SET NULL;

COMMENT ON TABLE certificates IS
  'Certificates; at most one an enrollment.';
COMMENT ON COLUMN certificates.metadata IS
  'Free object: what is printed on the certificate beyond the columns.';
