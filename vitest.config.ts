import { defineConfig } from 'vitest/config';

import { LongestFirst } from './test/rig/longest-first.ts';

const report = process.env['BOWLINE_TEST_REPORT'];

/** Loading the modules anew for each file would be a third of what the unit tests take. */
const shared = { isolate: false };

export default defineConfig({
  test: {
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/*.test.ts', 'test/golden/**/*.test.ts'],
          // Node would read them for each program that is started, which takes it longer than all else at its start.
          env: { NODE_EXTRA_CA_CERTS: '' },
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      // On the engines of the beds: see test/beds/.
      {
        test: {
          ...shared,
          name: 'docker',
          sequence: { groupOrder: 1 },
          include: ['test/docker/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...shared,
          name: 'podman',
          sequence: { groupOrder: 2 },
          include: ['test/podman/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...shared,
          name: 'kubernetes',
          sequence: { groupOrder: 3 },
          include: ['test/kubernetes/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          // Each test has a namespace of its own.
          maxWorkers: 3,
        },
      },
      // What every engine promises, on each of them.
      {
        test: {
          ...shared,
          name: 'contract',
          sequence: { groupOrder: 4 },
          include: ['test/contract/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          maxConcurrency: 4,
          fileParallelism: false,
        },
      },
      // Starts and stops the beds: never beside what needs them.
      {
        test: {
          ...shared,
          name: 'beds',
          include: ['test/beds/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      // Whole programs on this machine: one file at a time, for they share its two cores and its ports.
      {
        test: {
          ...shared,
          name: 'end-to-end',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
