import {
  parseServiceName,
  type Build,
  type Dependency,
  type DependencyCondition,
  type EnvironmentValue,
  type NativeSettings,
  type RestartPolicy,
  type Service,
} from '../model/project.ts';
import { parseDuration } from './duration.ts';
import type { Entry, Node } from './node.ts';
import { entriesOf, flagOf, numberOf, textOf, textsOf, valueAt } from './tree.ts';
import { typedHealthcheck, isHealthcheckDisabled } from './typed-healthcheck.ts';
import { typedGrants, typedMounts } from './typed-mounts.ts';
import { typedPorts } from './typed-ports.ts';
import { migrateOf, preStartOf } from './typed-release-task.ts';
import { textMap, wordsOf } from './typed-values.ts';

interface TypedServiceOptions {
  readonly fingerprintOf: () => string;
  /** Paths of the files in which services are written. */
  readonly composeFiles: ReadonlySet<string>;
}

/** One service with types; none when its name is none. The fingerprint is made when it is first asked for: few commands do. */
export function typedService(
  { key, keyAt, value: node }: Entry,
  { fingerprintOf, composeFiles }: TypedServiceOptions,
): readonly Service[] {
  const name = parseServiceName(key);
  if (name === undefined) return [];
  const said: Partial<Service> = replicasOf(node);
  // By what is written, a handful of keys, and not by the fifty that might be.
  entriesOf(node).forEach((entry) => {
    const part = PARTS.get(entry.key)?.(entry.value, { service: node, composeFiles });
    if (part !== undefined) Object.assign(said, part);
  });
  return [withFingerprint(completed({ name, at: keyAt }, said), fingerprintOf)];
}

function replicasOf(node: Node): Pick<Service, 'replicas' | 'isScalable'> {
  const replicas =
    numberOf(valueAt(node, 'scale')) ?? numberOf(valueAt(node, 'deploy', 'replicas'));
  return replicas === undefined ? { replicas: 1, isScalable: true } : { replicas };
}

type Unprinted = Omit<Service, 'fingerprint'>;

const FINGERPRINTS = new WeakMap<object, () => string>();

/** The same for all services: each with a function of its own would take several times as much memory. */
const LAZY_FINGERPRINT: PropertyDescriptor = {
  enumerable: true,
  configurable: true,
  get() {
    return FINGERPRINTS.get(this)?.();
  },
};

function withFingerprint(service: Unprinted, fingerprintOf: () => string): Service {
  let fingerprint: string | undefined;
  FINGERPRINTS.set(service, () => (fingerprint ??= fingerprintOf()));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it lacked is defined here
  return Object.defineProperty(service, 'fingerprint', LAZY_FINGERPRINT) as Service;
}

const NONE: readonly never[] = [];
const NO_VALUES: ReadonlyMap<string, never> = new Map<string, never>();

/** With what a service is where nothing is said. Written out: V8 takes an object put together from others for a dictionary. */
function completed({ name, at }: Pick<Service, 'name' | 'at'>, said: Partial<Service>): Unprinted {
  return {
    name,
    at,
    replicas: 1,
    tty: false,
    stdinOpen: false,
    init: false,
    environment: NO_VALUES,
    ports: NONE,
    expose: NONE,
    networks: NONE,
    mounts: NONE,
    secrets: NONE,
    configs: NONE,
    dependsOn: NONE,
    healthcheckDisabled: false,
    restart: { kind: 'no' },
    stopGracePeriodMs: 10_000,
    aliases: NONE,
    extraHosts: NO_VALUES,
    labels: NO_VALUES,
    attach: true,
    ...said,
  };
}

interface Surroundings extends Pick<TypedServiceOptions, 'composeFiles'> {
  readonly service: Node;
}

type PartOf = (value: Node, surroundings: Surroundings) => Partial<Service> | undefined;

/** By key. */
const PARTS: ReadonlyMap<string, PartOf> = new Map<string, PartOf>([
  ['image', imageOf],
  ['build', (value) => ({ build: typedBuild(value) })],
  ['command', (value) => definedPart('command', wordsOf(value))],
  ['entrypoint', (value) => definedPart('entrypoint', wordsOf(value))],
  ['working_dir', (value) => definedPart('workingDir', textOf(value))],
  ['user', (value) => definedPart('user', textOf(value))],
  ['hostname', (value) => definedPart('hostname', textOf(value))],
  ['tty', (value) => ({ tty: flagOf(value) === true })],
  ['stdin_open', (value) => ({ stdinOpen: flagOf(value) === true })],
  ['init', (value) => ({ init: flagOf(value) === true })],
  [
    'environment',
    (value, { composeFiles }) => ({ environment: typedEnvironment(value, composeFiles) }),
  ],
  ['ports', (value) => ({ ports: typedPorts(value) })],
  ['expose', (value) => ({ expose: textsOf(value).flatMap(exposedPorts) })],
  ['networks', networksOf],
  ['extra_hosts', (value) => ({ extraHosts: typedHosts(value) })],
  ['volumes', (_, { service }) => ({ mounts: typedMounts(service) })],
  ['tmpfs', (_, { service }) => ({ mounts: typedMounts(service) })],
  ['secrets', (value) => ({ secrets: typedGrants(value, '/run/secrets/') })],
  ['configs', (value) => ({ configs: typedGrants(value, '/') })],
  ['depends_on', (value) => ({ dependsOn: entriesOf(value).flatMap(typedDependency) })],
  ['healthcheck', healthOf],
  ['restart', (_, { service }) => ({ restart: restartOf(service) })],
  ['stop_signal', (value) => definedPart('stopSignal', textOf(value))],
  [
    'stop_grace_period',
    (value) => definedPart('stopGracePeriodMs', parseDuration(textOf(value) ?? '')),
  ],
  ['deploy', (_, { service }) => ({ restart: restartOf(service) })],
  ['container_name', (value) => definedPart('containerName', textOf(value))],
  ['attach', (value) => ({ attach: flagOf(value) !== false })],
  ['labels', (value) => ({ labels: textMap(value) })],
  [
    'x-bowline',
    (value) => ({ ...nativeOf(valueAt(value, 'native')), ...migrateOf(valueAt(value, 'migrate')) }),
  ],
  ['pre_start', preStartOf],
]);

function definedPart<Key extends keyof Service>(
  key: Key,
  value: Service[Key] | undefined,
): Partial<Service> | undefined {
  return value === undefined ? undefined : { [key]: value };
}

function imageOf(value: Node): Partial<Service> | undefined {
  const image = textOf(value);
  return image === undefined || image === '' ? undefined : { image, imageAt: value.at };
}

function typedBuild(node: Node): Build {
  const dockerfileInline = textOf(valueAt(node, 'dockerfile_inline'));
  const target = textOf(valueAt(node, 'target'));
  return {
    context: textOf(valueAt(node, 'context')) ?? '.',
    dockerfile: textOf(valueAt(node, 'dockerfile')) ?? 'Dockerfile',
    ...(dockerfileInline !== undefined && { dockerfileInline }),
    args: textMap(valueAt(node, 'args')),
    ...(target !== undefined && { target }),
    at: node.at,
  };
}

function typedEnvironment(
  node: Node | undefined,
  composeFiles: ReadonlySet<string>,
): ReadonlyMap<string, EnvironmentValue> {
  const environment = new Map<string, EnvironmentValue>();
  for (const { key, value } of entriesOf(node)) {
    const text = textOf(value);
    if (text === undefined) continue;
    const isUnclassified = !composeFiles.has(value.at.file);
    environment.set(key, { value: text, at: value.at, ...(isUnclassified && { isUnclassified }) });
  }
  return environment;
}

function networksOf(node: Node): Partial<Service> {
  const aliases = entriesOf(node).flatMap(({ value }) => textsOf(valueAt(value, 'aliases')));
  return {
    networks: [...entriesOf(node).map(({ key }) => key), ...textsOf(node)],
    aliases: [...new Set(aliases)],
  };
}

/** `8000`, `8000/tcp`, `8000-8002`. */
function exposedPorts(text: string): readonly number[] {
  const [first, last = first] = (text.split('/', 1)[0] ?? '').split('-').map(Number);
  if (first === undefined || last === undefined || !(last - first < 65_536)) return [];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

function typedHosts(node: Node | undefined): ReadonlyMap<string, string> {
  const hosts = new Map<string, string>();
  for (const text of textsOf(node)) {
    const sign = text.includes('=') ? text.indexOf('=') : text.indexOf(':');
    if (sign > 0) hosts.set(text.slice(0, sign), text.slice(sign + 1));
  }
  for (const { key, value } of entriesOf(node)) {
    const address = textsOf(value)[0];
    if (address !== undefined) hosts.set(key, address);
  }
  return hosts;
}

function typedDependency({ key, keyAt, value }: Entry): readonly Dependency[] {
  const service = parseServiceName(key);
  if (service === undefined) return [];
  return [
    {
      service,
      condition: conditionOf(textOf(valueAt(value, 'condition'))),
      required: flagOf(valueAt(value, 'required')) !== false,
      restart: flagOf(valueAt(value, 'restart')) === true,
      at: keyAt,
    },
  ];
}

function conditionOf(text: string | undefined): DependencyCondition {
  return text === 'service_healthy' || text === 'service_completed_successfully'
    ? text
    : 'service_started';
}

function healthOf(section: Node): Partial<Service> {
  const healthcheck = typedHealthcheck(section);
  return {
    ...(healthcheck !== undefined && { healthcheck }),
    healthcheckDisabled: isHealthcheckDisabled(section),
  };
}

/** `deploy.restart_policy` wins over `restart`, as in Docker Compose. */
function restartOf(node: Node): RestartPolicy {
  const policy = valueAt(node, 'deploy', 'restart_policy');
  if (policy !== undefined) return restartOfPolicy(policy);
  const text = textOf(valueAt(node, 'restart')) ?? 'no';
  if (text === 'always' || text === 'unless-stopped') return { kind: text };
  const failure = /^on-failure(?::(\d+))?$/.exec(text);
  if (failure === null) return { kind: 'no' };
  return onFailure(failure[1] === undefined ? undefined : Number(failure[1]));
}

function restartOfPolicy(policy: Node): RestartPolicy {
  const condition = textOf(valueAt(policy, 'condition')) ?? 'any';
  if (condition === 'none') return { kind: 'no' };
  if (condition === 'unless-stopped') return { kind: 'unless-stopped' };
  if (condition !== 'on-failure') return { kind: 'always' };
  return onFailure(numberOf(valueAt(policy, 'max_attempts')));
}

function onFailure(maxRetries: number | undefined): RestartPolicy {
  return maxRetries === undefined || maxRetries === 0
    ? { kind: 'on-failure' }
    : { kind: 'on-failure', maxRetries };
}

function nativeOf(node: Node | undefined): { readonly native?: NativeSettings } {
  if (node?.kind !== 'map') return {};
  const command = wordsOf(valueAt(node, 'command'));
  const setup = textOf(valueAt(node, 'setup'));
  const cwd = textOf(valueAt(node, 'cwd'));
  return {
    native: {
      ...(command !== undefined && { command }),
      ...(setup !== undefined && { setup }),
      ...(cwd !== undefined && { cwd }),
      at: node.at,
    },
  };
}
