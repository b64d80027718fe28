import { contract } from '../contract/contract.ts';
import { hasKubernetesBed } from '../beds/has-bed.ts';
import { adminConfig } from '../beds/kubernetes/addresses.ts';
import { deleteNamespace } from './api.ts';
import { freeNodePort, pushProgram } from './contract-parts.ts';

const isUp = await hasKubernetesBed();

contract(
  {
    name: 'kubernetes',
    environment: { BOWLINE_ENGINE: 'kubernetes', KUBECONFIG: adminConfig },
    keepsCopies: true,
    beginsLogsAnew: true,
    portToPublish: freeNodePort,
    cleanUp: deleteNamespace,
    ...(isUp && { image: await pushProgram() }),
  },
  { isUp },
);
