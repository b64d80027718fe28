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
