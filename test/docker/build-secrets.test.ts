import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { dockerCommand } from '../beds/docker/engine.ts';
import { hasDockerBed } from '../beds/has-bed.ts';
import { dockerSandbox } from './sandbox.ts';

describe.skipIf(!(await hasDockerBed()))('a build on Docker', () => {
  test('reads its secrets, of files and of variables, and none of them is printed or kept', async () => {
    await using machine = await dockerSandbox();
    const image = 'bowline-test-secrets-web';
    onTestFinished(async () => {
      await dockerCommand(['image', 'rm', image]).catch(() => '');
    });
    const dockerfile = [
      'FROM busybox',
      'RUN --mount=type=secret,id=token [ "$(wc -c < /run/secrets/token)" = 17 ]',
      'RUN --mount=type=secret,id=other,target=/other [ "$(wc -c < /other)" = 70000 ]',
      'RUN --mount=type=secret,id=none sh -c "[ ! -e /run/secrets/none ]"',
    ].join('\n');
    const build = {
      dockerfile_inline: dockerfile.replaceAll('$', '$$$$'),
      secrets: ['token', { source: 'long', target: 'other' }],
    };
    const secrets = { token: { environment: 'TOKEN' }, long: { file: './long' } };
    const cwd = await machine.write({
      long: 'x'.repeat(70_000),
      'compose.yaml': JSON.stringify({
        name: 'bowline-test-secrets',
        services: { web: { build } },
        secrets,
      }),
    });
    const environment = { TOKEN: 'of a variable: ü' };
    const { code, stdout, stderr } = await machine.run(['build'], { cwd, environment });
    expect(code, stderr).toBe(0);
    expect(stdout + stderr).not.toContain(environment.TOKEN);
    expect(await dockerCommand(['history', '--no-trunc', image])).not.toContain(environment.TOKEN);
  });

  test('talks to the agent of SSH that it was given', async () => {
    await using machine = await dockerSandbox();
    const image = 'bowline-test-agent-web';
    onTestFinished(async () => {
      await dockerCommand(['image', 'rm', image]).catch(() => '');
    });
    const path = join(machine.folder, 'agent.sock');
    const agent = createServer((socket) => {
      socket.on('data', (chunk) => socket.end(`answer to ${chunk.toString()}`));
    }).listen(path);
    await once(agent, 'listening');
    onTestFinished(() => void agent.close());
    const ask = `const s = require("net").connect(process.env.SSH_AUTH_SOCK); s.write("question"); s.on("data", (d) => { console.log(String(d)); process.exit(String(d) === "answer to question" ? 0 : 1) })`;
    const build = {
      dockerfile_inline: `FROM node:20\nRUN --mount=type=ssh node -e '${ask}'\n`,
      ssh: ['default'],
    };
    const cwd = await machine.write({
      'compose.yaml': JSON.stringify({ name: 'bowline-test-agent', services: { web: { build } } }),
    });
    const { code, stderr } = await machine.run(['build'], {
      cwd,
      environment: { SSH_AUTH_SOCK: path },
    });
    expect(code, stderr).toBe(0);
  });
});
