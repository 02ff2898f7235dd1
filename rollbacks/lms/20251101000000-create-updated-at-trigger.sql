-- Rolls back 20251101000000-create-updated-at-trigger: drops the function set_updated_at.

DROP FUNCTION set_updated_at();
