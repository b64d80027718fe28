import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { hasDockerBed } from '../beds/has-bed.ts';
import { dockerSocket } from '../beds/layout.ts';
import { contract } from './contract.ts';

contract(
  {
    name: 'docker',
    environment: { BOWLINE_ENGINE: 'docker', DOCKER_HOST: `unix://${dockerSocket}` },
    // All that this machine knows: as when another one goes on with the project.
    loseSupervisor: (folder) => rm(join(folder, 'home'), { recursive: true }),
  },
  { isUp: await hasDockerBed() },
);
