import { describe, expect, test } from 'vitest';

import { dockerCommand } from '../beds/docker/engine.ts';
import { hasDockerBed } from '../beds/has-bed.ts';
import { dockerSandbox } from './sandbox.ts';

/** A key of a service with a value, and where the engine shows it again. */
const PLANTED: readonly (readonly [key: string, value: unknown, path: string, shown: unknown])[] = [
  ['cap_add', ['NET_ADMIN'], 'HostConfig.CapAdd', ['NET_ADMIN']],
  ['cap_drop', ['CHOWN'], 'HostConfig.CapDrop', ['CHOWN']],
  ['cgroup_parent', '/docker-planted', 'HostConfig.CgroupParent', '/docker-planted'],
  ['command', ['sleep', '9'], 'Config.Cmd', ['sleep', '9']],
  ['cpu_period', 100_000, 'HostConfig.CpuPeriod', 100_000],
  ['cpu_quota', 50_000, 'HostConfig.CpuQuota', 50_000],
  ['cpu_shares', 512, 'HostConfig.CpuShares', 512],
  ['cpus', 0.5, 'HostConfig.NanoCpus', 500_000_000],
  ['cpuset', '0', 'HostConfig.CpusetCpus', '0'],
  ['device_cgroup_rules', ['c 1:3 mr'], 'HostConfig.DeviceCgroupRules', ['c 1:3 mr']],
  [
    'devices',
    ['/dev/null:/dev/planted:rw'],
    'HostConfig.Devices',
    [{ PathOnHost: '/dev/null', PathInContainer: '/dev/planted', CgroupPermissions: 'rw' }],
  ],
  ['dns', ['192.0.2.1'], 'HostConfig.Dns', ['192.0.2.1']],
  ['dns_opt', ['use-vc'], 'HostConfig.DnsOptions', ['use-vc']],
  ['dns_search', ['example.com'], 'HostConfig.DnsSearch', ['example.com']],
  ['domainname', 'example.com', 'Config.Domainname', 'example.com'],
  ['entrypoint', ['/bin/sh', '-c'], 'Config.Entrypoint', ['/bin/sh', '-c']],
  ['environment', { A: '1', B: '' }, 'Config.Env.0', 'A=1'],
  ['expose', ['99'], 'Config.ExposedPorts', { '99/tcp': {} }],
  ['extra_hosts', ['far=192.0.2.1'], 'HostConfig.ExtraHosts', ['far:192.0.2.1']],
  ['group_add', ['10'], 'HostConfig.GroupAdd', ['10']],
  [
    'healthcheck',
    { test: ['CMD', 'true'], interval: '90s', timeout: '5s', retries: 4, start_period: '2s' },
    'Config.Healthcheck',
    {
      Test: ['CMD', 'true'],
      Interval: 90e9,
      Timeout: 5e9,
      Retries: 4,
      StartPeriod: 2e9,
    },
  ],
  ['hostname', 'planted', 'Config.Hostname', 'planted'],
  ['init', true, 'HostConfig.Init', true],
  ['ipc', 'shareable', 'HostConfig.IpcMode', 'shareable'],
  [
    'logging',
    { driver: 'json-file', options: { 'max-size': '1m' } },
    'HostConfig.LogConfig',
    { Type: 'json-file', Config: { 'max-size': '1m' } },
  ],
  ['mem_limit', '64m', 'HostConfig.Memory', 67_108_864],
  ['mem_reservation', '32m', 'HostConfig.MemoryReservation', 33_554_432],
  ['network_mode', 'none', 'HostConfig.NetworkMode', 'none'],
  ['oom_kill_disable', true, 'HostConfig.OomKillDisable', true],
  ['oom_score_adj', 5, 'HostConfig.OomScoreAdj', 5],
  ['pid', 'host', 'HostConfig.PidMode', 'host'],
  ['pids_limit', 50, 'HostConfig.PidsLimit', 50],
  [
    'ports',
    ['127.0.0.1::80'],
    'HostConfig.PortBindings',
    { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
  ],
  ['read_only', true, 'HostConfig.ReadonlyRootfs', true],
  [
    'restart',
    'on-failure:3',
    'HostConfig.RestartPolicy',
    { Name: 'on-failure', MaximumRetryCount: 3 },
  ],
  ['runtime', 'runc', 'HostConfig.Runtime', 'runc'],
  ['security_opt', ['no-new-privileges'], 'HostConfig.SecurityOpt', ['no-new-privileges']],
  ['shm_size', '16m', 'HostConfig.ShmSize', 16_777_216],
  ['stdin_open', true, 'Config.OpenStdin', true],
  ['stop_grace_period', '1m30s', 'Config.StopTimeout', 90],
  ['stop_signal', 'SIGINT', 'Config.StopSignal', 'SIGINT'],
  [
    'sysctls',
    { 'net.core.somaxconn': 1024 },
    'HostConfig.Sysctls',
    { 'net.core.somaxconn': '1024' },
  ],
  ['tmpfs', ['/planted:size=1m'], 'HostConfig.Tmpfs', { '/planted': 'size=1m' }],
  ['tty', true, 'Config.Tty', true],
  [
    'ulimits',
    { nofile: { soft: 1000, hard: 2000 } },
    'HostConfig.Ulimits',
    [{ Name: 'nofile', Hard: 2000, Soft: 1000 }],
  ],
  ['user', '1000:1000', 'Config.User', '1000:1000'],
  ['userns_mode', 'host', 'HostConfig.UsernsMode', 'host'],
  ['uts', 'host', 'HostConfig.UTSMode', 'host'],
  [
    'volumes',
    [{ type: 'tmpfs', target: '/t', tmpfs: { size: 1_048_576, mode: 0o700 } }],
    'HostConfig.Mounts',
    [{ Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 1_048_576, Mode: 0o700 } }],
  ],
  ['working_dir', '/planted', 'Config.WorkingDir', '/planted'],
];

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inside, key) => {
    if (typeof inside !== 'object' || inside === null) return undefined;
    return Object.entries(inside).find(([name]) => name === key)?.[1];
  }, value);
}

describe.skipIf(!(await hasDockerBed()))('keys of a service', () => {
  test('are what the engine shows of its container', async () => {
    await using machine = await dockerSandbox();
    const services = Object.fromEntries(
      PLANTED.map(([key, value]) => [key, { image: 'busybox', scale: 1, [key]: value }]),
    );
    const cwd = await machine.write({
      'compose.yaml': JSON.stringify({ name: 'docker-keys', services }),
    });
    const { code, stderr } = await machine.run(['up', '-d', '--no-wait'], { cwd });
    expect(code, stderr).toBe(0);
    const names = PLANTED.map(([key]) => `docker-keys-${key}-1`);
    const found: unknown = JSON.parse(await dockerCommand(['inspect', ...names]));
    const shown = PLANTED.map(([key, , path], index) => [key, at(found, `${index}.${path}`)]);
    expect(shown).toEqual(PLANTED.map(([key, , , wanted]) => [key, wanted]));
  });
});
