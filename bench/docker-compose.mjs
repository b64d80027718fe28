import { spawnSync } from 'node:child_process';

/** Docker Compose, if it is at hand: what DOCKER_COMPOSE names, else the program of that name. */
export function findDockerCompose() {
  const program = process.env.DOCKER_COMPOSE ?? 'docker-compose';
  const { status, stdout } = spawnSync(program, ['version', '--short'], { encoding: 'utf8' });
  return status === 0 ? { program, version: stdout.trim() } : undefined;
}
