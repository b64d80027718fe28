import { list, pairs, read, section, type Form, type Keys } from './form.ts';
import { byteSizeText, decimal, duration, text, wholeNumber, word } from './scalars.ts';
import { nativeIgnores, onlyDocker } from './verdicts.ts';

const noLimit = nativeIgnores('processes are not limited');
const oneMachine = {
  native: 'ignored: there is one machine',
  docker: 'ignored: there is one machine',
} as const;

/** `all`, or how many. The canonical model writes -1 for all. */
const deviceCount: Form = {
  is: 'scalar',
  from: ['text', 'number'],
  words: 'all, or a whole number',
  read: (value) => (/^all$/i.test(String(value)) ? read(-1) : wholeNumber(-1).read(value)),
  options: ['all'],
  schema: { type: ['string', 'integer'] },
};

/** @param required Must the capabilities be said? */
function deviceRequest(required: readonly string[]): Form {
  return section(
    {
      capabilities: {
        form: list(text, { distinct: true }),
        about: 'What the device can do, as in `gpu`.',
      },
      count: {
        form: deviceCount,
        about: 'How many.',
        absent: 'all',
        fill: (of) => (of.entries.some(({ key }) => key === 'device_ids') ? undefined : -1),
      },
      device_ids: { form: list(text, { distinct: true }), about: 'Which ones.' },
      driver: { form: text, about: 'Driver that has them.' },
      options: { form: pairs(), about: 'Options of the driver.' },
    },
    {
      required,
      rules: [{ kind: 'exclusive', keys: ['count', 'device_ids'] }],
      ...(required.length === 0 && {
        short: {
          from: ['text'],
          words: 'the word all',
          read: (value) => (value === 'all' ? read({ count: -1 }) : { kind: 'refused' }),
        },
      }),
    },
  );
}

export const gpuRequests: Form = list(deviceRequest([]), { single: true });

const limits: Form = section({
  cpus: { form: decimal(0), about: 'CPUs, as in `0.5`.', absent: 'no limit' },
  memory: { form: byteSizeText, about: 'Memory.', absent: 'no limit' },
  pids: { form: wholeNumber(-1), about: 'Processes; -1 is no limit.', absent: 'no limit' },
});

const reservations: Form = section({
  cpus: { form: decimal(0), about: 'CPUs.' },
  memory: { form: byteSizeText, about: 'Memory.' },
  devices: { form: list(deviceRequest(['capabilities'])), about: 'Devices.' },
  generic_resources: {
    form: list(
      section({
        discrete_resource_spec: {
          form: section({
            kind: { form: text, about: 'Kind of the resource.', leftOut: 'never' },
            value: { form: wholeNumber(0), about: 'How many.', leftOut: 'never' },
          }),
          about: 'A resource that is counted.',
        },
      }),
    ),
    about: 'Other resources.',
    verdict: onlyDocker('the engine knows no other resources'),
  },
});

const rollout: Keys = {
  parallelism: {
    form: wholeNumber(0),
    about: 'Copies that change at the same time; 0 is all.',
    absent: '1',
    leftOut: 'null',
  },
  delay: { form: duration, about: 'Pause between them.', absent: '0s' },
  failure_action: {
    form: word('continue', 'rollback', 'pause'),
    about: 'What happens when it goes wrong.',
    absent: 'rollback',
  },
  monitor: {
    form: duration,
    about: 'How long a new copy is watched.',
    absent: '0s',
  },
  max_failure_ratio: {
    form: decimal(0),
    about: 'Share of failures that is accepted.',
    absent: '0',
  },
  order: {
    form: word('start-first', 'stop-first'),
    about: 'Which goes first: the new copy, or the old one.',
    absent: 'start-first where the engine can',
  },
};

const deploy: Form = section(
  {
    mode: {
      form: word('replicated', 'global', 'replicated-job', 'global-job'),
      about: 'Copies, one on each machine, or a job.',
      absent: 'replicated',
      verdict: oneMachine,
    },
    replicas: { form: wholeNumber(0), about: 'Number of copies.', absent: '1', leftOut: 'null' },
    endpoint_mode: {
      form: word('vip', 'dnsrr'),
      about: 'How clients are led to the copies.',
      absent: 'vip',
      verdict: oneMachine,
    },
    labels: { form: pairs(), about: 'Labels of the service, not of its containers.' },
    resources: {
      form: section({
        limits: { form: limits, about: 'What the service may use.', verdict: noLimit },
        reservations: {
          form: reservations,
          about: 'What is kept for the service.',
          verdict: noLimit,
        },
      }),
      about: 'What the service may use, and what is kept for it.',
      fill: () => ({}),
    },
    restart_policy: {
      form: section({
        condition: {
          form: word('none', 'on-failure', 'any', 'always', 'unless-stopped'),
          about: 'When it is started again.',
          absent: 'any',
        },
        delay: { form: duration, about: 'Pause before it.', absent: '0s', leftOut: 'null' },
        max_attempts: {
          form: wholeNumber(0),
          about: 'Tries before it is given up.',
          absent: 'no limit',
          leftOut: 'null',
        },
        window: {
          form: duration,
          about: 'How long it must run to count as started.',
          absent: '0s',
          leftOut: 'null',
        },
      }),
      about: 'When the service is started again.',
    },
    update_config: { form: section(rollout), about: 'How a new version replaces the old one.' },
    rollback_config: { form: section(rollout), about: 'How the old version comes back.' },
    placement: {
      form: section({
        constraints: { form: list(text), about: 'Conditions that a machine must meet.' },
        preferences: {
          form: list(
            section({
              spread: { form: text, about: 'Label over whose values copies are spread.' },
            }),
          ),
          about: 'How copies are spread.',
        },
        max_replicas_per_node: {
          form: wholeNumber(0),
          about: 'Most copies on one machine.',
          absent: 'no limit',
        },
      }),
      about: 'Machines that the service may run on.',
      fill: () => ({}),
      verdict: oneMachine,
    },
  },
  { empty: 'kept', page: 'deploy.md' },
);

export const deployKeys: Keys = {
  deploy: {
    form: deploy,
    about: 'Copies, resources, and how versions replace each other.',
    leftOut: 'null',
  },
};
