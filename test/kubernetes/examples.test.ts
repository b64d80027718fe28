import { describe, expect, test } from 'vitest';

import { dockerCommand } from '../beds/docker/engine.ts';
import { hasKubernetesBed } from '../beds/has-bed.ts';
import { dockerSocket, registry } from '../beds/layout.ts';
import { adminConfig } from '../beds/kubernetes/addresses.ts';
import { createSandbox } from '../rig/sandbox.ts';
import { leaveNoImages } from './images-left.ts';
import { createNamespace } from './namespace.ts';

/** Building an example for the first time fetches all that it is made of. */
const TIMEOUT_MS = 600_000;

describe.skipIf(!(await hasKubernetesBed()))('an example on a cluster', () => {
  test.each(['status', 'django'])(
    '%s comes up from its unchanged file, and its page answers',
    async (example) => {
      const namespace = await createNamespace();
      await leaveNoImages(
        (each) =>
          each.includes(namespace.name) ||
          /^(?:(?:system|django)-status:|python:3\.11-slim$)/.test(each),
      );
      // The bed has another Python than the example asks for; both will do.
      await dockerCommand(['image', 'tag', 'python:3.13-slim', 'python:3.11-slim']);
      await using machine = await createSandbox();
      const cwd = await machine.copy(`examples/${example}`);
      const environment = { KUBECONFIG: adminConfig, DOCKER_HOST: `unix://${dockerSocket}` };
      const where = ['--engine', 'kubernetes', '--namespace', namespace.name];
      const target = `${registry}/${namespace.name}`;
      const beganMs = performance.now();
      const up = await machine.run([...where, 'up', '-d', '--registry', target], {
        cwd,
        environment,
        leavesNothing: true,
      });
      expect(up.stderr).toMatch('release task done');
      expect(up.code, up.stderr).toBe(0);
      const port = await namespace.forward('service/web', 8080);
      const page = await fetch(`http://127.0.0.1:${port}/`);
      expect(page.status).toBe(200);
      // oxlint-disable-next-line no-console -- the figure is what this test is for, too
      console.info(`${example}: ${Math.round(performance.now() - beganMs)} ms to the first page`);
    },
    TIMEOUT_MS,
  );
});
