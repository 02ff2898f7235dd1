-- Creates the table content_engagement, the view engagement_metrics, and the function that sums up a day.
-- @phase 5 of 5: Analytics and Optimization
-- @risk medium creates an empty table
-- @downtime none
-- @app-change clients write what users do; a job calls aggregate_daily_engagement with service_role after midnight UTC
-- @requires 20250531000000 20250601000003

CREATE TABLE content_engagement (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  content_type TEXT NOT NULL,
  content_id UUID NOT NULL,
  event_type TEXT NOT NULL,
  event_data JSONB,
  session_id UUID,
  device_info JSONB,
  occurred_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT content_engagement_pkey
    PRIMARY KEY (id),
  CONSTRAINT content_engagement_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES auth.users (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_content_engagement_user_id
  ON content_engagement (user_id);

CREATE INDEX idx_content_engagement_content_occurred_at
  ON content_engagement (content_type, content_id, occurred_at);

CREATE INDEX idx_content_engagement_occurred_at
  ON content_engagement (occurred_at);

COMMENT ON TABLE content_engagement IS
  'What users did with content.';
COMMENT ON COLUMN content_engagement.content_type IS
  'What content_id names, as in content_versions.';
COMMENT ON COLUMN content_engagement.event_type IS
  'view, complete, reaction, share, comment, or another one of the application.';
COMMENT ON COLUMN content_engagement.event_data IS
  'Free object of the event.';
COMMENT ON COLUMN content_engagement.device_info IS
  'Object: what the client says about itself.';

-- Days in UTC, as those of aggregate_daily_engagement. With the rights of whoever asks: everybody sees his own events
-- counted, service_role all of them.
CREATE VIEW engagement_metrics
  WITH (security_invoker = TRUE)
AS
SELECT
  content_type,
  content_id,
  count(DISTINCT user_id) AS unique_users,
  count(*) AS total_events,
  count(*) FILTER (WHERE event_type = 'view') AS views,
  count(*) FILTER (WHERE event_type = 'complete') AS completions,
  count(*) FILTER (WHERE event_type = 'reaction') AS reactions,
  count(*) FILTER (WHERE event_type = 'share') AS shares,
  count(*) FILTER (WHERE event_type = 'comment') AS comments,
  date_trunc('day', occurred_at, 'UTC') AS day
FROM content_engagement
GROUP BY content_type, content_id, date_trunc('day', occurred_at, 'UTC');

COMMENT ON VIEW engagement_metrics IS
  'Events by content and day (UTC), as far as the reader may see them.';

-- In SQL, not in PL/pgSQL: a mistake in its body shows when it is created, not in the first night.
CREATE FUNCTION aggregate_daily_engagement()
  RETURNS VOID
  LANGUAGE sql
  SET search_path = ''
AS $$
  WITH yesterday AS (
    SELECT (now() AT TIME ZONE 'UTC')::DATE - 1 AS day
  ),
  events AS (
    SELECT yesterday.day, engagement.user_id, engagement.content_type, engagement.event_type
    FROM yesterday
    JOIN public.content_engagement AS engagement
      ON engagement.occurred_at >= yesterday.day::TIMESTAMP AT TIME ZONE 'UTC'
     AND engagement.occurred_at < (yesterday.day + 1)::TIMESTAMP AT TIME ZONE 'UTC'
  ),
  -- Aggregates cannot be nested: count first, then make an object of the counts.
  by_content_type AS (
    SELECT jsonb_object_agg(counted.content_type, counted.number) AS counts
    FROM (SELECT content_type, count(*) AS number FROM events GROUP BY content_type) AS counted
  ),
  by_event_type AS (
    SELECT jsonb_object_agg(counted.event_type, counted.number) AS counts
    FROM (SELECT event_type, count(*) AS number FROM events GROUP BY event_type) AS counted
  ),
  in_all AS (
    SELECT day, count(*) AS events, count(DISTINCT user_id) AS users
    FROM events
    GROUP BY day
  )
  INSERT INTO public.analytics_summaries (platform, summary_type, time_period, start_date, end_date, metrics)
  SELECT
    'all',
    'engagement',
    'daily',
    in_all.day,
    in_all.day,
    jsonb_build_object(
      'total_events', in_all.events,
      'unique_users', in_all.users,
      'content_types', by_content_type.counts,
      'event_types', by_event_type.counts
    )
  FROM in_all
  CROSS JOIN by_content_type
  CROSS JOIN by_event_type
  ON CONFLICT (platform, summary_type, time_period, start_date)
  DO UPDATE
  SET
    end_date = excluded.end_date,
    metrics = excluded.metrics
$$;

COMMENT ON FUNCTION aggregate_daily_engagement() IS
  'Writes the events of yesterday (UTC) into analytics_summaries; again gives the same row. A day without events gives none.';

REVOKE EXECUTE
  ON FUNCTION aggregate_daily_engagement()
  FROM PUBLIC, anon, authenticated;

GRANT EXECUTE
  ON FUNCTION aggregate_daily_engagement()
  TO service_role;

ALTER TABLE content_engagement ENABLE ROW LEVEL SECURITY;

REVOKE ALL
  ON content_engagement, engagement_metrics
  FROM anon, authenticated;

GRANT SELECT, INSERT
  ON content_engagement
  TO authenticated;

GRANT SELECT
  ON engagement_metrics
  TO authenticated;

CREATE POLICY content_engagement_select
  ON content_engagement
  FOR SELECT
  TO authenticated
  USING (user_id = (SELECT auth.uid()));

CREATE POLICY content_engagement_insert
  ON content_engagement
  FOR INSERT
  TO authenticated
  WITH CHECK (user_id = (SELECT auth.uid()));
