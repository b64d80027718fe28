import { randomUUID } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { createSandbox } from '../rig/sandbox.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

const dockerfile = [
  'FROM busybox',
  'ARG NPM_TOKEN',
  'ARG SIGNING_KEY',
  'RUN echo "token $NPM_TOKEN"; echo "$SIGNING_KEY"; echo "asked for it"; exit 3',
].join('\n');

/** A build that fails shows what it said, without what is secret. */
export function failingBuildFacts({ title, socket, isUp }: EngineUnderTest): void {
  describe.skipIf(!isUp)(`a build that fails on the ${title}`, () => {
    test('shows what it said, and none of the secrets that it was given', async () => {
      await using machine = await createSandbox({
        environment: { DOCKER_HOST: `unix://${socket}`, BOWLINE_ENGINE: 'docker' },
      });
      const build = {
        dockerfile_inline: dockerfile.replaceAll('$', '$$$$'),
        args: { NPM_TOKEN: 'npm_of-the-file' },
      };
      const file = { name: `bowline-${randomUUID()}`, services: { web: { build } } };
      const cwd = await machine.write({ 'compose.yaml': JSON.stringify(file) });
      const key = ['first line of the key', 'second line of the key'];
      const args = ['--build-arg', `SIGNING_KEY=${key.join('\n')}`];
      for (const more of [[], ['--json']]) {
        const { code, stdout, stderr } = await machine.run(['build', ...args, ...more], { cwd });
        expect(code).toBe(1);
        const said = stdout + stderr;
        expect(said).toContain('docker/build-failed');
        expect(said).toContain('asked for it');
        expect(said).toContain('token ‹secret›');
        for (const secret of ['npm_of-the-file', ...key]) expect(said).not.toContain(secret);
      }
    });
  });
}
