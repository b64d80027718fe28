#!/bin/sh
# exec: the server itself gets the signals.
set -e
cd "$(dirname "$0")"
exec gunicorn system_status.wsgi:application --bind "0.0.0.0:${PORT:-8080}" --workers 3 --timeout 180 --access-logfile -
