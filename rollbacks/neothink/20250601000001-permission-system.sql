-- Rolls back 20250601000001-permission-system: deletes the permissions and grants that it inserted, and no other.
-- What roles were granted of these permissions since goes with them.

DELETE FROM role_permissions
WHERE id IN (
  SELECT inserted.id
  FROM lms_db.neothink_20250601000001_inserted AS inserted
);

DELETE FROM permissions
WHERE id IN (
  SELECT inserted.id
  FROM lms_db.neothink_20250601000001_inserted AS inserted
);

DROP TABLE lms_db.neothink_20250601000001_inserted;
