/**
 * Lists the processes that a container sees. A shell and a table of processes are all that it takes: images have `ps`
 * in many forms, or not at all.
 */
export const LIST_PROCESSES: readonly string[] = [
  '/bin/sh',
  '-c',
  `for folder in /proc/[0-9]*; do
  pid=\${folder#/proc/}
  [ "$pid" = $$ ] && continue
  user= parent=
  while read -r name value rest; do
    case $name in Uid:) user=$value ;; PPid:) parent=$value ;; esac
  done 2>/dev/null <"$folder/status" || continue
  printf '%s %s %s ' "$pid" "$parent" "$user"
  command=
  while IFS= read -r word || [ -n "$word" ]; do command="$command $word"; done 2>/dev/null <<END
$(tr '\\0' '\\n' 2>/dev/null <"$folder/cmdline")
END
  printf '%s\\n' "$command"
done`,
];

const TITLES: readonly string[] = ['PID', 'PPID', 'UID', 'COMMAND'];

/** What that has printed, as a table. The processes that made the list are no part of it. */
export function processesIn(text: string): {
  readonly titles: readonly string[];
  readonly processes: readonly (readonly string[])[];
} {
  const processes = text.split('\n').flatMap((line) => {
    const found = /^(\d+) (\d+) (\d+) +(\S.*)$/.exec(line);
    return found === null ? [] : [found.slice(1)];
  });
  return { titles: TITLES, processes };
}
