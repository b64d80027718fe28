import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { folderOf, podman, registry } from '../layout.ts';
import { ownFolder } from './user.ts';

/** Writes what Podman reads, and gives the variables by which it finds that and nothing of anybody else. */
export function makeSettings(): Readonly<Record<string, string>> {
  const folder = folderOf(podman, 'etc');
  const texts = {
    'containers.conf': containers(),
    'storage.conf': storage(),
    'registries.conf': `[[registry]]\nlocation = "${registry}"\ninsecure = true\n`,
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  const home = ownFolder('home');
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: home,
    XDG_RUNTIME_DIR: join(podman.folder, 'run'),
    TMPDIR: ownFolder('tmp'),
    CONTAINERS_CONF: join(folder, 'containers.conf'),
    CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
    CONTAINERS_REGISTRIES_CONF: join(folder, 'registries.conf'),
  };
}

/** crun refuses a machine where both versions of control groups are in use; there is no session of systemd to ask. */
function containers(): string {
  return `[containers]
log_driver = "k8s-file"
http_proxy = false

[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"

[network]
network_backend = "netavark"
default_subnet = "198.19.0.0/24"
default_subnet_pools = [{ base = "198.19.128.0/17", size = 24 }]
`;
}

function storage(): string {
  return `[storage]
driver = "overlay"
graphroot = "${ownFolder('storage')}"
runroot = "${join(podman.folder, 'run', 'containers')}"
`;
}
