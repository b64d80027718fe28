import type { Command } from '../command.ts';
import { apply } from './apply.ts';
import { check } from './check.ts';
import { completion } from './completion.ts';
import { config } from './config.ts';
import { deleteManifests } from './delete.ts';
import { doctor } from './doctor.ts';
import { down } from './down.ts';
import { engines } from './engines.ts';
import { exec } from './exec.ts';
import { explain } from './explain.ts';
import { logs } from './logs.ts';
import { plan } from './plan.ts';
import { ps } from './ps.ts';
import { render } from './render.ts';
import { restart } from './restart.ts';
import { run } from './run.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { up } from './up.ts';
import { version } from './version.ts';
import { volumes } from './volumes.ts';
import { build } from './build.ts';
import { cp } from './cp.ts';
import { events } from './events.ts';
import { images } from './images.ts';
import { kill } from './kill.ts';
import { open } from './open.ts';
import { port } from './port.ts';
import { portForward } from './port-forward.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { stats } from './stats.ts';
import { top } from './top.ts';
import { wait } from './wait.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  up,
  down,
  plan,
  ps,
  logs,
  exec,
  run,
  stop,
  start,
  restart,
  kill,
  pull,
  push,
  build,
  images,
  port,
  open,
  portForward,
  top,
  stats,
  volumes,
  cp,
  events,
  wait,
  apply,
  deleteManifests,
  config,
  check,
  render,
  doctor,
  explain,
  engines,
  version,
  completion,
];
