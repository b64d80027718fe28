import { expect, test } from 'vitest';

import { createSandbox } from '../rig/sandbox.ts';

// Node reads certificates at each start, which takes longer than all else, and bowline seldom needs them.
test('Node is started without extra certificates, which are where they were for all else', async () => {
  await using machine = await createSandbox();
  const web = { image: '${BOWLINE_EXTRA_CA_CERTS-none}', command: '${NODE_EXTRA_CA_CERTS}' };
  const cwd = await machine.write({ 'compose.yaml': JSON.stringify({ services: { web } }) });
  const file = '/there is/none.pem';
  const environment = { NODE_EXTRA_CA_CERTS: file };
  const asked = ['config', '--format', 'json'];
  const { code, stdout, stderr } = await machine.run(asked, { cwd, environment });
  // Node would warn of a file that it cannot read.
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    services: { web: { image: 'none', command: ['/there', 'is/none.pem'] } },
  });
  const options = { ...environment, NODE_OPTIONS: '--no-deprecation' };
  const left = await machine.run(asked, { cwd, environment: options });
  expect(left.stderr).toContain('Ignoring extra certs');
});
