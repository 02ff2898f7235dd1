-- Creates the tables learning_groups, learning_group_members and learning_group_content.
-- @phase 4 of 5: Learning Innovation
-- @risk medium creates empty tables; tenants is locked against writes for a moment
-- @downtime none
-- @app-change the group UI; a job with service_role lets users in by join_code
-- @requires 20250601000003

CREATE TABLE learning_groups (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  start_date DATE,
  end_date DATE,
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  max_members INTEGER,
  join_code TEXT,
  created_by UUID,
  facilitator_id UUID,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT learning_groups_pkey
    PRIMARY KEY (id),
  CONSTRAINT learning_groups_tenant_id_join_code_key
    UNIQUE (tenant_id, join_code),
  CONSTRAINT learning_groups_tenant_id_fkey
    FOREIGN KEY (tenant_id)
    REFERENCES tenants (id)
    ON DELETE CASCADE,
  CONSTRAINT learning_groups_created_by_fkey
    FOREIGN KEY (created_by)
    REFERENCES auth.users (id)
    ON DELETE SET NULL,
  CONSTRAINT learning_groups_facilitator_id_fkey
    FOREIGN KEY (facilitator_id)
    REFERENCES auth.users (id)
    ON DELETE SET NULL,
  CONSTRAINT learning_groups_max_members_check
    CHECK (max_members > 0),
  CONSTRAINT learning_groups_dates_check
    CHECK (end_date IS NULL OR start_date IS NULL OR end_date >= start_date)
);

CREATE INDEX idx_learning_groups_created_by
  ON learning_groups (created_by);

CREATE INDEX idx_learning_groups_facilitator_id
  ON learning_groups (facilitator_id);

CREATE TRIGGER learning_groups_set_updated_at
  BEFORE UPDATE ON learning_groups
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE learning_groups IS
  'Groups of learners of a platform.';
COMMENT ON COLUMN learning_groups.join_code IS
  'Lets in who knows it; unique in its tenant.';

CREATE TABLE learning_group_members (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  group_id UUID NOT NULL,
  user_id UUID NOT NULL,
  role TEXT NOT NULL DEFAULT 'member',
  joined_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  status TEXT NOT NULL DEFAULT 'active',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT learning_group_members_pkey
    PRIMARY KEY (id),
  CONSTRAINT learning_group_members_group_id_user_id_key
    UNIQUE (group_id, user_id),
  CONSTRAINT learning_group_members_group_id_fkey
    FOREIGN KEY (group_id)
    REFERENCES learning_groups (id)
    ON DELETE CASCADE,
  CONSTRAINT learning_group_members_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES auth.users (id)
    ON DELETE CASCADE,
  CONSTRAINT learning_group_members_role_check
    CHECK (role IN ('member', 'facilitator')),
  CONSTRAINT learning_group_members_status_check
    CHECK (status IN ('active', 'invited', 'left', 'removed'))
);

CREATE INDEX idx_learning_group_members_user_id
  ON learning_group_members (user_id);

CREATE TRIGGER learning_group_members_set_updated_at
  BEFORE UPDATE ON learning_group_members
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE learning_group_members IS
  'Who is or was in a group.';
COMMENT ON COLUMN learning_group_members.status IS
  'Only an active member sees the others and the content of the group.';

CREATE TABLE learning_group_content (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  group_id UUID NOT NULL,
  content_type TEXT NOT NULL,
  content_id UUID NOT NULL,
  assigned_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  due_date TIMESTAMPTZ,
  assigned_by UUID,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT learning_group_content_pkey
    PRIMARY KEY (id),
  CONSTRAINT learning_group_content_group_content_key
    UNIQUE (group_id, content_type, content_id),
  CONSTRAINT learning_group_content_group_id_fkey
    FOREIGN KEY (group_id)
    REFERENCES learning_groups (id)
    ON DELETE CASCADE,
  CONSTRAINT learning_group_content_assigned_by_fkey
    FOREIGN KEY (assigned_by)
    REFERENCES auth.users (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_learning_group_content_assigned_by
  ON learning_group_content (assigned_by);

CREATE TRIGGER learning_group_content_set_updated_at
  BEFORE UPDATE ON learning_group_content
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE learning_group_content IS
  'What a group is to work through.';
COMMENT ON COLUMN learning_group_content.content_type IS
  'What content_id names, as in content_versions.';

-- As the owner, as the other helpers: the policy of learning_group_members cannot ask learning_group_members.
CREATE FUNCTION app_private.learning_group_ids()
  RETURNS SETOF UUID
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path = ''
AS $$
  SELECT learning_group_members.group_id
  FROM public.learning_group_members
  WHERE learning_group_members.user_id = (SELECT auth.uid())
    AND learning_group_members.status = 'active'
  UNION
  SELECT learning_groups.id
  FROM public.learning_groups
  WHERE learning_groups.facilitator_id = (SELECT auth.uid())
$$;

COMMENT ON FUNCTION app_private.learning_group_ids() IS
  'The groups in which the user of the request is active, or which he or she facilitates.';

REVOKE EXECUTE
  ON FUNCTION app_private.learning_group_ids()
  FROM PUBLIC;

GRANT EXECUTE
  ON FUNCTION app_private.learning_group_ids()
  TO authenticated;

ALTER TABLE learning_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE learning_group_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE learning_group_content ENABLE ROW LEVEL SECURITY;

REVOKE ALL
  ON learning_groups, learning_group_members, learning_group_content
  FROM anon, authenticated;

GRANT SELECT, INSERT, UPDATE, DELETE
  ON learning_groups, learning_group_members, learning_group_content
  TO authenticated;

CREATE POLICY learning_groups_select
  ON learning_groups
  FOR SELECT
  TO authenticated
  USING (
    tenant_id IN (SELECT app_private.tenant_ids())
    OR facilitator_id = (SELECT auth.uid())
  );

CREATE POLICY learning_groups_write
  ON learning_groups
  FOR ALL
  TO authenticated
  USING (
    tenant_id IN (
      SELECT own.id FROM app_private.tenant_ids() AS own (id)
      WHERE app_private.has_tenant_role(own.id, ARRAY['admin', 'editor'])
    )
  )
  WITH CHECK (
    tenant_id IN (
      SELECT own.id FROM app_private.tenant_ids() AS own (id)
      WHERE app_private.has_tenant_role(own.id, ARRAY['admin', 'editor'])
    )
  );

CREATE POLICY learning_group_members_select
  ON learning_group_members
  FOR SELECT
  TO authenticated
  USING (group_id IN (SELECT app_private.learning_group_ids()));

CREATE POLICY learning_group_members_write
  ON learning_group_members
  FOR ALL
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM learning_groups
      WHERE learning_groups.id = learning_group_members.group_id
        AND app_private.has_tenant_role(learning_groups.tenant_id, ARRAY['admin', 'editor'])
    )
  )
  WITH CHECK (
    EXISTS (
      SELECT FROM learning_groups
      WHERE learning_groups.id = learning_group_members.group_id
        AND app_private.has_tenant_role(learning_groups.tenant_id, ARRAY['admin', 'editor'])
    )
  );

CREATE POLICY learning_group_content_select
  ON learning_group_content
  FOR SELECT
  TO authenticated
  USING (group_id IN (SELECT app_private.learning_group_ids()));

CREATE POLICY learning_group_content_write
  ON learning_group_content
  FOR ALL
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM learning_groups
      WHERE learning_groups.id = learning_group_content.group_id
        AND app_private.has_tenant_role(learning_groups.tenant_id, ARRAY['admin', 'editor'])
    )
  )
  WITH CHECK (
    EXISTS (
      SELECT FROM learning_groups
      WHERE learning_groups.id = learning_group_content.group_id
        AND app_private.has_tenant_role(learning_groups.tenant_id, ARRAY['admin', 'editor'])
    )
  );
