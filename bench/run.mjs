// Measures, side by side in one run, and prints one table. `npm run bench -- start up config` picks parts.
import { config } from './config.mjs';
import { docker } from './docker.mjs';
import { kubernetes } from './kubernetes.mjs';
import { render } from './render.mjs';
import { start } from './start.mjs';
import { up } from './up.mjs';

const parts = { start, up, config, render, docker, kubernetes };
const asked = process.argv.slice(2);
const rows = [];
for (const [name, measure] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  rows.push(...(await measure()));
}

const heading = {
  what: 'what',
  ours: 'bowline',
  peer: 'beside it',
  peerIs: 'which is',
  floor: 'the engine alone',
  goal: 'goal',
  verdict: '',
};
const table = [heading, ...rows];
const widths = Object.fromEntries(
  Object.keys(heading).map((key) => [
    key,
    Math.max(...table.map((row) => String(row[key] ?? '').length)),
  ]),
);
for (const row of table) {
  console.log(
    Object.keys(heading)
      .map((key) => String(row[key] ?? '').padEnd(widths[key]))
      .join('   ')
      .trimEnd(),
  );
}
process.exitCode = rows.some(({ verdict }) => verdict === 'missed') ? 1 : 0;
