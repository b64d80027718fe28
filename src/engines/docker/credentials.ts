import { runCommand } from '../../host/run-command.ts';
import { dockerConfig, type DockerSurroundings } from './endpoint.ts';
import { type Section, sectionOf, textOf } from './json.ts';
import type { Json } from '../../model/project.ts';

const HUB = 'https://index.docker.io/v1/';

/** The registry that an image comes from, as credentials name it. */
function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return isHost && first !== 'docker.io' ? first : HUB;
}

/** The header with which the engine asks a registry on the user's behalf; from Docker's own config and its helpers. */
export async function registryAuth(
  image: string,
  around: DockerSurroundings,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const registry = registryOf(image);
  const credentials = await credentialsFor(registry, around, signal);
  if (credentials === undefined) return {};
  const text = JSON.stringify({ ...credentials, serveraddress: registry });
  return { 'x-registry-auth': Buffer.from(text).toString('base64url') };
}

/** Names under which builders ask for Docker Hub. */
const HUB_HOSTS = new Set(['docker.io', 'registry-1.docker.io', 'index.docker.io']);

/** User name and password, or token, as Docker's own config and its helpers have them; undefined where they have none. */
export async function credentialsFor(
  asked: string,
  around: DockerSurroundings,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>> | undefined> {
  const registry = HUB_HOSTS.has(asked) ? HUB : asked;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parsed from JSON a moment ago
  const config = dockerConfig(around) as Section;
  const helpers = sectionOf(config['credHelpers']);
  const helper = textOf(helpers[registry]) ?? textOf(config['credsStore']);
  if (helper !== undefined && helper !== '')
    return (await askHelper(helper, { registry, around, signal })) ?? written(config, registry);
  return written(config, registry);
}

function written(config: Section, registry: string): Readonly<Record<string, string>> | undefined {
  const auths = sectionOf(config['auths']);
  const name = Object.keys(auths).find((each) => hostOf(each) === hostOf(registry));
  if (name === undefined) return undefined;
  const entry: Section = sectionOf(auths[name]);
  const token = textOf(entry['identitytoken']);
  if (token !== undefined && token !== '') return { identitytoken: token };
  const pair = Buffer.from(textOf(entry['auth']) ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) return undefined;
  return { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

const hostOf = (registry: string): string =>
  registry.replace(/^https?:\/\//, '').replace(/\/.*$/, '');

/** @see https://docs.docker.com/reference/cli/docker/login/#credential-helper-protocol */
async function askHelper(
  helper: string,
  {
    registry,
    around,
    signal,
  }: {
    readonly registry: string;
    readonly around: DockerSurroundings;
    readonly signal: AbortSignal;
  },
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const environment = Object.fromEntries(
      Object.entries(around.environment).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    );
    const { stdout } = await runCommand([`docker-credential-${helper}`, 'get'], {
      environment,
      signal,
      input: registry,
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON is what comes out of its parser
    const answer = sectionOf(JSON.parse(stdout) as Json);
    const [username, password] = [textOf(answer['Username']), textOf(answer['Secret'])];
    if (username === undefined || password === undefined) return undefined;
    return username === '<token>' ? { identitytoken: password } : { username, password };
  } catch {
    signal.throwIfAborted();
    // The helper knows no such registry, or is not installed: the registry may want no credentials.
    return undefined;
  }
}
