-- Rolls back 20251103000008-create-content-packages: drops the table content_packages with its rows,
-- then the types package_type and package_status.

DROP TABLE content_packages;

DROP TYPE package_status;
DROP TYPE package_type;
