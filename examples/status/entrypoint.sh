#!/bin/sh
# exec: the server itself gets the signals.
set -e
cd "$(dirname "$0")"
exec node dist/main.js
