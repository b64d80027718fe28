#!/bin/sh
# Brings the schema up to date. Safe to run again, and by several replicas at once.
set -e
cd "$(dirname "$0")"
exec node dist/migrate.js
