#!/bin/sh
# What a careful person would write by hand to run examples/status without any tool: the peer of the benchmark.
# Arguments: folder of the application (built), folder of PostgreSQL's programs, data folder, socket folder, port of the page.
# Prints `pid <server>` once everything was started; whoever runs it asks the page.
set -eu
app=$1 bin=$2 data=$3 sockets=$4 port=$5

as_user() {
  if [ "$(id -u)" = 0 ]; then exec unshare --user --map-user=65534 --map-group=65534 -- "$@"; else exec "$@"; fi
}

export POSTGRES_HOST=127.0.0.1 POSTGRES_PORT=$((port + 1)) POSTGRES_DB=status POSTGRES_USER=status POSTGRES_PASSWORD=status
export PORT=$port WEB_CONCURRENCY=3 NODE_ENV=production TZ=Etc/UTC

if [ ! -s "$data/PG_VERSION" ]; then
  printf '%s' "$POSTGRES_PASSWORD" > "$sockets/password"
  (as_user "$bin/initdb" --pgdata="$data" --username="$POSTGRES_USER" --pwfile="$sockets/password" \
    --encoding=UTF8 --locale=C.UTF-8 --auth=scram-sha-256 --no-sync >/dev/null)
  rm "$sockets/password"
  fresh=yes
fi

as_user "$bin/postgres" -D "$data" -c listen_addresses=127.0.0.1 -p "$POSTGRES_PORT" -k "$sockets" >"$sockets/postgres.log" 2>&1 &
echo "postgres $!"
until [ "$(sed -n 8p "$data/postmaster.pid" 2>/dev/null)" = 'ready   ' ]; do sleep 0.02; done
if [ "${fresh:-}" = yes ]; then
  PGPASSWORD=$POSTGRES_PASSWORD psql -qAt -h 127.0.0.1 -p "$POSTGRES_PORT" -U "$POSTGRES_USER" -d postgres -c "CREATE DATABASE $POSTGRES_DB" >/dev/null
fi

cd "$app"
./migrate.sh >"$sockets/migrate.log" 2>&1
./entrypoint.sh >"$sockets/web.log" 2>&1 &
echo "web $!"
