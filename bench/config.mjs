import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { interleaved, ms, timeCommand } from './measure.mjs';

const program = join(import.meta.dirname, '../dist/bowline.js');

/** Reading a file: what every command does first. */
export async function config() {
  const folder = mkdtempSync(join(tmpdir(), 'blc-'));
  try {
    const rows = [];
    for (const count of [2, 100, 500]) {
      const file = join(folder, `compose-${count}.yaml`);
      writeFileSync(file, composeOf(count));
      const { ours } = await interleaved(7, {
        ours: () =>
          timeCommand(process.execPath, [program, '-f', file, 'config', '--format', 'json']),
      });
      rows.push({
        what: `config of ${count} services`,
        ours: ms(ours),
        peer: '-',
        peerIs: '-',
        goal: '-',
        verdict: '',
      });
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
