import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';
import { originOf } from './names.ts';
import { reachIn } from './reach.ts';
import { probeCommands } from './shell-texts.ts';
import { placeOf } from './written.ts';

/** A healthcheck asks its own service: what another one answers says nothing about this one. */
export function checkProbeHosts(project: Project, facts: Facts): readonly Diagnostic[] {
  const reach = reachIn(project);
  return project.services.flatMap((service): readonly Diagnostic[] => {
    const hosts = probeCommands(service).flatMap(hostsOf);
    const others = hosts.flatMap((host) => {
      const other = reach.find(host);
      return other === undefined || other.name === service.name ? [] : [{ host, other }];
    });
    const [first] = others;
    // Who asks itself as well may have a reason to ask others.
    if (first === undefined || others.length < hosts.length || sharesNetwork(service, project))
      return [];
    const { host, other } = first;
    const test = originOf(project, 'services', service.name, 'healthcheck', 'test');
    return [
      {
        code: 'compose/foreign-healthcheck',
        severity: 'warning',
        message: `the healthcheck of ${service.name} asks ${other.name}, not ${service.name}`,
        help: `Ask 127.0.0.1; whether ${other.name} is ready, says its own healthcheck: wait for it with depends_on.`,
        at: placeOfHost(project, service, { host, facts }) ?? test ?? service.at,
        related: [{ message: `${other.name} is here`, at: other.at }],
      },
    ];
  });
}

function sharesNetwork({ name }: Service, project: Project): boolean {
  return originOf(project, 'services', name, 'network_mode') !== undefined;
}

/** The hosts that a command asks, as far as its options are known. */
function hostsOf([program = '', ...words]: readonly string[]): readonly string[] {
  switch (program.replace(/^.*\//, '')) {
    case 'curl':
    case 'wget':
      return words.flatMap((word) => /^https?:\/\/([^/:?#]+)/.exec(word)?.[1] ?? []);
    case 'pg_isready':
    case 'psql':
    case 'redis-cli':
    case 'mysqladmin':
    case 'mariadb-admin':
      return optionOf('h', words);
    case 'nc':
      return words.filter((word) => !word.startsWith('-')).slice(0, 1);
    default:
      return [];
  }
}

function optionOf(letter: string, words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    if (word === `-${letter}` || word === '--host') return words[index + 1] ?? [];
    if (word.startsWith('--host=')) return word.slice('--host='.length);
    return word.startsWith(`-${letter}`) && word.length > 2 ? word.slice(2) : [];
  });
}

function placeOfHost(
  project: Project,
  { name, healthcheck }: Service,
  { host, facts }: { readonly host: string; readonly facts: Facts },
): Diagnostic['at'] {
  for (const index of healthcheck?.test.keys() ?? []) {
    const item = originOf(project, 'services', name, 'healthcheck', 'test', String(index));
    const place = item === undefined ? undefined : placeOf(host, item, facts);
    if (place !== undefined) return place;
  }
  return undefined;
}
