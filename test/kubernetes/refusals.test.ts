import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { hasKubernetesBed } from '../beds/has-bed.ts';
import { adminConfig } from '../beds/kubernetes/addresses.ts';
import { pki } from '../beds/kubernetes/control-plane.ts';
import { createComposeBench, idle } from './compose-bench.ts';

const name = `bowline-test-${randomUUID().slice(0, 8)}`;
const compose = `
name: ${name}
services:
  web:
    image: busybox
    command: ${idle}
    stop_grace_period: 1s
`;

const developer = pki('developer.conf');

describe.skipIf(!(await hasKubernetesBed()))('a cluster that does not do it', () => {
  test('with a context that the kubeconfig does not have is told with those that it has', async () => {
    const { bowline } = await createComposeBench(compose);
    const { code, stderr } = await bowline(['--context', 'bedd', 'up', '-d']);
    expect(code).toBe(5);
    expect(stderr).toMatch('kubernetes/context-unknown');
  });

  test('with credentials that are not accepted any more asks to log in anew', async () => {
    const { bowline, cwd } = await createComposeBench(compose);
    const known = JSON.parse(readFileSync(adminConfig, 'utf8')) as {
      readonly users: readonly { readonly name: string }[];
    };
    const users = known.users.map((each) => ({ name: each.name, user: { token: 'long-gone' } }));
    const config = join(cwd, 'expired.conf');
    writeFileSync(config, JSON.stringify({ ...known, users }));
    const { code, stderr } = await bowline(['up', '-d'], { KUBECONFIG: config });
    expect(code).toBe(5);
    expect(stderr).toMatch(
      /does not accept the credentials of context .*\[kubernetes\/unauthorised\]/,
    );
  });

  test('as its certificate proves nothing is refused, unless NODE_EXTRA_CA_CERTS knows who signed it', async () => {
    const { bowline, cwd } = await createComposeBench(compose);
    const { clusters, ...others } = JSON.parse(readFileSync(adminConfig, 'utf8')) as {
      readonly clusters: readonly [{ readonly name: string; readonly cluster: { server: string } }];
    };
    const [
      {
        name: cluster,
        cluster: { server },
      },
    ] = clusters;
    const config = join(cwd, 'without-authority.conf');
    writeFileSync(
      config,
      JSON.stringify({ ...others, clusters: [{ name: cluster, cluster: { server } }] }),
    );
    const environment = { KUBECONFIG: config, NODE_EXTRA_CA_CERTS: '' };
    const refused = await bowline(['ps'], environment);
    expect(refused).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('kubernetes/certificate'),
    });
    const known = await bowline(['ps'], { ...environment, NODE_EXTRA_CA_CERTS: pki('ca.crt') });
    expect(known.code, known.stderr).toBe(0);
    const empty = join(cwd, 'empty.pem');
    writeFileSync(empty, 'none');
    const told = await bowline(['ps'], { ...environment, NODE_EXTRA_CA_CERTS: empty });
    expect(told).toMatchObject({
      code: 5,
      stderr: expect.stringContaining(`(${empty}) are left out`),
    });
  });

  test('for who may not do it there names who, what and where', async () => {
    const { bowline, namespace } = await createComposeBench(compose);
    const { code, stderr } = await bowline(['up', '-d'], { KUBECONFIG: developer });
    expect(code).toBe(5);
    expect(stderr).toMatch(
      new RegExp(`user developer may not (?:list|get|patch) .* in namespace ${namespace.name}`),
    );
  });

  test('lets who has the rights of docs/kubernetes.md bring a project up, change it and take it down', async () => {
    const bench = await createComposeBench(compose);
    const bowline = (...args: readonly string[]) =>
      bench.bowline(['--namespace', 'team', ...args], { KUBECONFIG: developer });
    onTestFinished(async () => {
      await bowline('down');
    });
    const succeed = async (...args: readonly string[]): Promise<void> => {
      const { code, stderr } = await bowline(...args);
      expect(code, stderr).toBe(0);
    };
    await succeed('up', '-d');
    bench.write(`${compose}    environment: { MODE: other }\n`);
    await succeed('up', '-d');
    await succeed('restart');
    await succeed('down');
  });

  test('shows where the image stands that does not exist', async () => {
    const { bowline, write } = await createComposeBench(compose);
    write(compose.replace('busybox', 'busybox:never-made'));
    const { code, stderr } = await bowline(['up', '-d']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /busybox:never-made.*\[kubernetes\/image-[a-z-]+\]\n\s+at compose\.yaml:5:12/,
    );
  });

  test('shows where the variable is missed that a container ends for', async () => {
    const { bowline, write } = await createComposeBench(compose);
    const command = `sh -c "echo 'The SECRET_KEY setting must not be empty'; exit 1"`;
    write(compose.replace(idle, command));
    const { code, stderr } = await bowline(['up', '-d']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/web needs the variable SECRET_KEY.*\[service\/missing-variable\]/);
    expect(stderr).toMatch('at compose.yaml:4:3');
  });
});
