-- Rolls back 20251101000003-create-password-reset-tokens: drops the table password_reset_tokens with its rows.

DROP TABLE password_reset_tokens;
