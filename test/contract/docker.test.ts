import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { hasDockerBed } from '../beds/has-bed.ts';
import { dockerCommand } from '../beds/docker/engine.ts';
import { dockerSocket } from '../beds/layout.ts';
import { contract } from './contract.ts';

contract(
  {
    name: 'docker',
    environment: { BOWLINE_ENGINE: 'docker', DOCKER_HOST: `unix://${dockerSocket}` },
    // All that this machine knows: as when another one goes on with the project.
    loseSupervisor: (folder) => rm(join(folder, 'home'), { recursive: true }),
    // `down` keeps what was built.
    async cleanUp(project) {
      const list = ['image', 'ls', '--format', '{{.Repository}}', '--filter'];
      const built = await dockerCommand([...list, `reference=${project}-*`]);
      // By their names: other projects have the same image under others.
      const names = built.split('\n').filter(Boolean);
      if (names.length > 0) await dockerCommand(['image', 'rm', ...names]);
    },
  },
  { isUp: await hasDockerBed() },
);
