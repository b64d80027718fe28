#!/bin/bash
# Makes a database cluster on the first start and then becomes the server. What the variables mean, in which order the
# files of /docker-entrypoint-initdb.d come and what is said on a missing password is as users of the image postgres know it.
set -Eeo pipefail

# The value of a variable, or of the file that NAME_FILE names.
from_file() {
  local name=$1 file_name=$1_FILE default=${2:-}
  local value=${!name:-} file=${!file_name:-}
  if [ -n "$value" ] && [ -n "$file" ]; then
    echo >&2 "error: both $name and $file_name are set (but are exclusive)"
    exit 1
  fi
  if [ -n "$file" ]; then value=$(<"$file"); fi
  export "$name"="${value:-$default}"
  unset "$file_name"
}

only_informs() {
  local argument
  for argument; do
    case $argument in -'?' | --help | --describe-config | -V | --version) return 0 ;; esac
  done
  return 1
}

make_folders() {
  mkdir -p "$PGDATA" /var/run/postgresql
  chmod 00700 "$PGDATA" || :
  chmod 03775 /var/run/postgresql || :
  if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then
    mkdir -p "$POSTGRES_INITDB_WALDIR"
    chmod 700 "$POSTGRES_INITDB_WALDIR"
  fi
  if [ "$(id -u)" = 0 ]; then
    local folder
    for folder in "$PGDATA" /var/run/postgresql ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"}; do
      find "$folder" \! -user postgres -exec chown postgres '{}' +
    done
  fi
}

refuse_without_password() {
  if [ -n "$POSTGRES_PASSWORD" ]; then return; fi
  if [ "$POSTGRES_HOST_AUTH_METHOD" = trust ]; then
    echo >&2 'WARNING: POSTGRES_HOST_AUTH_METHOD is "trust": everybody who reaches the port is let in without a password.'
    return
  fi
  cat >&2 <<-'TEXT'
	Error: Database is uninitialized and superuser password is not specified.
	       You must specify POSTGRES_PASSWORD to a non-empty value for the
	       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

	       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
	       connections without a password. This is *not* recommended.
	TEXT
  exit 1
}

make_cluster() {
  local waldir=
  if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then waldir="--waldir $POSTGRES_INITDB_WALDIR"; fi
  eval "initdb --username=\"\$POSTGRES_USER\" --pwfile=<(printf '%s\n' \"\$POSTGRES_PASSWORD\") $waldir $POSTGRES_INITDB_ARGS"
}

allow_hosts() {
  local method=$POSTGRES_HOST_AUTH_METHOD
  if [ -z "$method" ]; then method=$(postgres -C password_encryption "$@"); fi
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

sql() {
  PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --no-password --no-psqlrc --username "$POSTGRES_USER" "$@"
}

make_database() {
  local known
  known=$(sql --dbname postgres --set db="$POSTGRES_DB" --tuples-only --no-align \
    <<<"SELECT 1 FROM pg_database WHERE datname = :'db';")
  if [ -z "$known" ]; then sql --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'; fi
}

# Scripts may use this name, as in the image they were written for.
docker_process_sql() { sql ${POSTGRES_DB:+--dbname "$POSTGRES_DB"} "$@"; }

carry_out() {
  local file
  for file; do
    case $file in
      *.sh)
        if [ -x "$file" ]; then
          echo "$0: running $file"
          "$file"
        else
          echo "$0: sourcing $file"
          . "$file"
        fi
        ;;
      *.sql) echo "$0: running $file"; docker_process_sql -f "$file"; echo ;;
      *.sql.gz) echo "$0: running $file"; gunzip -c "$file" | docker_process_sql; echo ;;
      *.sql.xz) echo "$0: running $file"; xzcat "$file" | docker_process_sql; echo ;;
      *.sql.zst) echo "$0: running $file"; zstd -dc "$file" | docker_process_sql; echo ;;
      *) echo "$0: ignoring $file" ;;
    esac
  done
}

# For the scripts of the first start: on the socket only, so that nobody takes it for ready.
start_for_setup() {
  NOTIFY_SOCKET='' PGUSER="${PGUSER:-$POSTGRES_USER}" \
    pg_ctl -D "$PGDATA" -o "$(printf '%q ' "$@" -c listen_addresses='' -p "${PGPORT:-5432}")" -w start
}

# With the options for the server.
first_start() {
  refuse_without_password
  ls /docker-entrypoint-initdb.d/ >/dev/null
  make_cluster
  allow_hosts "$@"
  export PGPASSWORD="${PGPASSWORD:-$POSTGRES_PASSWORD}"
  start_for_setup "$@"
  make_database
  carry_out /docker-entrypoint-initdb.d/*
  PGUSER="${PGUSER:-postgres}" pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

read_settings() {
  from_file POSTGRES_PASSWORD
  from_file POSTGRES_USER postgres
  from_file POSTGRES_DB "$POSTGRES_USER"
  from_file POSTGRES_INITDB_ARGS
  : "${POSTGRES_HOST_AUTH_METHOD:=}"
}

main() {
  if [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi
  if [ "${1:-}" = postgres ] && ! only_informs "$@"; then
    make_folders
    if [ "$(id -u)" = 0 ]; then
      exec setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/var/lib/postgresql "$BASH_SOURCE" "$@"
    fi
    if [ -s "$PGDATA/PG_VERSION" ]; then
      printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
    else
      read_settings
      first_start "${@:2}"
    fi
  fi
  exec "$@"
}

main "$@"
