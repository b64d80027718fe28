import {
  parseServiceName,
  type Build,
  type Dependency,
  type DependencyCondition,
  type EnvironmentValue,
  type NativeSettings,
  type RestartPolicy,
  type Service,
  type ServiceName,
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
  const service = draftOf(name, keyAt);
  const surroundings = { service: node, composeFiles };
  // By what is written, a handful of keys, and not by the fifty that might be.
  entriesOf(node).forEach((entry) => {
    PARTS.get(entry.key)?.(service, entry.value, surroundings);
  });
  const replicas =
    numberOf(valueAt(node, 'scale')) ?? numberOf(valueAt(node, 'deploy', 'replicas'));
  if (replicas === undefined) service.isScalable = true;
  else service.replicas = replicas;
  return [withFingerprint(service, fingerprintOf)];
}

/** A service while its keys are read. */
type Draft = { -readonly [Key in keyof Omit<Service, 'fingerprint'>]: Service[Key] };

const FINGERPRINTS = new WeakMap<object, () => string>();

/** The same for all services: each with a function of its own would take several times as much memory. */
const LAZY_FINGERPRINT: PropertyDescriptor = {
  enumerable: true,
  configurable: true,
  get() {
    return FINGERPRINTS.get(this)?.();
  },
};

function withFingerprint(service: Draft, fingerprintOf: () => string): Service {
  let fingerprint: string | undefined;
  FINGERPRINTS.set(service, () => (fingerprint ??= fingerprintOf()));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it lacked is defined here
  return Object.defineProperty(service, 'fingerprint', LAZY_FINGERPRINT) as Service;
}

const NONE: readonly never[] = [];
const NO_VALUES: ReadonlyMap<string, never> = new Map<string, never>();

/** A service of which nothing is said. */
function draftOf(name: ServiceName, at: Service['at']): Draft {
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
  };
}

interface Surroundings extends Pick<TypedServiceOptions, 'composeFiles'> {
  readonly service: Node;
}

/** Adds what a key says to the service. */
type Part = (draft: Draft, value: Node, surroundings: Surroundings) => void;

/** One field of the service, left as it is where the value says nothing. */
function field<Key extends keyof Draft>(
  key: Key,
  read: (value: Node, surroundings: Surroundings) => Draft[Key] | undefined,
): Part {
  return (draft, value, surroundings) => {
    const found = read(value, surroundings);
    if (found !== undefined) draft[key] = found;
  };
}

const isOn = (value: Node): boolean => flagOf(value) === true;
const restart = field('restart', (_, { service }) => restartOf(service));
const mounts = field('mounts', (_, { service }) => typedMounts(service));

/** By key. */
const PARTS: ReadonlyMap<string, Part> = new Map<string, Part>([
  ['image', imageOf],
  ['build', field('build', typedBuild)],
  ['command', field('command', wordsOf)],
  ['entrypoint', field('entrypoint', wordsOf)],
  ['working_dir', field('workingDir', textOf)],
  ['user', field('user', textOf)],
  ['hostname', field('hostname', textOf)],
  ['tty', field('tty', isOn)],
  ['stdin_open', field('stdinOpen', isOn)],
  ['init', field('init', isOn)],
  ['environment', field('environment', typedEnvironment)],
  ['ports', field('ports', typedPorts)],
  ['expose', field('expose', (value) => textsOf(value).flatMap(exposedPorts))],
  ['networks', networksOf],
  ['extra_hosts', field('extraHosts', typedHosts)],
  ['volumes', mounts],
  ['tmpfs', mounts],
  ['secrets', field('secrets', (value) => typedGrants(value, '/run/secrets/'))],
  ['configs', field('configs', (value) => typedGrants(value, '/'))],
  ['depends_on', field('dependsOn', (value) => entriesOf(value).flatMap(typedDependency))],
  ['healthcheck', healthOf],
  ['restart', restart],
  ['deploy', restart],
  ['stop_signal', field('stopSignal', textOf)],
  ['stop_grace_period', field('stopGracePeriodMs', (value) => parseDuration(textOf(value) ?? ''))],
  ['container_name', field('containerName', textOf)],
  ['attach', field('attach', (value) => flagOf(value) !== false)],
  ['labels', field('labels', textMap)],
  ['x-bowline', settingsOf],
  ['pre_start', field('preStart', preStartOf)],
]);

function imageOf(draft: Draft, value: Node): void {
  const image = textOf(value);
  if (image === undefined || image === '') return;
  draft.image = image;
  draft.imageAt = value.at;
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
  node: Node,
  { composeFiles }: Surroundings,
): ReadonlyMap<string, EnvironmentValue> {
  const environment = new Map<string, EnvironmentValue>();
  entriesOf(node).forEach(({ key, value: { at }, value }) => {
    const text = textOf(value);
    if (text === undefined) return;
    const written = { value: text, at };
    environment.set(
      key,
      composeFiles.has(at.file) ? written : { ...written, isUnclassified: true },
    );
  });
  return environment;
}

function networksOf(draft: Draft, node: Node): void {
  const aliases = entriesOf(node).flatMap(({ value }) => textsOf(valueAt(value, 'aliases')));
  draft.networks = [...entriesOf(node).map(({ key }) => key), ...textsOf(node)];
  draft.aliases = [...new Set(aliases)];
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

function healthOf(draft: Draft, section: Node): void {
  const healthcheck = typedHealthcheck(section);
  if (healthcheck !== undefined) draft.healthcheck = healthcheck;
  draft.healthcheckDisabled = isHealthcheckDisabled(section);
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

function settingsOf(draft: Draft, node: Node): void {
  const native = nativeOf(valueAt(node, 'native'));
  if (native !== undefined) draft.native = native;
  const migrate = migrateOf(valueAt(node, 'migrate'));
  if (migrate !== undefined) draft.migrate = migrate;
}

function nativeOf(node: Node | undefined): NativeSettings | undefined {
  if (node?.kind !== 'map') return undefined;
  const command = wordsOf(valueAt(node, 'command'));
  const setup = textOf(valueAt(node, 'setup'));
  const cwd = textOf(valueAt(node, 'cwd'));
  return {
    ...(command !== undefined && { command }),
    ...(setup !== undefined && { setup }),
    ...(cwd !== undefined && { cwd }),
    at: node.at,
  };
}
