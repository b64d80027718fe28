import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { expect, onTestFinished, test } from 'vitest';

import { LIST_PROCESSES, processesIn } from './pod-processes.ts';

test.skipIf(process.platform !== 'linux')(
  'a shell lists processes with their words, and not itself',
  async () => {
    const other = spawn('sleep', ['1000']);
    onTestFinished(() => void other.kill('SIGKILL'));
    await once(other, 'spawn');
    const [shell = '', ...args] = LIST_PROCESSES;
    const list = spawn(shell, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const { titles, processes } = processesIn(await text(list.stdout));
    expect(titles).toEqual(['PID', 'PPID', 'UID', 'COMMAND']);
    expect(processes).toContainEqual([
      String(other.pid),
      String(process.pid),
      String(process.getuid?.()),
      'sleep 1000',
    ]);
    expect(processes.map(([pid]) => pid)).not.toContain(String(list.pid));
  },
);

test('what is no process is left out', () => {
  expect(processesIn('1 0 1000  node server.js\n7 1 0 \nsh: no tr\n').processes).toEqual([
    ['1', '0', '1000', 'node server.js'],
  ]);
});
