-- Rolls back 20250605000001-engagement-tracking: drops the function aggregate_daily_engagement, the view
-- engagement_metrics, and the table content_engagement with its rows. Days that were summed up stay summed up.

DROP FUNCTION aggregate_daily_engagement();

DROP VIEW engagement_metrics;

DROP TABLE content_engagement;
