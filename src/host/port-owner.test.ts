import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';

import { portOwner } from './port-owner.ts';
import { canListen, freePort } from './tcp.ts';

test.runIf(process.platform === 'linux')(
  'the process that listens on a port is named',
  async () => {
    const port = await freePort('127.0.0.1');
    expect(portOwner(port)).toEqual({ kind: 'nobody' });
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(portOwner(port)).toMatchObject({
      kind: 'process',
      pid: process.pid,
      command: expect.stringContaining('node'),
      cwd: process.cwd(),
    });
    expect(await canListen({ host: '127.0.0.1', port })).toEqual({
      kind: 'refused',
      code: 'EADDRINUSE',
    });
    server.close();
  },
);

test('an address of another machine cannot be listened on', async () => {
  expect(await canListen({ host: '192.0.2.1', port: 1 })).toEqual({
    kind: 'refused',
    code: 'EADDRNOTAVAIL',
  });
});
