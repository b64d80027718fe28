import { contract } from '../contract/contract.ts';
import { hasKubernetesBed } from '../beds/has-bed.ts';
import { adminConfig } from '../beds/kubernetes/addresses.ts';
import { kubectl } from '../beds/kubernetes/control-plane.ts';
import { until } from '../rig/http.ts';
import { freeNodePort, pushProgram } from './contract-parts.ts';

const isUp = await hasKubernetesBed();

contract(
  {
    name: 'kubernetes',
    environment: { BOWLINE_ENGINE: 'kubernetes', KUBECONFIG: adminConfig },
    exceptions: {
      'a release task that fails leaves the version before serving, and exits 6':
        'the failure is told as that of a Job, by other codes',
      'killed in the middle of a release task, up waits for it and runs no second one':
        'what a release task writes is shown only when it has failed',
      'of two ups at once one waits and says for whom, or leaves with exit code 4':
        'what a release task writes is shown only when it has failed',
    },
    keepsCopies: true,
    portToPublish: freeNodePort,
    async settle(port) {
      await until(`http://127.0.0.1:${port}/`, ({ status }) => status === 200);
    },
    async cleanUp(project) {
      await kubectl(['delete', 'namespace', project, '--ignore-not-found', '--wait=false']);
    },
    ...(isUp && { image: await pushProgram() }),
  },
  { isUp },
);
