import { spawnSync } from 'node:child_process';

import { goProgram } from './go-program.mjs';

const VERSION = 'v5.5.1';

/** Docker Compose: what DOCKER_COMPOSE names, else the program of that name, else built as the tests build it. */
export function findDockerCompose() {
  const { DOCKER_COMPOSE: named = 'docker-compose' } = process.env;
  return versionOf(named) ?? versionOf(built());
}

function versionOf(program) {
  if (program === undefined) return undefined;
  const { status, stdout } = spawnSync(program, ['version', '--short'], { encoding: 'utf8' });
  // Built of its module alone, it does not know.
  const version = /^v?(\d.*)$/.exec((stdout ?? '').trim())?.[1] ?? VERSION.slice(1);
  return status === 0 ? { program, version } : undefined;
}

function built() {
  const module = `github.com/docker/compose/v5/cmd@${VERSION}`;
  return goProgram('docker-compose', module, { kept: `bowline-tests/${VERSION}` });
}
