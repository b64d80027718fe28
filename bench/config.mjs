import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findDockerCompose } from './docker-compose.mjs';
import { interleaved, ms, timeCommand, verdict } from './measure.mjs';

const program = join(import.meta.dirname, '../dist/bowline.js');
const dockerCompose = findDockerCompose();
/** Services, and how many times Docker Compose's time is allowed. */
const goals = [
  [2, 3],
  [100, 1],
  [500, 0.5],
  [1000, 0.5],
  [5000, 0.5],
];

/** Reading a file: what every command does first. */
export async function config() {
  const folder = mkdtempSync(join(tmpdir(), 'blc-'));
  try {
    const rows = [];
    for (const [count, goal] of goals) {
      const file = join(folder, `compose-${count}.yaml`);
      writeFileSync(file, composeOf(count));
      const what = `config of ${count} services`;
      const times = count > 1000 ? 3 : 15;
      const yaml = ['-f', file, 'config'];
      rows.push(await rowOf({ what, goal, times }, yaml));
      rows.push(
        await rowOf({ what: `${what}, as JSON`, goal, times }, [...yaml, '--format', 'json']),
      );
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rowOf({ what, goal, times }, args) {
  const { ours, peer } = await interleaved(times, {
    ours: () => timeCommand(program, args),
    ...(dockerCompose !== undefined && { peer: () => timeCommand(dockerCompose.program, args) }),
  });
  return {
    what,
    ours: ms(ours),
    peer: peer === undefined ? '-' : ms(peer),
    peerIs: peer === undefined ? '-' : `Docker Compose ${dockerCompose.version}`,
    goal: `≤ ${goal} ×`,
    verdict: peer === undefined ? '' : verdict(ours <= goal * peer),
  };
}

function composeOf(count) {
  const services = Array.from(
    { length: count },
    (_, index) => `  s${index}:
    image: \${REGISTRY:-registry.example.com}/s${index}:1
    environment:
      NAME: s${index}
      LEVEL: \${LEVEL:-info}
    ports: ["${10_000 + index}:8080"]
    volumes: ["data:/data"]
    healthcheck: { test: ["CMD", "true"], interval: 5s }
`,
  );
  return `services:\n${services.join('')}volumes:\n  data: {}\n`;
}
