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
  let fingerprint: string | undefined;
  return [
    {
      name,
      at: keyAt,
      get fingerprint() {
        return (fingerprint ??= fingerprintOf());
      },
      ...imageOf(node),
      ...processOf(node),
      environment: typedEnvironment(valueAt(node, 'environment'), composeFiles),
      ...networkOf(node),
      mounts: typedMounts(node),
      secrets: typedGrants(valueAt(node, 'secrets'), '/run/secrets/'),
      configs: typedGrants(valueAt(node, 'configs'), '/'),
      dependsOn: entriesOf(valueAt(node, 'depends_on')).flatMap(typedDependency),
      ...healthOf(node),
      ...lifeOf(node),
      labels: textMap(valueAt(node, 'labels')),
      ...nativeOf(valueAt(node, 'x-bowline', 'native')),
      ...migrateOf(valueAt(node, 'x-bowline', 'migrate')),
      ...preStartOf(valueAt(node, 'pre_start')),
    },
  ];
}

type Part<Key extends keyof Service> = Pick<Service, Key>;

function imageOf(node: Node): Part<'image' | 'imageAt' | 'build'> {
  const written = valueAt(node, 'image');
  const image = textOf(written);
  const build = valueAt(node, 'build');
  return {
    ...(written !== undefined &&
      image !== undefined &&
      image !== '' && { image, imageAt: written.at }),
    ...(build !== undefined && { build: typedBuild(build) }),
  };
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

function processOf(
  node: Node,
): Part<
  'command' | 'entrypoint' | 'workingDir' | 'user' | 'hostname' | 'tty' | 'stdinOpen' | 'init'
> {
  const command = wordsOf(valueAt(node, 'command'));
  const entrypoint = wordsOf(valueAt(node, 'entrypoint'));
  const workingDir = textOf(valueAt(node, 'working_dir'));
  const user = textOf(valueAt(node, 'user'));
  const hostname = textOf(valueAt(node, 'hostname'));
  return {
    ...(command !== undefined && { command }),
    ...(entrypoint !== undefined && { entrypoint }),
    ...(workingDir !== undefined && { workingDir }),
    ...(user !== undefined && { user }),
    ...(hostname !== undefined && { hostname }),
    tty: flagOf(valueAt(node, 'tty')) === true,
    stdinOpen: flagOf(valueAt(node, 'stdin_open')) === true,
    init: flagOf(valueAt(node, 'init')) === true,
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

function networkOf(node: Node): Part<'ports' | 'expose' | 'networks' | 'aliases' | 'extraHosts'> {
  const aliases = entriesOf(valueAt(node, 'networks')).flatMap(({ value }) =>
    textsOf(valueAt(value, 'aliases')),
  );
  return {
    ports: typedPorts(valueAt(node, 'ports')),
    expose: textsOf(valueAt(node, 'expose')).flatMap(exposedPorts),
    networks: [
      ...entriesOf(valueAt(node, 'networks')).map(({ key }) => key),
      ...textsOf(valueAt(node, 'networks')),
    ],
    aliases: [...new Set(aliases)],
    extraHosts: typedHosts(valueAt(node, 'extra_hosts')),
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

function healthOf(node: Node): Part<'healthcheck' | 'healthcheckDisabled'> {
  const section = valueAt(node, 'healthcheck');
  const healthcheck = typedHealthcheck(section);
  return {
    ...(healthcheck !== undefined && { healthcheck }),
    healthcheckDisabled: isHealthcheckDisabled(section),
  };
}

function lifeOf(
  node: Node,
): Part<
  | 'restart'
  | 'stopSignal'
  | 'stopGracePeriodMs'
  | 'replicas'
  | 'isScalable'
  | 'containerName'
  | 'attach'
> {
  const stopSignal = textOf(valueAt(node, 'stop_signal'));
  const containerName = textOf(valueAt(node, 'container_name'));
  const grace = textOf(valueAt(node, 'stop_grace_period'));
  const replicas =
    numberOf(valueAt(node, 'scale')) ?? numberOf(valueAt(node, 'deploy', 'replicas'));
  return {
    restart: restartOf(node),
    ...(stopSignal !== undefined && { stopSignal }),
    stopGracePeriodMs: (grace === undefined ? undefined : parseDuration(grace)) ?? 10_000,
    replicas: replicas ?? 1,
    ...(replicas === undefined && { isScalable: true }),
    ...(containerName !== undefined && { containerName }),
    attach: flagOf(valueAt(node, 'attach')) !== false,
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
