import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findDockerCompose } from './docker-compose.mjs';
import { floorOf } from './docker-floor.mjs';
import { median, ms, timeCommand, verdict } from './measure.mjs';

const program = join(import.meta.dirname, '../dist/bowline.js');
const state = process.env.BOWLINE_BEDS_STATE ?? '/var/lib/bowline-beds';
const ROUNDS = 3;
const PROJECT = 'bowline-bench';
const image = 'busybox';
const sleeper = { image, command: ['sleep', '1000'], stop_signal: 'SIGKILL' };
const named = (count, part) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, part(index)]));

const CASES = [
  {
    what: 'chain of 5 one-shot services',
    services: named(5, (index) => ({
      image,
      command: 'true',
      ...(index > 0 && {
        depends_on: { [`s${index - 1}`]: { condition: 'service_completed_successfully' } },
      }),
    })),
    goal: 0.5,
    hasFloor: true,
  },
  {
    what: '20 independent services',
    services: named(20, () => sleeper),
    goal: 0.5,
    hasFloor: true,
  },
  {
    what: 'db (interval 30 s), then web',
    services: {
      db: {
        ...sleeper,
        command: ['sh', '-c', 'touch /ok; exec sleep 1000'],
        healthcheck: { test: 'test -f /ok', interval: '30s' },
      },
      web: { ...sleeper, depends_on: { db: { condition: 'service_healthy' } } },
    },
    goal: 0.5,
    // Half a minute each.
    rounds: 1,
  },
  { what: 'unchanged, 5 services', services: named(5, () => sleeper), goalMs: 150, again: true },
];

/** `up -d` on Docker, beside Docker Compose, in turns. Both leave with what is started. */
export async function docker() {
  const peer = findDockerCompose();
  const environment = { ...process.env, DOCKER_HOST: process.env.DOCKER_HOST ?? hostOfBed() };
  const asked = peer && spawnSync(peer.program, ['ls'], { env: environment, stdio: 'ignore' });
  if (asked?.status !== 0) {
    console.error(
      'SKIPPED docker: needs docker-compose and an engine; npm run bed:docker starts one',
    );
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'bowline-bench-'));
  try {
    const rows = [];
    for (const each of CASES) rows.push(await measureCase(each, { folder, peer, environment }));
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Absent: what the client itself takes. */
function hostOfBed() {
  const socket = join(state, 'docker/docker.sock');
  return existsSync(socket) ? `unix://${socket}` : '';
}

async function measureCase(
  { what, services, goal, goalMs, again = false, rounds = ROUNDS, hasFloor = false },
  { folder, peer, environment: around },
) {
  const cwd = join(folder, what.replaceAll(/[^a-z0-9]+/g, '-'));
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'compose.yaml'), JSON.stringify({ name: PROJECT, services }));
  const environment = { ...around, HOME: folder, BOWLINE_ENGINE: 'docker' };
  const commands = {
    ours: [program, ['up', '-d', '--no-wait']],
    theirs: [peer.program, ['up', '--detach']],
  };
  const options = { cwd, env: environment };
  const down = () => timeCommand(peer.program, ['down', '--timeout', '0'], options);
  const socketPath = around.DOCKER_HOST.replace(/^unix:\/\//, '');
  const taken = { ours: [], theirs: [], floor: [] };
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, [command, args]] of Object.entries(commands)) {
        if (again) timeCommand(command, args, options);
        const took = timeCommand(command, args, options);
        taken[name].push(took);
        console.error(`docker, ${what}: ${name} ${ms(took)}`);
        down();
      }
      if (hasFloor && socketPath.startsWith('/'))
        taken.floor.push(await floorOf(services, { socketPath, project: PROJECT }));
    }
  } finally {
    down();
  }
  const [ours, theirs] = [median(taken.ours), median(taken.theirs)];
  const reached = goalMs === undefined ? ours <= theirs * goal : ours <= goalMs;
  return {
    what: `docker up: ${what}`,
    ours: ms(ours),
    peer: `${ms(theirs)} (${(ours / theirs).toFixed(2)} ×)`,
    peerIs: `Docker Compose ${peer.version}`,
    ...(taken.floor.length > 0 && { floor: ms(median(taken.floor)) }),
    goal: goalMs === undefined ? `≤ ${goal} ×` : `≤ ${goalMs} ms`,
    verdict: verdict(reached),
  };
}
