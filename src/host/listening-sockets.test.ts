import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { expect, test } from 'vitest';

import { listeningSockets } from './listening-sockets.ts';

test.skipIf(process.platform !== 'linux')(
  'tells where a process and its children listen, and nothing of others',
  async () => {
    const script = `
      const server = require('node:net').createServer();
      server.listen(0, process.argv[1], () => console.log(server.address().port));`;
    const parent = spawn(
      '/bin/sh',
      ['-c', `"$0" -e '${script.replaceAll("'", '"')}' 127.0.0.1 & wait`, process.execPath],
      { detached: true },
    );
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const port = Number(line.toString());
      expect(await listeningSockets(parent.pid ?? 0)).toEqual([{ address: '127.0.0.1', port }]);
    } finally {
      process.kill(-(parent.pid ?? 0), 'SIGKILL');
      await once(parent, 'exit');
    }
  },
);
