import type { Json } from '../../model/project.ts';
import { listOf, numberOf, type Section, sectionOf, textMapOf, textOf, textsOf } from './json.ts';

/** Which field of the Engine API a key of a service becomes, and how its value is written there. */
interface Field {
  readonly key: string;
  /** As in `HostConfig.CapAdd`. */
  readonly to: string;
  readonly as: (value: Json) => unknown;
}

const flag = (value: Json): boolean | undefined => (typeof value === 'boolean' ? value : undefined);
const nano = (value: Json): number | undefined => {
  const cpus = numberOf(value);
  return cpus === undefined ? undefined : Math.round(cpus * 1e9);
};
const HOST = 'HostConfig.';
const host = (to: string): string => `${HOST}${to}`;

/**
 * Keys whose value is written into one field, whatever the rest of the service says. Those of `deploy.resources` follow
 * and win, as in Docker Compose.
 */
const SERVICE_FIELDS: readonly Field[] = [
  { key: 'domainname', to: 'Domainname', as: textOf },
  { key: 'hostname', to: 'Hostname', as: textOf },
  { key: 'user', to: 'User', as: textOf },
  { key: 'working_dir', to: 'WorkingDir', as: textOf },
  { key: 'tty', to: 'Tty', as: flag },
  { key: 'stdin_open', to: 'OpenStdin', as: flag },
  { key: 'stop_signal', to: 'StopSignal', as: textOf },
  { key: 'annotations', to: host('Annotations'), as: textMapOf },
  { key: 'blkio_config', to: host(''), as: blockDevices },
  { key: 'cap_add', to: host('CapAdd'), as: textsOf },
  { key: 'cap_drop', to: host('CapDrop'), as: textsOf },
  { key: 'cgroup', to: host('CgroupnsMode'), as: textOf },
  { key: 'cgroup_parent', to: host('CgroupParent'), as: textOf },
  { key: 'cpu_count', to: host('CpuCount'), as: numberOf },
  { key: 'cpu_percent', to: host('CpuPercent'), as: numberOf },
  { key: 'cpu_period', to: host('CpuPeriod'), as: numberOf },
  { key: 'cpu_quota', to: host('CpuQuota'), as: numberOf },
  { key: 'cpu_rt_period', to: host('CpuRealtimePeriod'), as: numberOf },
  { key: 'cpu_rt_runtime', to: host('CpuRealtimeRuntime'), as: numberOf },
  { key: 'cpu_shares', to: host('CpuShares'), as: numberOf },
  { key: 'cpus', to: host('NanoCpus'), as: nano },
  { key: 'cpuset', to: host('CpusetCpus'), as: textOf },
  { key: 'device_cgroup_rules', to: host('DeviceCgroupRules'), as: textsOf },
  { key: 'devices', to: host(''), as: devices },
  { key: 'dns', to: host('Dns'), as: textsOf },
  { key: 'dns_opt', to: host('DnsOptions'), as: textsOf },
  { key: 'dns_search', to: host('DnsSearch'), as: textsOf },
  { key: 'extra_hosts', to: host('ExtraHosts'), as: extraHosts },
  { key: 'gpus', to: host('DeviceRequests'), as: gpus },
  { key: 'group_add', to: host('GroupAdd'), as: textsOf },
  { key: 'init', to: host('Init'), as: flag },
  { key: 'isolation', to: host('Isolation'), as: textOf },
  { key: 'logging', to: host('LogConfig'), as: logging },
  { key: 'mem_limit', to: host('Memory'), as: numberOf },
  { key: 'mem_reservation', to: host('MemoryReservation'), as: numberOf },
  { key: 'mem_swappiness', to: host('MemorySwappiness'), as: numberOf },
  { key: 'memswap_limit', to: host('MemorySwap'), as: numberOf },
  { key: 'oom_kill_disable', to: host('OomKillDisable'), as: flag },
  { key: 'oom_score_adj', to: host('OomScoreAdj'), as: numberOf },
  { key: 'pids_limit', to: host('PidsLimit'), as: numberOf },
  { key: 'privileged', to: host('Privileged'), as: flag },
  { key: 'read_only', to: host('ReadonlyRootfs'), as: flag },
  { key: 'runtime', to: host('Runtime'), as: textOf },
  { key: 'security_opt', to: host('SecurityOpt'), as: textsOf },
  { key: 'shm_size', to: host('ShmSize'), as: numberOf },
  { key: 'storage_opt', to: host('StorageOpt'), as: textMapOf },
  { key: 'sysctls', to: host('Sysctls'), as: textMapOf },
  { key: 'tmpfs', to: host('Tmpfs'), as: tmpfs },
  { key: 'ulimits', to: host('Ulimits'), as: ulimits },
  { key: 'userns_mode', to: host('UsernsMode'), as: textOf },
  { key: 'uts', to: host('UTSMode'), as: textOf },
];

const LIMIT_FIELDS: readonly Field[] = [
  { key: 'cpus', to: host('NanoCpus'), as: nano },
  { key: 'memory', to: host('Memory'), as: numberOf },
  { key: 'pids', to: host('PidsLimit'), as: numberOf },
];

const RESERVATION_FIELDS: readonly Field[] = [
  { key: 'memory', to: host('MemoryReservation'), as: numberOf },
  { key: 'devices', to: host('DeviceRequests'), as: gpus },
];

export interface Fields {
  readonly container: Readonly<Record<string, unknown>>;
  /** Below `HostConfig`. */
  readonly host: Readonly<Record<string, unknown>>;
}

/** The part of a request to create a container that follows from single keys of `service`, in canonical form. */
export function fieldsOf(service: Json): Fields {
  const target: Target = { container: {}, host: {} };
  const resources = sectionOf(sectionOf(sectionOf(service)['deploy'])['resources']);
  write(target, sectionOf(service), SERVICE_FIELDS);
  write(target, sectionOf(resources['limits']), LIMIT_FIELDS);
  write(target, sectionOf(resources['reservations']), RESERVATION_FIELDS);
  return target;
}

interface Target {
  readonly container: Record<string, unknown>;
  readonly host: Record<string, unknown>;
}

function write(target: Target, from: Section, fields: readonly Field[]): void {
  for (const { key, to, as } of fields) {
    const value = from[key];
    if (value === undefined || value === null) continue;
    const written = as(value);
    if (written === undefined) continue;
    const isHost = to.startsWith(HOST);
    const part = isHost ? target.host : target.container;
    const name = isHost ? to.slice(HOST.length) : to;
    if (name === '') Object.assign(part, written);
    else part[name] = written;
  }
}

function extraHosts(value: Json): readonly string[] {
  return textsOf(value).map((each) => {
    const sign = each.indexOf('=');
    return sign < 0 ? each : `${each.slice(0, sign)}:${each.slice(sign + 1)}`;
  });
}

function logging(value: Json): object {
  const { driver, options } = sectionOf(value);
  return { Type: textOf(driver) ?? '', Config: textMapOf(options) };
}

function tmpfs(value: Json): Readonly<Record<string, string>> {
  return Object.fromEntries(
    textsOf(value).map((each) => {
      const colon = each.indexOf(':');
      return colon < 0 ? [each, ''] : [each.slice(0, colon), each.slice(colon + 1)];
    }),
  );
}

function ulimits(value: Json): readonly object[] {
  return Object.entries(sectionOf(value)).map(([Name, limit]) => {
    const both = numberOf(limit);
    const { soft, hard } = sectionOf(limit);
    return { Name, Soft: both ?? numberOf(soft) ?? 0, Hard: both ?? numberOf(hard) ?? 0 };
  });
}

/** A device of the Container Device Interface is asked for by name, the others by path. */
function devices(value: Json): object {
  const all = listOf(value).map(sectionOf);
  const named = all.flatMap(({ source, target }) =>
    isDeviceName(textOf(source)) && textOf(source) === (textOf(target) ?? textOf(source))
      ? (textOf(source) ?? [])
      : [],
  );
  const paths = all.filter(({ source }) => !named.includes(textOf(source) ?? ''));
  return {
    Devices: paths.map(({ source, target, permissions }) => ({
      PathOnHost: textOf(source) ?? '',
      PathInContainer: textOf(target) ?? textOf(source) ?? '',
      CgroupPermissions: textOf(permissions) ?? 'rwm',
    })),
    ...(named.length > 0 && { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: named }] }),
  };
}

function isDeviceName(text: string | undefined): boolean {
  return text !== undefined && /^[a-z0-9.-]+\/[a-z0-9._-]+=[^/]+$/i.test(text);
}

function gpus(value: Json): readonly object[] {
  return listOf(value).map((each) => {
    const { capabilities, count, device_ids: ids, driver, options } = sectionOf(each);
    const asked = textsOf(capabilities);
    const deviceIds = textsOf(ids);
    return {
      Driver: textOf(driver) ?? '',
      // Without ids and number: all of them.
      Count: deviceIds.length > 0 ? 0 : count === 'all' ? -1 : (numberOf(count) ?? -1),
      DeviceIDs: deviceIds,
      Capabilities: [asked.length > 0 ? asked : ['gpu']],
      Options: textMapOf(options),
    };
  });
}

const RATES: Readonly<Record<string, string>> = {
  device_read_bps: 'BlkioDeviceReadBps',
  device_read_iops: 'BlkioDeviceReadIOps',
  device_write_bps: 'BlkioDeviceWriteBps',
  device_write_iops: 'BlkioDeviceWriteIOps',
};

function blockDevices(value: Json): object {
  const config = sectionOf(value);
  const weight = numberOf(config['weight']);
  const rates = Object.entries(RATES).flatMap(([key, field]) => {
    const limits = listOf(config[key]).map(sectionOf);
    const written = limits.map(({ path, rate }) => ({
      Path: textOf(path) ?? '',
      Rate: numberOf(rate) ?? 0,
    }));
    return written.length > 0 ? [[field, written] as const] : [];
  });
  const weights = listOf(config['weight_device']).map(sectionOf);
  return {
    ...(weight !== undefined && { BlkioWeight: weight }),
    ...(weights.length > 0 && {
      BlkioWeightDevice: weights.map(({ path, weight: each }) => ({
        Path: textOf(path) ?? '',
        Weight: numberOf(each) ?? 0,
      })),
    }),
    ...Object.fromEntries(rates),
  };
}
