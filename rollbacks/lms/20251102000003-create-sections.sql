-- Rolls back 20251102000003-create-sections: drops the table sections with its rows.

DROP TABLE sections;
