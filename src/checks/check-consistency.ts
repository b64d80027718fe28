import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import type { Check, Facts } from './check.ts';
import { checkContainerNames } from './container-names.ts';
import { checkDependencies } from './dependencies.ts';
import { checkDependencyCycles } from './dependency-cycles.ts';
import { checkGrants } from './grants.ts';
import { checkHealthConditions } from './health-conditions.ts';
import { checkImages } from './images.ts';
import { checkModels } from './models.ts';
import { checkMountTargets } from './mount-targets.ts';
import { checkNetworks } from './networks.ts';
import { checkPublishedPorts } from './published-ports.ts';
import { checkReplicas } from './replicas.ts';
import { checkServices } from './services.ts';
import { checkTwins } from './twins.ts';
import { checkVolumes } from './volumes.ts';

/** Rules about names that are written in one place and declared in another. */
const ABOUT_NAMES: readonly Check[] = [
  checkDependencies,
  checkVolumes,
  checkNetworks,
  checkGrants,
  checkModels,
];

/** Rules about what is there: true whatever else is wrong. */
const ABOUT_PRESENCE: readonly Check[] = [
  checkDependencyCycles,
  checkPublishedPorts,
  checkContainerNames,
  checkMountTargets,
];

/** Rules about what is not there: a mistake in the same service may be why. */
const ABOUT_ABSENCE: readonly Check[] = [
  checkImages,
  checkHealthConditions,
  checkReplicas,
  checkTwins,
];

export interface CheckContext {
  /** What loading found. */
  readonly found: readonly Diagnostic[];
  readonly facts: Facts;
}

/**
 * What is wrong with a project beyond the form of its parts.
 *
 * Never what may be the consequence of an error already found: a misspelt `image` is not also a missing one, and names
 * that stand in a file that could not be read are not unknown.
 */
export function checkConsistency(
  project: Project,
  { found, facts }: CheckContext,
): readonly Diagnostic[] {
  const errors = found.filter(({ severity }) => severity === 'error');
  const torn = errors.some(({ code }) => UNREADABLE.has(code));
  const spoiled = new Set(facts.spoiled);
  const services = project.services.filter(({ name }) => !spoiled.has(name));
  const sound = spoiled.size === 0 ? project : { ...project, services };
  return [
    ...(torn ? [] : ABOUT_NAMES.flatMap((check) => check(project, facts))),
    ...ABOUT_PRESENCE.flatMap((check) => check(project, facts)),
    ...(torn ? [] : ABOUT_ABSENCE.flatMap((check) => check(sound, facts))),
    ...(errors.length > 0 ? [] : checkServices(project)),
  ];
}

/** Errors after which parts of the project are not there at all. */
const UNREADABLE = new Set<string>([
  'compose/yaml-syntax',
  'compose/unknown-anchor',
  'compose/recursive-alias',
  'compose/too-many-aliases',
  'compose/key-not-text',
  'compose/empty-file',
  'compose/missing-file',
  'compose/include-cycle',
]);
