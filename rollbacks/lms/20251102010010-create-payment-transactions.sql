-- Rolls back 20251102010010-create-payment-transactions: drops the table payment_transactions with its rows,
-- then the type payment_status.

DROP TABLE payment_transactions;

DROP TYPE payment_status;
