-- Rolls back 20251103000011-create-asset-usage: drops the table asset_usage with its rows.

DROP TABLE asset_usage;
