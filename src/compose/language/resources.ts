import { list, mapOf, pairs, section, type Form, type Keys } from './form.ts';
import { byKey } from './identity.ts';
import { cpuSet } from './special-text.ts';
import { byteSize, decimal, flag, text, textOrNothing, wholeNumber, word } from './scalars.ts';
import { nativeIgnores, nativeRefuses, onlyDocker } from './verdicts.ts';

const noLimit = nativeIgnores('processes are not limited');
const noTuning = onlyDocker('it is a setting of the container runtime');
const noRights = nativeIgnores('processes have the rights of the user who runs bowline');

const limit = wholeNumber(-1);
export const ulimits: Form = mapOf(
  section(
    {
      soft: { form: limit, about: 'Limit that the process may raise.', leftOut: 'never' },
      hard: { form: limit, about: 'Limit that it may not.', leftOut: 'never' },
    },
    {
      required: ['soft', 'hard'],
      short: { from: ['number', 'text'], words: 'a whole number for both', read: limit.read },
    },
  ),
  { names: 'free', noun: 'limit' },
);

const deviceRates = (about: string): Keys[string] => ({
  form: list(
    section(
      {
        path: { form: text, about: 'Device.' },
        rate: { form: byteSize, about: 'Most a second.' },
      },
      { extensions: false },
    ),
  ),
  about,
});

const blkioConfig: Form = section(
  {
    weight: {
      form: wholeNumber(0, 1000),
      about: 'Share of the bandwidth, 10 to 1000.',
      absent: '500',
    },
    weight_device: {
      form: list(
        section(
          {
            path: { form: text, about: 'Device.' },
            weight: { form: wholeNumber(0, 1000), about: 'Share of its bandwidth.' },
          },
          { extensions: false },
        ),
      ),
      about: 'Shares by device.',
    },
    device_read_bps: deviceRates('Bytes read.'),
    device_read_iops: deviceRates('Reads.'),
    device_write_bps: deviceRates('Bytes written.'),
    device_write_iops: deviceRates('Writes.'),
  },
  { extensions: false },
);

/** How much of the machine the service may use. */
export const resourceKeys: Keys = {
  cpus: {
    form: decimal(0),
    about: 'CPUs that the service may use, as in `0.5`.',
    absent: 'no limit',
    verdict: noLimit,
  },
  cpu_count: { form: wholeNumber(0), about: 'CPUs that may be used.', verdict: noTuning },
  cpu_percent: {
    form: decimal(0, 100),
    about: 'Percentage of the CPUs that may be used.',
    verdict: noTuning,
  },
  cpu_shares: {
    form: wholeNumber(0),
    about: 'Share of the CPUs in relation to others.',
    verdict: noTuning,
  },
  cpu_quota: {
    form: wholeNumber(-1),
    about: 'Microseconds of CPU in each period.',
    verdict: noTuning,
  },
  cpu_period: {
    form: wholeNumber(0),
    about: 'Length of a period in microseconds.',
    verdict: noTuning,
  },
  cpu_rt_runtime: {
    form: wholeNumber(0),
    about: 'Microseconds of real-time CPU in each period.',
    verdict: noTuning,
  },
  cpu_rt_period: {
    form: wholeNumber(0),
    about: 'Length of a real-time period in microseconds.',
    verdict: noTuning,
  },
  cpuset: { form: cpuSet, about: 'CPUs that may be used, as in `0-3`.', verdict: noTuning },
  mem_limit: {
    form: byteSize,
    about: 'Memory that the service may use.',
    absent: 'no limit',
    verdict: noLimit,
  },
  mem_reservation: {
    form: byteSize,
    about: 'Memory that is kept for the service.',
    verdict: noLimit,
  },
  memswap_limit: {
    form: byteSize,
    about: 'Memory and swap together; -1 is no limit.',
    verdict: noTuning,
  },
  mem_swappiness: {
    form: byteSize,
    about: 'Percentage that says how readily memory is swapped out.',
    verdict: noTuning,
  },
  pids_limit: {
    form: wholeNumber(-1),
    about: 'Processes that the service may have; -1 is no limit.',
    verdict: noTuning,
  },
  oom_kill_disable: {
    form: flag,
    about: 'Do not end the service when memory runs out.',
    absent: 'false',
    verdict: noTuning,
  },
  oom_score_adj: {
    form: wholeNumber(-1000, 1000),
    about: 'How readily the service is ended when memory runs out.',
    absent: '0',
    verdict: noTuning,
  },
  blkio_config: { form: blkioConfig, about: 'Limits on disk access.', verdict: noTuning },
  ulimits: {
    form: ulimits,
    about: 'Limits of a process, as in `nofile`.',
    verdict: onlyDocker('the limits of the machine stay'),
  },
  sysctls: {
    form: pairs(),
    about: 'Kernel parameters.',
    verdict: nativeRefuses('it would change this machine'),
  },
};

/** What the service may do to the machine. */
export const isolationKeys: Keys = {
  privileged: {
    form: flag,
    about: 'Give the container all rights on the machine.',
    absent: 'false',
    verdict: nativeRefuses('use the docker engine for privileged services'),
  },
  cap_add: {
    form: list(text, { identity: byKey }),
    about: 'Further capabilities of the kernel.',
    verdict: noRights,
  },
  cap_drop: {
    form: list(text, { identity: byKey }),
    about: 'Capabilities that are taken away.',
    verdict: noRights,
  },
  security_opt: {
    form: list(text, { distinct: true }),
    about: 'Options for the security modules.',
    verdict: noRights,
  },
  userns_mode: { form: text, about: 'User namespace.', verdict: noTuning },
  cgroup: { form: word('host', 'private'), about: 'Control group namespace.', verdict: noTuning },
  cgroup_parent: {
    form: text,
    about: 'Control group that the container belongs to.',
    verdict: noTuning,
  },
  ipc: {
    form: text,
    about: '`shareable`, `host`, `service:<name>` …: whose shared memory is used.',
    verdict: nativeIgnores('processes share the memory objects of this machine'),
  },
  pid: {
    form: textOrNothing,
    about: '`host`, `service:<name>` …: whose processes are seen.',
    verdict: nativeIgnores('processes see those of this machine'),
  },
  device_cgroup_rules: {
    form: list(text, { distinct: true }),
    about: 'Rules for devices.',
    verdict: noTuning,
  },
};
