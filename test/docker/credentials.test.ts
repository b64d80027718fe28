import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { dockerCommand } from '../beds/docker/engine.ts';
import { hasDockerBed } from '../beds/has-bed.ts';
import type { Sandbox } from '../rig/sandbox.ts';
import { PASSWORD, privateRegistry, USER } from './registry.ts';
import { dockerSandbox, removeImagesOf } from './sandbox.ts';

/** What `docker login` leaves behind. */
async function login(machine: Sandbox, config: object): Promise<void> {
  await mkdir(join(machine.home, '.docker'), { recursive: true });
  await writeFile(join(machine.home, '.docker/config.json'), JSON.stringify(config));
}

/** A program that knows the password of one registry and says nothing of others. */
async function helper(machine: Sandbox, host: string): Promise<string> {
  const answer = JSON.stringify({ ServerURL: host, Username: USER, Secret: PASSWORD });
  const folder = await machine.write(
    {
      'docker-credential-known': `#!/bin/sh\n[ "$1" = get ] && [ "$(cat)" = "${host}" ] || exit 1\ncat <<'END'\n${answer}\nEND\n`,
    },
    'bin',
  );
  await chmod(join(folder, 'docker-credential-known'), 0o755);
  return `${folder}:${process.env['PATH'] ?? ''}`;
}

const auth = Buffer.from(`${USER}:${PASSWORD}`).toString('base64');

describe.skipIf(!(await hasDockerBed()))('a registry that asks who it is', () => {
  test('gets what Docker keeps, from its file or its helper, and nothing of it is printed', async () => {
    await using registry = await privateRegistry();
    await using machine = await dockerSandbox();
    const image = `${registry.host}/bowline-test/app:1`;
    onTestFinished(() => removeImagesOf('bowline-test-login'));
    const service = {
      image,
      build: { dockerfile_inline: 'FROM busybox\nENV MADE=here\n' },
      command: ['sleep', '1000'],
      stop_signal: 'SIGKILL',
    };
    const file = { name: 'bowline-test-login', services: { web: service } };
    const cwd = await machine.write({ 'compose.yaml': JSON.stringify(file, undefined, 1) });
    const run = (args: readonly string[], environment = {}) =>
      machine.run(args, { cwd, environment });
    expect((await run(['build'])).code).toBe(0);

    const stranger = await run(['push']);
    expect(stranger.code, stranger.stderr).toBe(1);
    expect(stranger.stderr).toContain('[docker/unauthorized]');
    expect(stranger.stderr).toContain('compose.yaml:5:');

    await login(machine, { auths: { [`http://${registry.host}/v2/`]: { auth } } });
    const pushed = await run(['push']);
    expect(pushed.code, pushed.stderr).toBe(0);

    await dockerCommand(['image', 'rm', image]);
    const { build: _, ...pulled } = service;
    await machine.write({
      'compose.yaml': JSON.stringify({ ...file, services: { web: pulled } }, undefined, 1),
    });
    await login(machine, {
      auths: { [registry.host]: {} },
      credHelpers: { [registry.host]: 'known' },
    });
    const missing = await run(['up', '-d']);
    expect(missing.code, missing.stderr).toBe(1);
    expect(missing.stderr).toContain('[docker/unauthorized]');
    const environment = { PATH: await helper(machine, registry.host) };
    const up = await run(['up', '-d'], environment);
    expect(up.code, up.stderr).toBe(0);
    expect((await run(['exec', '-T', 'web', 'sh', '-c', 'echo $MADE'])).stdout).toBe('here\n');

    const onTop = { build: { dockerfile_inline: `FROM ${image}\nRUN [ "$$MADE" = here ]\n` } };
    await dockerCommand(['image', 'rm', '--force', image]);
    await machine.write({ 'compose.yaml': JSON.stringify({ ...file, services: { top: onTop } }) });
    const built = await run(['build'], environment);
    expect(built.code, built.stderr).toBe(0);
    await dockerCommand(['image', 'rm', 'bowline-test-login-top']);

    await machine.write({
      'compose.yaml': JSON.stringify(file, undefined, 1)
        .replace('app:1', 'none:1')
        .replace(/"build": \{[^}]*\},/, ''),
    });
    const none = await run(['up', '-d'], environment);
    expect(none.code, none.stderr).toBe(1);
    expect(none.stderr).toContain('[docker/image-not-found]');
    for (const { stdout, stderr } of [stranger, pushed, missing, up, built, none]) {
      expect(stdout + stderr).not.toContain(PASSWORD);
      expect(stdout + stderr).not.toContain(auth);
    }
  });
});
