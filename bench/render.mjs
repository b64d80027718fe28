import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { interleaved, ms, timeCommand, verdict } from './measure.mjs';

const program = join(import.meta.dirname, '../dist/bowline.js');
/** Path of the converter that is measured beside, if there is one. */
const { KOMPOSE: kompose } = process.env;
/** Services, and the most that printing their objects may take, in milliseconds. */
const goals = [
  [2, 250],
  [100, 350],
  [1000, 900],
];

/** Translating a file for a cluster, to standard output. */
export async function render() {
  const folder = mkdtempSync(join(tmpdir(), 'blr-'));
  try {
    const rows = [];
    for (const [count, goal] of goals) {
      const file = join(folder, `compose-${count}.yaml`);
      writeFileSync(file, composeOf(count));
      rows.push(await rowOf(count, goal, file));
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rowOf(count, goal, file) {
  const { ours, peer } = await interleaved(5, {
    ours: () => timeCommand(program, ['-f', file, 'render']),
    ...(kompose !== undefined && {
      peer: () => timeCommand(kompose, ['convert', '--stdout', '-f', file]),
    }),
  });
  return {
    what: `render of ${count} services`,
    ours: ms(ours),
    peer: peer === undefined ? '-' : ms(peer),
    peerIs: peer === undefined ? '-' : 'kompose',
    goal: `≤ ${goal} ms`,
    verdict: verdict(ours <= goal),
  };
}

function composeOf(count) {
  const services = Array.from(
    { length: count },
    (_, index) => `  s${index}:
    image: registry.example.com/s${index}:1
    environment: { NAME: s${index}, LEVEL: info, API_TOKEN: token-${index} }
    ports: ["127.0.0.1:${10_000 + index}:8080"]
    volumes: ["v${index}:/data"]
    healthcheck: { test: ["CMD", "true"], interval: 5s }
`,
  );
  const volumes = Array.from({ length: count }, (_, index) => `  v${index}: {}\n`);
  return `services:\n${services.join('')}volumes:\n${volumes.join('')}`;
}
