import stringWidth from 'fast-string-width';

import type { ObservedPort, ObservedReplica, ReplicaState } from '../model/observed.ts';
import { columns } from './columns.ts';
import { durationInWords } from './duration-words.ts';
import { printable } from './printable.ts';

export interface PsOptions {
  readonly nowMs: number;
  /** Columns of the terminal; absent: nothing is shortened. */
  readonly width?: number;
  readonly project: string;
  /** What a signal's number is, for exit codes. */
  readonly exitCode: (
    state: Extract<ReplicaState, { readonly kind: 'exited' | 'restarting' }>,
  ) => number;
}

const HEADING = ['NAME', 'IMAGE', 'COMMAND', 'SERVICE', 'CREATED', 'STATUS', 'PORTS'];
const [, IMAGE, COMMAND, SERVICE, CREATED, STATUS, PORTS] = [0, 1, 2, 3, 4, 5, 6] as const;
/** Columns left out, from the widest terminal to the narrowest. */
const NARROWING: readonly (readonly number[])[] = [
  [],
  [COMMAND],
  [COMMAND, CREATED],
  [COMMAND, CREATED, IMAGE],
];
const COMMAND_WIDTH = 22;

/**
 * The table of `docker compose ps`. In a terminal that is too narrow for it, the command gives way first, then whole
 * columns do: what a service is called, how it is and where it answers stay to the last.
 */
export function renderPs(replicas: readonly ObservedReplica[], options: PsOptions): string {
  const { width } = options;
  const rows = [HEADING, ...replicas.map((replica) => rowOf(replica, options))];
  if (width === undefined) return columns(rows);
  for (const dropped of NARROWING) {
    const kept = rows.map((row) => row.filter((_, index) => !dropped.includes(index)));
    const table = columns(kept, { width, shrink: dropped.length === 0 ? [COMMAND, IMAGE] : [] });
    if (table.split('\n').every((line) => stringWidth(line) <= width)) return table;
  }
  const kept = rows.map((row) =>
    row.filter((_, index) => index === SERVICE || index === STATUS || index === PORTS),
  );
  return columns(kept, { width, shrink: [2, 1, 0] });
}

function rowOf(replica: ObservedReplica, options: PsOptions): readonly string[] {
  return [
    replica.name,
    replica.image ?? '',
    commandOf(replica, options.width !== undefined),
    replica.service,
    `${durationInWords(options.nowMs - replica.createdAtMs)} ago`,
    statusOf(replica, options),
    replica.ports.map(portInWords).join(', '),
  ].map(oneLine);
}

function commandOf({ command }: ObservedReplica, short: boolean): string {
  const line = command.join(' ');
  return `"${short && line.length > COMMAND_WIDTH ? `${line.slice(0, COMMAND_WIDTH - 2)}…` : line}"`;
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' '));
}

/** One JSON object a replica, with the keys of `docker compose ps --format json`. */
export function psJson(
  replica: ObservedReplica,
  options: PsOptions,
): Readonly<Record<string, unknown>> {
  const { state } = replica;
  const ended = state.kind === 'exited' || state.kind === 'restarting';
  return {
    Command: commandOf(replica, false),
    CreatedAt: new Date(replica.createdAtMs).toISOString(),
    ExitCode: ended ? options.exitCode(state) : 0,
    Health: state.kind === 'running' && state.health.kind !== 'none' ? state.health.kind : '',
    ID: replica.name,
    Image: replica.image ?? '',
    Name: replica.name,
    Names: replica.name,
    Pid: state.kind === 'running' ? state.pid : 0,
    Ports: replica.ports.map(portInWords).join(', '),
    Project: options.project,
    Publishers: replica.ports.map(({ hostIp, target, published, protocol }) => ({
      URL: hostIp,
      TargetPort: target,
      PublishedPort: published,
      Protocol: protocol,
    })),
    RunningFor: `${durationInWords(options.nowMs - replica.createdAtMs)} ago`,
    Service: replica.service,
    State: state.kind,
    Status: statusOf(replica, options),
  };
}

function portInWords({ hostIp, published, target, protocol }: ObservedPort): string {
  const host = hostIp.includes(':') ? `[${hostIp}]` : hostIp;
  return published === 0 ? `${target}/${protocol}` : `${host}:${published}->${target}/${protocol}`;
}

function statusOf({ state }: ObservedReplica, options: PsOptions): string {
  const { nowMs } = options;
  switch (state.kind) {
    case 'created':
      return 'Created';
    case 'running': {
      const health = state.health.kind === 'starting' ? 'health: starting' : state.health.kind;
      return `Up ${durationInWords(nowMs - state.startedAtMs)}${health === 'none' ? '' : ` (${health})`}`;
    }
    case 'restarting':
      return `Restarting (${options.exitCode(state)})`;
    case 'exited':
      return `Exited (${options.exitCode(state)}) ${durationInWords(nowMs - state.finishedAtMs)} ago`;
  }
}
