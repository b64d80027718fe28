import { type Space, startIn } from '../space.ts';

/** Where the cluster's own provisioner makes them, as its program has it. */
const FOLDER = '/tmp/hostpath_pv';

const SCRIPT = `
const { chmodSync, readdirSync, statSync, watch } = require('node:fs');
const open = () => {
  for (const name of readdirSync(${JSON.stringify(FOLDER)})) {
    const path = ${JSON.stringify(`${FOLDER}/`)} + name;
    const { mode, uid } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (uid === 0 && (mode & 0o777) === 0o750) chmodSync(path, 0o777);
  }
};
watch(${JSON.stringify(FOLDER)}, open);
open();
`;

/**
 * Opens the folder of each new volume to every user, as the provisioners of minikube, kind and k3s do: the kubelet hands
 * no folder of the node over to the group of a pod, and the one that comes with Kubernetes makes them for root alone.
 */
export function openVolumes(space: Space): void {
  startIn(space, 'volumes', [process.execPath, '-e', SCRIPT]);
}
