#!/usr/bin/env bash
# Makes the databases of the log and the vault, and the three roles, once, when the database server is new.
#
# Run by the image of PostgreSQL at its first start, as the superuser. Needs OWNER_PASSWORD and APP_PASSWORD.
# `huean setup postgres` then makes everything inside the databases, as huean_owner, who is no superuser.
set -euo pipefail

psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD

CREATE ROLE huean_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE huean_app LOGIN PASSWORD :'app_password';
-- No password: an auditor gets one when there is an auditor (ALTER ROLE huean_auditor PASSWORD …).
CREATE ROLE huean_auditor LOGIN;

-- What an application's session may not outlast. An owner who is no superuser cannot set this for another role.
ALTER ROLE huean_app SET idle_in_transaction_session_timeout = '5s';
ALTER ROLE huean_app SET lock_timeout = '5s';

CREATE DATABASE huean_log OWNER huean_owner;
CREATE DATABASE huean_vault OWNER huean_owner;
REVOKE ALL ON DATABASE huean_log, huean_vault FROM PUBLIC;
GRANT CONNECT ON DATABASE huean_log, huean_vault TO huean_app, huean_auditor;
SQL
