/**
 * Keys in the order in which `docker compose config` prints them, by place; `*` is any key or index. What is not listed here
 * is printed in the order of the alphabet, `x-…` last.
 */
const ORDERS: readonly (readonly [pattern: string, keys: string])[] = [
  ['', 'name services networks volumes secrets configs models'],
  [
    'services/*',
    'profiles annotations attach build develop blkio_config cap_add cap_drop cgroup_parent cgroup cpu_count ' +
      'cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpus cpuset cpu_shares command configs ' +
      'container_name credential_spec depends_on deploy device_cgroup_rules devices dns dns_opt dns_search ' +
      'domainname entrypoint provider environment env_file expose extends external_links extra_hosts group_add ' +
      'gpus hostname healthcheck image init ipc isolation labels label_file links logging mem_limit ' +
      'mem_reservation memswap_limit mem_swappiness mac_address models network_mode networks oom_kill_disable ' +
      'oom_score_adj pid pids_limit platform ports privileged pull_policy read_only restart runtime scale secrets ' +
      'security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits ' +
      'use_api_socket user userns_mode uts volumes volumes_from working_dir pre_start post_start pre_stop',
  ],
  [
    'services/*/build',
    'context dockerfile dockerfile_inline entitlements args provenance sbom ssh labels cache_from cache_to ' +
      'no_cache no_cache_filter additional_contexts pull extra_hosts isolation network target secrets shm_size tags ' +
      'ulimits platforms privileged',
  ],
  ['services/*/build/secrets/*', 'source target uid gid mode'],
  ['services/*/build/ulimits/*', 'soft hard'],
  ['services/*/develop/watch/*', 'path action target exec include ignore initial_sync'],
  ['services/*/develop/watch/*/exec', 'command user privileged working_dir environment'],
  [
    'services/*/blkio_config',
    'weight weight_device device_read_bps device_read_iops device_write_bps device_write_iops',
  ],
  ['services/*/blkio_config/*/*', 'path weight rate'],
  ['services/*/configs/*', 'source target uid gid mode'],
  ['services/*/secrets/*', 'source target uid gid mode'],
  ['services/*/credential_spec', 'config file registry'],
  ['services/*/depends_on/*', 'condition restart required'],
  [
    'services/*/deploy',
    'mode replicas labels update_config rollback_config resources restart_policy placement endpoint_mode',
  ],
  ['services/*/deploy/*', 'parallelism delay failure_action monitor max_failure_ratio order'],
  ['services/*/deploy/resources', 'limits reservations'],
  ['services/*/deploy/resources/*', 'cpus memory pids devices generic_resources'],
  ['services/*/deploy/resources/*/devices/*', 'capabilities driver count device_ids options'],
  ['services/*/deploy/restart_policy', 'condition delay max_attempts window'],
  ['services/*/deploy/placement', 'constraints preferences max_replicas_per_node'],
  ['services/*/devices/*', 'source target permissions'],
  ['services/*/provider', 'type options'],
  ['services/*/env_file/*', 'path required format'],
  ['services/*/gpus/*', 'capabilities driver count device_ids options'],
  ['services/*/healthcheck', 'test timeout interval retries start_period start_interval disable'],
  ['services/*/logging', 'driver options'],
  ['services/*/models/*', 'endpoint_var model_var'],
  [
    'services/*/networks/*',
    'aliases driver_opts gw_priority interface_name ipv4_address ipv6_address link_local_ips mac_address priority',
  ],
  ['services/*/ports/*', 'name mode host_ip target published protocol app_protocol'],
  ['services/*/ulimits/*', 'soft hard'],
  ['services/*/volumes/*', 'type source target read_only consistency bind volume tmpfs image'],
  ['services/*/volumes/*/bind', 'selinux propagation create_host_path recursive'],
  ['services/*/volumes/*/volume', 'labels nocopy subpath'],
  ['services/*/volumes/*/tmpfs', 'size mode'],
  ['services/*/pre_start/*', 'command user privileged working_dir environment image per_replica'],
  ['services/*/post_start/*', 'command user privileged working_dir environment'],
  ['services/*/pre_stop/*', 'command user privileged working_dir environment'],
  [
    'networks/*',
    'name driver driver_opts ipam external internal attachable labels enable_ipv4 enable_ipv6',
  ],
  ['networks/*/ipam', 'driver config options'],
  ['networks/*/ipam/config/*', 'subnet gateway ip_range aux_addresses'],
  ['volumes/*', 'name driver driver_opts external labels'],
  ['secrets/*', 'name file environment content external labels driver driver_opts template_driver'],
  ['configs/*', 'name file environment content external labels driver driver_opts template_driver'],
  ['models/*', 'name model context_size runtime_flags'],
];

/** Where the printer stands: the keys that are ordered here, and what lies below. */
export interface PrintedPlace {
  /** Rank of each key that has one; absent for maps whose keys the author chose. */
  readonly ranks: ReadonlyMap<string, number> | undefined;
  readonly below: ReadonlyMap<string, PrintedPlace>;
}

interface Growing {
  ranks: ReadonlyMap<string, number> | undefined;
  readonly below: Map<string, Growing>;
}

/** The top of a project. */
export const PRINTED: PrintedPlace = grow();

function grow(): PrintedPlace {
  const top: Growing = { ranks: undefined, below: new Map() };
  for (const [pattern, keys] of ORDERS) {
    let place = top;
    for (const part of pattern === '' ? [] : pattern.split('/')) {
      const next: Growing = place.below.get(part) ?? { ranks: undefined, below: new Map() };
      place.below.set(part, next);
      place = next;
    }
    place.ranks = new Map(keys.split(' ').map((key, rank) => [key, rank]));
  }
  return top;
}

export function placeBelow(place: PrintedPlace | undefined, key: string): PrintedPlace | undefined {
  return place?.below.get(key) ?? place?.below.get('*');
}

interface Keyed {
  readonly key: string;
}

/** Entries as they are printed at this place; of the same key, the last stays last. */
export function inPrintedOrder<Each extends Keyed>(
  entries: readonly Each[],
  place: PrintedPlace | undefined,
): readonly Each[] {
  if (entries.length < 2) return entries;
  const ranks = place?.ranks;
  if (entries.length <= FEW) return byRank(entries, ranks);
  const order = (one: Each, other: Each): number =>
    rankOf(one.key, ranks) - rankOf(other.key, ranks) || compare(one.key, other.key);
  const isSorted = entries.every((entry, index) => {
    const before = entries[index - 1];
    return before === undefined || order(before, entry) <= 0;
  });
  return isSorted ? entries : entries.toSorted(order);
}

/** So many keys are put in their places faster than they are sorted. */
const FEW = 32;

function byRank<Each extends Keyed>(
  entries: readonly Each[],
  ranks: ReadonlyMap<string, number> | undefined,
): readonly Each[] {
  const sorted = entries.slice();
  const places = entries.map(({ key }) => rankOf(key, ranks));
  entries.forEach((entry, index) => {
    const rank = places[index] ?? 0;
    let place = index;
    for (; place > 0; place -= 1) {
      const before = sorted[place - 1] ?? entry;
      const beforeRank = places[place - 1] ?? 0;
      if (beforeRank < rank || (beforeRank === rank && before.key <= entry.key)) break;
      sorted[place] = before;
      places[place] = beforeRank;
    }
    sorted[place] = entry;
    places[place] = rank;
  });
  return sorted;
}

function rankOf(key: string, ranks: ReadonlyMap<string, number> | undefined): number {
  if (ranks === undefined) return 0;
  return ranks.get(key) ?? (key.startsWith('x-') ? 2000 : 1000);
}

/** By code points, as Go sorts. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
