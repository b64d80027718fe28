#!/bin/sh
# Brings the schema up to date. Django takes no lock: two of these at the same time would disturb each other.
set -e
cd "$(dirname "$0")"
exec python manage.py migrate --noinput
