-- Rolls back 20251102010014-create-collection-items: drops the table collection_items with its rows.

DROP TABLE collection_items;
