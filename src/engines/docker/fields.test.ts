import { expect, test } from 'vitest';

import type { Json } from '../../model/project.ts';
import { fieldsOf } from './fields.ts';

// What not every machine can do; the others are planted on a real engine.
test.each<[string, Json, Readonly<Record<string, unknown>>]>([
  ['annotations', { a: 'b' }, { Annotations: { a: 'b' } }],
  [
    'blkio_config',
    {
      weight: 300,
      weight_device: [{ path: '/dev/sda', weight: 400 }],
      device_read_bps: [{ path: '/dev/sda', rate: '12582912' }],
      device_write_iops: [{ path: '/dev/sda', rate: '30' }],
    },
    {
      BlkioWeight: 300,
      BlkioWeightDevice: [{ Path: '/dev/sda', Weight: 400 }],
      BlkioDeviceReadBps: [{ Path: '/dev/sda', Rate: 12_582_912 }],
      BlkioDeviceWriteIOps: [{ Path: '/dev/sda', Rate: 30 }],
    },
  ],
  ['cpu_rt_runtime', 400, { CpuRealtimeRuntime: 400 }],
  ['cpu_rt_period', 1400, { CpuRealtimePeriod: 1400 }],
  ['cgroup', 'host', { CgroupnsMode: 'host' }],
  [
    'devices',
    [{ source: 'vendor.com/gpu=all', target: 'vendor.com/gpu=all' }],
    { Devices: [], DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['vendor.com/gpu=all'] }] },
  ],
  [
    'gpus',
    [{ count: -1 }],
    {
      DeviceRequests: [
        { Driver: '', Count: -1, DeviceIDs: [], Capabilities: [['gpu']], Options: {} },
      ],
    },
  ],
  [
    'gpus',
    [
      {
        driver: 'nvidia',
        device_ids: ['0'],
        capabilities: ['gpu', 'utility'],
        options: { a: 'b' },
      },
    ],
    {
      DeviceRequests: [
        {
          Driver: 'nvidia',
          Count: 0,
          DeviceIDs: ['0'],
          Capabilities: [['gpu', 'utility']],
          Options: { a: 'b' },
        },
      ],
    },
  ],
  ['mem_swappiness', '10', { MemorySwappiness: 10 }],
  ['memswap_limit', '2147483648', { MemorySwap: 2_147_483_648 }],
  ['privileged', true, { Privileged: true }],
  ['storage_opt', { size: '1G' }, { StorageOpt: { size: '1G' } }],
  [
    'deploy',
    {
      resources: {
        limits: { cpus: 0.5, memory: '104857600', pids: 50 },
        reservations: { memory: '20971520' },
      },
    },
    { NanoCpus: 500_000_000, Memory: 104_857_600, PidsLimit: 50, MemoryReservation: 20_971_520 },
  ],
])('%s becomes a field of the engine', (key, value, host) => {
  expect(fieldsOf({ [key]: value })).toEqual({ container: {}, host });
});

test('a key that says nothing is not sent', () => {
  expect(fieldsOf({ command: null, hostname: null, cap_add: null })).toEqual({
    container: {},
    host: {},
  });
});
