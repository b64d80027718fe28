import type { ProcessIdentity } from './process-identity.ts';
import type { ProcessRow } from './process-row.ts';
import type { ProcessSnapshot } from './process-scanner.ts';

/** By what the processes of one tree are known, although some of them may have left their parent. */
export interface TreeMarks {
  /** These and all their descendants. */
  readonly roots: readonly ProcessIdentity[];
  /** Value of the scanner's marker variable. */
  readonly marker: string;
  /** Leader of a session that was made for the tree; absent when its number may belong to another by now. */
  readonly session?: ProcessIdentity;
  /** Processes that have this working directory and no terminal: not the shell of somebody who looks around there. */
  readonly directory?: string;
  /** A mount namespace that only the tree has. */
  readonly mountNamespace?: string;
}

/** A process that was a member of a tree. */
export interface TreeMember extends ProcessIdentity {
  /** Process group: `setsid` and `setpgid` leave the one that the tree began with. */
  readonly group: number;
}

/** The living members, this process and the system's first one never among them. */
export function membersOf(snapshot: ProcessSnapshot, marks: TreeMarks): readonly TreeMember[] {
  const members = new Map<number, ProcessRow>();
  for (const row of snapshot.rows.values()) {
    if (isMarked(row, snapshot, marks)) members.set(row.pid, row);
  }
  addDescendants(members, snapshot.rows);
  return [...members.values()]
    .filter(({ pid, zombie }) => !zombie && pid > 1 && pid !== process.pid)
    .map(({ pid, start, group }) => ({ pid, start, group }));
}

function isMarked(row: ProcessRow, snapshot: ProcessSnapshot, marks: TreeMarks): boolean {
  if (row.zombie && !marks.roots.some(({ pid }) => pid === row.pid)) return false;
  return (
    marks.roots.some(({ pid, start }) => pid === row.pid && start === row.start) ||
    isInSession(row, snapshot, marks.session) ||
    snapshot.markerOf(row) === marks.marker ||
    (marks.directory !== undefined &&
      !row.terminal &&
      snapshot.directoryOf(row) === marks.directory) ||
    (marks.mountNamespace !== undefined && snapshot.mountNamespaceOf(row) === marks.mountNamespace)
  );
}

function isInSession(
  row: ProcessRow,
  { rows }: ProcessSnapshot,
  session: ProcessIdentity | undefined,
): boolean {
  if (session === undefined || row.session !== session.pid) return false;
  const leader = rows.get(session.pid);
  return leader === undefined || leader.start === session.start;
}

function addDescendants(
  members: Map<number, ProcessRow>,
  rows: ReadonlyMap<number, ProcessRow>,
): void {
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const row of rows.values()) {
      if (members.has(row.parent) && row.parent !== process.pid) members.set(row.pid, row);
    }
  }
}
