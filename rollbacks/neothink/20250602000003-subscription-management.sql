-- Rolls back 20250602000003-subscription-management: drops the tables subscription_history and subscriptions with their rows.

DROP TABLE subscription_history;
DROP TABLE subscriptions;
