import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import type { Check, Declared } from './check.ts';
import { checkContainerNames } from './container-names.ts';
import { checkDependencies } from './dependencies.ts';
import { checkDependencyCycles } from './dependency-cycles.ts';
import { checkGrants } from './grants.ts';
import { checkHealthConditions } from './health-conditions.ts';
import { checkImages } from './images.ts';
import { checkMountTargets } from './mount-targets.ts';
import { checkNetworks } from './networks.ts';
import { checkPublishedPorts } from './published-ports.ts';
import { checkReplicas } from './replicas.ts';
import { checkServices } from './services.ts';
import { checkTwins } from './twins.ts';
import { checkVolumes } from './volumes.ts';

/** Rules about names that are written in one place and declared in another: true whatever else is wrong. */
const ABOUT_NAMES: readonly Check[] = [
  checkDependencies,
  checkDependencyCycles,
  checkVolumes,
  checkNetworks,
  checkGrants,
  checkPublishedPorts,
  checkContainerNames,
  checkMountTargets,
];

/** Rules about what is not there: a mistake elsewhere may be why. */
const ABOUT_ABSENCE: readonly Check[] = [
  checkServices,
  checkImages,
  checkHealthConditions,
  checkReplicas,
  checkTwins,
];

export interface CheckContext {
  /** What loading found. */
  readonly found: readonly Diagnostic[];
  readonly declared: Declared;
}

/**
 * What is wrong with a project beyond the form of its parts.
 *
 * With errors already found, only what cannot be their consequence: a misspelt `image` is not also a missing one.
 */
export function checkConsistency(
  project: Project,
  { found, declared }: CheckContext,
): readonly Diagnostic[] {
  const errors = found.filter(({ severity }) => severity === 'error');
  if (errors.some(({ code }) => WITHOUT_A_TREE.has(code))) return [];
  const checks = errors.length > 0 ? ABOUT_NAMES : [...ABOUT_NAMES, ...ABOUT_ABSENCE];
  return checks.flatMap((check) => check(project, declared));
}

/** Errors after which parts of the project are not there at all. */
const WITHOUT_A_TREE = new Set<string>([
  'compose/yaml-syntax',
  'compose/unknown-key',
  'compose/unknown-anchor',
  'compose/recursive-alias',
  'compose/too-many-aliases',
  'compose/key-not-text',
  'compose/empty-file',
  'compose/missing-file',
  'compose/include-cycle',
  'compose/unknown-base',
]);
