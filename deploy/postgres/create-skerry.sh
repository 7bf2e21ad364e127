#!/bin/sh
# Run once by the PostgreSQL image, on an empty volume: Skerry's own role, which is no superuser, and its database.
set -eu
password=$(cat "$SKERRY_PASSWORD_FILE")
psql --username=postgres --set=ON_ERROR_STOP=1 --set=password="$password" <<'SQL'
create role skerry login createrole password :'password';
create database skerry owner skerry;
SQL
