import type { InitFile } from './init-files.ts';

/**
 * The shell program that goes through the files of a first start. One shell for all of them, as in the image: a file that
 * is sourced may set variables and call the image's own functions for SQL.
 *
 * Arguments: kind, path to open, path to show; three for each file. Works in every POSIX shell.
 */
export const initDriver = `
set -e
if (set -o pipefail) 2>/dev/null; then set -o pipefail; fi
if [ -n "\${BASH_VERSION:-}" ]; then set -E; fi
docker_process_sql() {
  if [ -n "\${POSTGRES_DB:-}" ]; then set -- --dbname "$POSTGRES_DB" "$@"; fi
  psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc "$@"
}
_bowline_say() { printf '%s: %s %s\\n' "$0" "$1" "$2"; }
_bowline_source() { . "$1"; }
while [ "$#" -gt 0 ]; do
  _bowline_kind=$1 _bowline_file=$2 _bowline_shown=$3
  shift 3
  case "$_bowline_kind" in
    run) _bowline_say running "$_bowline_shown"; "$_bowline_file" ;;
    source) _bowline_say sourcing "$_bowline_shown"; _bowline_source "$_bowline_file" ;;
    sql) _bowline_say running "$_bowline_shown"; docker_process_sql -f "$_bowline_file"; printf '\\n' ;;
    sql.gz) _bowline_say running "$_bowline_shown"; gzip -dc "$_bowline_file" | docker_process_sql; printf '\\n' ;;
    sql.xz) _bowline_say running "$_bowline_shown"; xz -dc "$_bowline_file" | docker_process_sql; printf '\\n' ;;
    sql.zst) _bowline_say running "$_bowline_shown"; zstd -dc "$_bowline_file" | docker_process_sql; printf '\\n' ;;
    *) _bowline_say ignoring "$_bowline_shown" ;;
  esac
done
`;

/** Name under which the image's own program speaks. */
export const speaker = '/usr/local/bin/docker-entrypoint.sh';

/** `inside`: the service's own paths exist for it, through a mount namespace. */
export function driverArguments(
  files: readonly InitFile[],
  paths: 'inside' | 'outside',
): readonly string[] {
  return files.flatMap((file) => [file.kind, file[paths], file.inside]);
}

/** The program that a file needs and the machine may lack. */
export function unpackerOf({ kind }: InitFile): string | undefined {
  return ({ 'sql.gz': 'gzip', 'sql.xz': 'xz', 'sql.zst': 'zstd' } as Record<string, string>)[kind];
}
