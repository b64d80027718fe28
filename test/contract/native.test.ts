import { readdirSync, readFileSync } from 'node:fs';

import { contract } from './contract.ts';

contract({
  name: 'native',
  environment: { BOWLINE_ENGINE: 'native' },
  async loseSupervisor(folder) {
    for (const pid of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
      const command = commandOf(pid);
      if (command.includes('/daemon.js') && command.includes(folder)) {
        process.kill(Number(pid), 'SIGKILL');
      }
    }
  },
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
