import { expect, test } from 'vitest';

import { officialNames } from '../beds/docker/images.ts';
import { dockerUnderTest, podmanUnderTest } from '../engine/engine-under-test.ts';

const docker = await dockerUnderTest();
const podman = await podmanUnderTest();

test.skipIf(!docker.isUp || !podman.isUp)(
  'Podman has the very images of the Docker bed',
  async () => {
    const asked = ['image', 'inspect', '--format', '{{.Id}}', ...officialNames];
    expect(await podman.client(asked)).toBe(await docker.client(asked));
  },
);
