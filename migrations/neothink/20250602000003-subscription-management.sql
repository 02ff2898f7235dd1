-- Creates the tables subscriptions and subscription_history: what users pay for on a platform; clients only read them.
-- @phase 2 of 5: User Experience
-- @risk medium creates empty tables; profiles and tenants are locked against writes for a moment
-- @downtime none
-- @app-change the subscription UI reads; the webhook of the payment provider writes with service_role
-- @requires 20250601000003 20250602000001

CREATE TABLE subscriptions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  tenant_id UUID NOT NULL,
  plan_id TEXT NOT NULL,
  plan_name TEXT NOT NULL,
  status TEXT NOT NULL,
  current_period_start TIMESTAMPTZ NOT NULL,
  current_period_end TIMESTAMPTZ NOT NULL,
  cancel_at_period_end BOOLEAN NOT NULL DEFAULT FALSE,
  payment_provider TEXT,
  payment_provider_subscription_id TEXT,
  payment_method_id TEXT,
  metadata JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT subscriptions_pkey
    PRIMARY KEY (id),
  CONSTRAINT subscriptions_provider_subscription_key
    UNIQUE (payment_provider, payment_provider_subscription_id),
  CONSTRAINT subscriptions_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES profiles (id)
    ON DELETE CASCADE,
  -- A tenant with subscriptions is not deleted by the way.
  CONSTRAINT subscriptions_tenant_id_fkey
    FOREIGN KEY (tenant_id)
    REFERENCES tenants (id)
    ON DELETE RESTRICT,
  CONSTRAINT subscriptions_status_check
    CHECK (status IN ('trialing', 'active', 'past_due', 'canceled', 'expired')),
  CONSTRAINT subscriptions_period_check
    CHECK (current_period_end > current_period_start)
);

CREATE INDEX idx_subscriptions_user_id
  ON subscriptions (user_id);

CREATE INDEX idx_subscriptions_tenant_id_status
  ON subscriptions (tenant_id, status);

CREATE TRIGGER subscriptions_set_updated_at
  BEFORE UPDATE ON subscriptions
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE subscriptions IS
  'What a user pays for on a platform.';
COMMENT ON COLUMN subscriptions.metadata IS
  'Free object of the application.';

CREATE TABLE subscription_history (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  subscription_id UUID NOT NULL,
  event_type TEXT NOT NULL,
  event_data JSONB NOT NULL,
  occurred_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT subscription_history_pkey
    PRIMARY KEY (id),
  CONSTRAINT subscription_history_subscription_id_fkey
    FOREIGN KEY (subscription_id)
    REFERENCES subscriptions (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_subscription_history_subscription_id_occurred_at
  ON subscription_history (subscription_id, occurred_at);

COMMENT ON TABLE subscription_history IS
  'What happened to a subscription.';
COMMENT ON COLUMN subscription_history.event_data IS
  'The event as the payment provider told it.';

ALTER TABLE subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscription_history ENABLE ROW LEVEL SECURITY;

REVOKE ALL
  ON subscriptions, subscription_history
  FROM anon, authenticated;

GRANT SELECT
  ON subscriptions, subscription_history
  TO authenticated;

CREATE POLICY subscriptions_select
  ON subscriptions
  FOR SELECT
  TO authenticated
  USING (
    user_id = (SELECT auth.uid())
    OR tenant_id IN (SELECT own.id FROM app_private.tenant_ids() AS own (id) WHERE app_private.is_tenant_admin(own.id))
  );

CREATE POLICY subscription_history_select
  ON subscription_history
  FOR SELECT
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM subscriptions
      WHERE subscriptions.id = subscription_history.subscription_id
    )
  );
