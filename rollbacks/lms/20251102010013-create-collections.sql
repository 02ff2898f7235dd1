-- Rolls back 20251102010013-create-collections: drops the table collections with its rows.

DROP TABLE collections;
