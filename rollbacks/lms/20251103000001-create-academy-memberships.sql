-- Rolls back 20251103000001-create-academy-memberships: drops the table academy_memberships with its rows,
-- then the type membership_status.

DROP TABLE academy_memberships;

DROP TYPE membership_status;
