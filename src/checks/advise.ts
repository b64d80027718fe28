import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import type { Check, Facts } from './check.ts';
import { checkClearSecrets } from './clear-secrets.ts';
import { checkCredentials } from './credentials.ts';
import { checkEarlyHealthchecks } from './early-healthchecks.ts';
import { checkHostNames } from './host-names.ts';
import { checkInnerPorts } from './inner-ports.ts';
import { checkLocalhost } from './localhost.ts';
import { checkMigrationsInReplicas } from './migrations-in-replicas.ts';
import { checkProbeHosts } from './probe-hosts.ts';
import { checkProbeTools } from './probe-tools.ts';
import { checkRequiredVariables } from './required-variables.ts';
import { checkServerEnvironment } from './server-environment.ts';
import { checkServerVersions } from './server-versions.ts';
import { checkStartIntervals } from './start-intervals.ts';

/** Rules about what is there. */
const ABOUT_PRESENCE: readonly Check[] = [
  checkServerEnvironment,
  checkServerVersions,
  checkCredentials,
  checkHostNames,
  checkLocalhost,
  checkInnerPorts,
  checkProbeTools,
  checkProbeHosts,
  checkEarlyHealthchecks,
  checkMigrationsInReplicas,
  checkClearSecrets,
];

/** Rules about what is not there: a mistake in the same service may be why. */
const ABOUT_ABSENCE: readonly Check[] = [checkRequiredVariables, checkStartIntervals];

/** What is allowed, loads, and does not work, or not for long. Warnings only: Docker Compose takes such files. */
export function advise(project: Project, facts: Facts): readonly Diagnostic[] {
  const spoiled = new Set(facts.spoiled);
  const services = project.services.filter(({ name }) => !spoiled.has(name));
  return [
    ...ABOUT_PRESENCE.flatMap((check) => check(project, facts)),
    ...ABOUT_ABSENCE.flatMap((check) => check({ ...project, services }, facts)),
  ];
}
