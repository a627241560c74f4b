#!/bin/bash
# Run by the postgres image when its volume is empty.
set -euo pipefail

psql --username postgres --dbname template1 --set ON_ERROR_STOP=1 --file /deploy/roles.sql
psql --username postgres --dbname postgres --set ON_ERROR_STOP=1 \
  --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
ALTER ROLE decide_owner PASSWORD :'owner_password';
ALTER ROLE decide_app PASSWORD :'app_password';
CREATE DATABASE decide OWNER decide_owner TEMPLATE template1;
SQL
