#!/bin/bash
set -e

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<-EOSQL
	CREATE ROLE guestbook_app LOGIN PASSWORD '$APP_PASSWORD';
	GRANT CONNECT ON DATABASE $POSTGRES_DB TO guestbook_app;
	GRANT SELECT, INSERT ON entry TO guestbook_app;
	GRANT USAGE ON SEQUENCE entry_id_seq TO guestbook_app;
EOSQL
