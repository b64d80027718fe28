import type { Health, UnitRecord, UnitSpec } from '../unit.ts';
import type { HealthState } from './health.ts';
import type { UnitState } from './unit-state.ts';

/** What others see of a unit. */
export function recordOf(
  spec: UnitSpec,
  state: UnitState,
  {
    createdAtMs,
    health,
  }: { readonly createdAtMs: number; readonly health: HealthState | undefined },
): UnitRecord {
  const { name, service, taskOf, number, fingerprint, origin, image, command, ports } = spec;
  return {
    name,
    ...(service === undefined ? {} : { service }),
    ...(taskOf === undefined ? {} : { taskOf }),
    number,
    fingerprint,
    ...(origin === undefined ? {} : { origin }),
    ...(image === undefined ? {} : { image }),
    command,
    createdAtMs,
    ports,
    state: replicaStateOf(state, health),
  };
}

function replicaStateOf(state: UnitState, health: HealthState | undefined): UnitRecord['state'] {
  switch (state.kind) {
    case 'created':
      return { kind: 'created' };
    case 'starting': {
      const { exit, restarts } = state;
      if (exit === undefined) return { kind: 'created' };
      return { kind: 'restarting', restarts, exit, nextStartAtMs: 0 };
    }
    case 'running':
    case 'stopping':
    case 'sweeping': {
      const { main, recorder, startedAtMs, restarts } = state;
      const { pid } = main ?? recorder;
      return { kind: 'running', pid, startedAtMs, health: healthOf(health), restarts };
    }
    case 'backing-off': {
      const { restarts, exit, nextStartAtMs } = state;
      return { kind: 'restarting', restarts, exit, nextStartAtMs };
    }
    case 'exited': {
      const { exit, finishedAtMs, stopped } = state;
      return { kind: 'exited', exit, finishedAtMs, stopped };
    }
  }
}

function healthOf(health: HealthState | undefined): Health {
  if (health === undefined) return { kind: 'none' };
  const { kind, lastOutput } = health;
  return lastOutput === undefined ? { kind } : { kind, lastOutput };
}
