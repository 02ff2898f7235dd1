-- Creates the table audit_logs: the trail of who did what.

CREATE TABLE audit_logs (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID,
  action VARCHAR(100) NOT NULL,
  resource_type VARCHAR(100) NOT NULL,
  resource_id UUID,
  changes JSONB,
  ip_address INET,
  user_agent TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT audit_logs_pkey
    PRIMARY KEY (id),
  CONSTRAINT audit_logs_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_audit_logs_user_id
  ON audit_logs (user_id);

CREATE INDEX idx_audit_logs_resource_type_resource_id
  ON audit_logs (resource_type, resource_id);

CREATE INDEX idx_audit_logs_created_at
  ON audit_logs (created_at);

-- Append-only by privilege, and for the owner too: a careless UPDATE or DELETE of the application
-- is refused. The one column left is what ON DELETE SET NULL writes (it runs as the table's owner).
-- Purging old rows takes a deliberate GRANT DELETE first. Superusers are not bound by privileges.
REVOKE UPDATE, DELETE, TRUNCATE
  ON TABLE audit_logs
  FROM PUBLIC, CURRENT_USER;

GRANT UPDATE (user_id)
  ON TABLE audit_logs
  TO CURRENT_USER;

COMMENT ON TABLE audit_logs IS
  'Who did what, when and from where. Append-only: the owner may insert and select; UPDATE is granted on user_id alone, for the ON DELETE SET NULL of the foreign key.';
COMMENT ON COLUMN audit_logs.user_id IS
  'Who did it; NULL for the system, and for a user who has been erased since.';
COMMENT ON COLUMN audit_logs.resource_id IS
  'Key of the row concerned in the table named by resource_type; deliberately not a foreign key, the trail outlives the row.';
COMMENT ON COLUMN audit_logs.changes IS
  'Free object: the values before and after, by column.';
