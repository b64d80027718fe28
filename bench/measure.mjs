import { spawnSync } from 'node:child_process';

/** The middle one. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Wall time of a command in milliseconds. */
export function timeCommand(command, args, options = {}) {
  const beganAt = performance.now();
  const { status, stderr } = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...options,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - beganAt;
}

const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
/** For a peer that starts Node: without the certificates that Node would read each time, which bowline keeps from it. */
export const plainEnvironment = rest;

/** Start and end of Node alone. */
export function timeBareNode() {
  return timeCommand(process.execPath, ['-e', '0'], { env: plainEnvironment });
}

/** Medians of several things, measured in turns so that what else the machine does hits all of them alike. */
export async function interleaved(times, measures) {
  const taken = Object.fromEntries(Object.keys(measures).map((name) => [name, []]));
  for (let round = 0; round < times; round += 1) {
    for (const [name, measure] of Object.entries(measures)) taken[name].push(await measure(round));
  }
  return Object.fromEntries(Object.entries(taken).map(([name, values]) => [name, median(values)]));
}

export const ms = (value) => `${Math.round(value)} ms`;
export const verdict = (reached) => (reached ? 'reached' : 'missed');
