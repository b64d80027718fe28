import { commandLine, list, mapOf, section, type Form } from './form.ts';
import { filledText } from './special-text.ts';
import { duration, flag, text, textLike, wholeNumber, word } from './scalars.ts';

const ours = { extensions: false } as const;
const engine = word('native', 'docker', 'kubernetes');
const httpPath = textLike('a path that begins with /', /^\//);
const hostName = textLike(
  'the name of a host, such as app.example.com',
  /^[a-zA-Z0-9*]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/,
);
/** Kubernetes writes sizes so, and Compose so: both are welcome. */
const quantity = textLike(
  'a size such as 10Gi or 512m',
  /^\d+(\.\d+)?\s?([kKmMgGtTpP]i?[bB]?|[bB])?$/,
);

const external: Form = section(
  {
    host: { form: filledText, about: 'Where the service lives.' },
    port: {
      form: wholeNumber(1, 65_535),
      about: 'Its port.',
      absent: 'the port of the service here',
    },
  },
  { ...ours, required: ['host'] },
);

const environment: Form = section(
  {
    engine: { form: engine, about: 'Engine of this environment.', absent: 'that of the file' },
    context: {
      form: text,
      about: 'Context of the kubeconfig, or of Docker.',
      absent: 'the current one',
    },
    namespace: {
      form: text,
      about: 'Namespace in the cluster.',
      absent: 'the name of the project',
    },
    files: {
      form: list(text, { merge: 'replace' }),
      about: 'Compose files that are laid over this one.',
      path: 'file',
    },
    registry: { form: text, about: 'Where built images are pushed to.' },
    load: {
      form: text,
      about:
        'How built images get into a cluster without a registry: `containerd`, `minikube`, `kind`, `k3d`, or a line of shell that reads an archive.',
    },
    secrets: {
      form: text,
      about: 'File with the secret values of this environment.',
      path: 'file',
    },
    external: {
      form: mapOf(external, { noun: 'service' }),
      about: 'Services that live elsewhere, such as a managed database.',
    },
  },
  ours,
);

/** `x-bowline` at the top level. */
export const bowlineFile: Form = section(
  {
    engine: {
      form: engine,
      about: 'Where the services run.',
      absent: 'docker if it is reachable, else native',
    },
    environments: {
      form: mapOf(environment, { noun: 'environment' }),
      about: 'Named targets such as `production`.',
    },
  },
  ours,
);

const migrate: Form = section(
  {
    command: {
      form: commandLine,
      about: 'Command that brings the database up to date.',
      leftOut: 'null',
    },
    check: {
      form: commandLine,
      about: 'Command that succeeds when there is nothing to do.',
      leftOut: 'null',
    },
    strategy: {
      form: word('task', 'startup', 'exec'),
      about: 'Once before new code serves, with each start, or in the running service.',
      absent: 'task',
    },
    lock_timeout: {
      form: duration,
      about: 'Longest wait for a lock in the database.',
      absent: '5s',
    },
    timeout: { form: duration, about: 'Longest run.', absent: '15m' },
  },
  { ...ours, required: ['command'] },
);

const postgres: Form = section(
  {
    instances: { form: wholeNumber(1), about: 'Copies of the database.', absent: '1' },
    backups: {
      form: section(
        {
          to: { form: filledText, about: 'Where backups go, as in `s3://bucket/folder`.' },
          keep: { form: duration, about: 'How long they are kept.', absent: '30d' },
        },
        { ...ours, required: ['to'] },
      ),
      about: 'Backups.',
    },
  },
  ours,
);

/** `x-bowline` of a service. */
export const bowlineService: Form = section(
  {
    migrate: { form: migrate, about: 'How the database is brought up to date, once a release.' },
    probe: {
      form: section(
        {
          http: {
            form: httpPath,
            about: 'Path that answers with success when the service is ready.',
          },
          host: {
            form: hostName,
            about: 'Name of the host to ask for.',
            absent: 'the name of the service',
          },
          port: {
            form: wholeNumber(1, 65_535),
            about: 'Port to ask.',
            absent: 'the first port of the service',
          },
        },
        { ...ours, required: ['http'] },
      ),
      about: 'Readiness by HTTP instead of the healthcheck command.',
    },
    expose: {
      form: section(
        {
          host: {
            form: hostName,
            about: 'Name under which the service is reachable from outside.',
          },
          node_port: {
            form: wholeNumber(1, 65_535),
            about: 'Port on every machine of the cluster.',
          },
          load_balancer: {
            form: flag,
            about: 'Ask the cluster for a load balancer.',
            absent: 'false',
          },
          gateway: {
            form: textLike(
              'the name of a Gateway, as in public or gateway-system/public',
              /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\/[a-z0-9]([-a-z0-9]*[a-z0-9])?)?$/,
            ),
            about: 'Gateway that `host` is a name of; its namespace may stand before it.',
            absent: 'an Ingress',
          },
          ingress_class: {
            form: text,
            about: 'Class of the Ingress for `host`.',
            absent: 'the default of the cluster',
          },
          tls_secret: {
            form: text,
            about: 'Secret of the cluster that holds the certificate for `host`.',
            absent: 'no encryption',
          },
        },
        ours,
      ),
      about: 'How a cluster makes the service reachable from outside.',
    },
    native: {
      form: section(
        {
          command: {
            form: commandLine,
            about: 'Command that runs on this machine.',
            leftOut: 'null',
          },
          setup: {
            form: text,
            about: 'Shell line that runs before, once, and again when it or the lock files change.',
          },
          cwd: {
            form: filledText,
            about: 'Folder of this machine in which it runs.',
            path: 'file',
          },
        },
        ours,
      ),
      about: 'How the service runs without a container, where that cannot be derived.',
    },
    storage: {
      form: section(
        {
          size: { form: quantity, about: 'Size of the volume.', absent: '10Gi' },
          class: {
            form: text,
            about: 'Storage class of the cluster.',
            absent: 'the default of the cluster',
          },
          access_mode: {
            form: word('ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany', 'ReadOnlyMany'),
            about: 'Who may mount it.',
            absent: 'ReadWriteOnce',
          },
          reclaim: {
            form: word('Retain', 'Delete'),
            about: 'What happens to the data when the claim goes.',
            absent: 'Retain',
          },
          host_path: {
            form: textLike('an absolute path', /^\//),
            about: 'Folder of the machine, for a volume that is made by hand.',
          },
        },
        ours,
      ),
      about: 'The volume of a service on a cluster.',
    },
    postgres: { form: postgres, about: 'What a managed PostgreSQL has.' },
  },
  ours,
);
