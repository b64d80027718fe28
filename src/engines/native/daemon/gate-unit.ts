import { join } from 'node:path';

import type { ProjectDirectories } from '../../../host/directories.ts';
import type { UnitPort, UnitSpec } from '../unit.ts';
import type { Programs } from './start-daemon.ts';

/** The name of the gate's unit: no service can have it, for theirs end with a number. */
export const gateUnitName = 'gate';

/** The socket on which the gate of a project is told its routes. */
export function gateSocketOf({ sockets }: Pick<ProjectDirectories, 'sockets'>): string {
  return join(sockets, 'gate');
}

/** The gate as a unit. It stays the same one when bowline is updated: a new one would cost every connection. */
export function gateUnit(
  directories: ProjectDirectories,
  programs: Programs,
  ports: readonly UnitPort[] = [],
): UnitSpec {
  const argv = [
    programs.node,
    programs.gate,
    gateSocketOf(directories),
    join(directories.state, 'gate.json'),
  ] as const;
  return {
    format: 1,
    name: gateUnitName,
    number: 1,
    fingerprint: 'gate-1',
    command: ['bowline', 'gate'],
    argv,
    cwd: '/',
    environment: {},
    restart: { kind: 'always' },
    stopSignal: 'SIGTERM',
    stopGraceMs: 1000,
    ports,
  };
}
