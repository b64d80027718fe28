import type { Diagnostic, Span } from '../model/diagnostic.ts';
import { differences } from '../model/nearest.ts';
import type { EnvironmentValue, Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';
import { hasInitScripts, SERVER_PORT, type Server, serverOf } from './server-image.ts';
import { SERVER_VARIABLES } from './server-variables.ts';
import { sharedValues } from './shared-values.ts';
import { shellTextsOf } from './shell-texts.ts';
import { nameOfValue } from './variable-name.ts';

interface Subject {
  readonly service: Service;
  readonly server: Server;
  readonly name: string;
  readonly value: EnvironmentValue;
}

/** Variables of well-known images are among those that the image reads. */
export function checkServerEnvironment(project: Project, facts: Facts): readonly Diagnostic[] {
  const isShared = sharedValues(project);
  return project.services.flatMap((service) => {
    const server = serverOf(service);
    if (server === undefined) return [];
    const { prefix, read } = SERVER_VARIABLES[server.kind];
    const used = shellTextsOf(service).join('\n');
    return [...service.environment].flatMap(([name, value]): readonly Diagnostic[] => {
      if (value.at === undefined || !prefix.test(name) || read.includes(name)) return [];
      if (used.includes(name)) return [];
      const subject = { service, server, name, value };
      const meant = misspelt(subject, { shared: isShared(value) });
      if (meant !== undefined) return [misspeltVariable(subject, meant, facts)];
      return isShared(value) || !isUnread(subject) ? [] : [unreadVariable(subject, facts)];
    });
  });
}

/** The variable that was meant and has no value. A name in shared use may be right for somebody else, unless it is a slip. */
function misspelt(
  { service, server, name }: Subject,
  { shared }: { readonly shared: boolean },
): string | undefined {
  const { read, meant } = SERVER_VARIABLES[server.kind];
  const slip = read.find((each) => differences(each, name) <= 2 && !isOtherWord(each, name));
  const alias =
    shared || hasInitScripts(service) || !Object.hasOwn(meant, name) ? undefined : meant[name];
  const right = slip ?? alias;
  return right === undefined ||
    service.environment.has(right) ||
    service.environment.has(`${right}_FILE`)
    ? undefined
    : right;
}

function lastWord(name: string): string {
  return name.slice(name.lastIndexOf('_') + 1);
}

/** Names of which each is one of its own although few letters differ: MYSQL_PORT is not MYSQL_HOST. */
function isOtherWord(one: string, other: string): boolean {
  return lastWord(one).length <= 4 && differences(lastWord(one), lastWord(other)) > 1;
}

/** Scripts of the project's own may read anything. */
function isUnread({ service, server, name, value }: Subject): boolean {
  const { complete } = SERVER_VARIABLES[server.kind];
  if (!complete || !server.official || hasInitScripts(service) || value.value === '') return false;
  return !(name.endsWith('_PORT') && value.value === String(SERVER_PORT[server.kind]));
}

function misspeltVariable(
  { service, server, name, value }: Subject,
  meant: string,
  facts: Facts,
): Diagnostic {
  const place = placeOfName(name, value, facts);
  return {
    code: 'compose/misspelt-variable',
    severity: 'warning',
    message: `${service.name} is given ${name}, which the image ${server.image.name} does not read`,
    help: `Did you mean ${meant}?`,
    ...(place.at !== undefined && { at: place.at }),
    ...(place.name !== undefined && {
      fix: { title: `write ${meant}`, edits: [{ at: place.name, text: meant }] },
    }),
  };
}

function unreadVariable({ service, server, name, value }: Subject, facts: Facts): Diagnostic {
  const { at } = placeOfName(name, value, facts);
  const { read } = SERVER_VARIABLES[server.kind];
  return {
    code: 'compose/unread-variable',
    severity: 'warning',
    message: `${service.name} is given ${name}, which the image ${server.image.name} does not read: it has no effect`,
    help: helpFor(server, name, read),
    ...(at !== undefined && { at }),
  };
}

function helpFor({ kind }: Server, name: string, read: readonly string[]): string {
  if (kind === 'redis') {
    return name.includes('PASS')
      ? 'The image reads no variables. For a password write command: redis-server --requirepass ${REDIS_PASSWORD}.'
      : 'The image reads no variables. Give its settings to the command: redis-server --port 6380.';
  }
  if (/_HOST(?:NAME)?$/.test(name)) return 'Remove it: it is of use to the application only.';
  if (name.endsWith('_PORT'))
    return `Remove it: the server listens on ${SERVER_PORT[kind]}; publish another port with ports.`;
  return `Remove it. The image reads ${read.filter((each) => !each.endsWith('_FILE')).join(', ')}.`;
}

function placeOfName(
  name: string,
  { at }: EnvironmentValue,
  facts: Facts,
): { readonly at?: Span; readonly name?: Span } {
  if (at === undefined) return {};
  const place = nameOfValue(name, at, facts);
  return place === undefined ? { at } : { at: place, name: place };
}
