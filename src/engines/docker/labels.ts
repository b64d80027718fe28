import type { Leaves } from '../../model/leaves.ts';
import type { Project, Service } from '../../model/project.ts';

/** Labels of Docker Compose, so that either tool sees what the other made, and bowline's own. */
export const label = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneOff: 'com.docker.compose.oneoff',
  hash: 'com.docker.compose.config-hash',
  image: 'com.docker.compose.image',
  dependsOn: 'com.docker.compose.depends_on',
  configFiles: 'com.docker.compose.project.config_files',
  workingDir: 'com.docker.compose.project.working_dir',
  version: 'com.docker.compose.version',
  network: 'com.docker.compose.network',
  volume: 'com.docker.compose.volume',
  slug: 'com.docker.compose.slug',
  hook: 'com.docker.compose.hook',
  /** Of everything that would make a container out of date, contents of secrets and configs included. */
  fingerprint: 'bowline.fingerprint',
  /** What it was made from, without secrets: so that a plan can say what differs. */
  origin: 'bowline.origin',
  /** Which run of a service's release task it is, from 1. */
  task: 'bowline.task',
} as const;

type Labels = Readonly<Record<string, string>>;

export interface ContainerLabelOptions {
  readonly project: Project;
  readonly service: Service;
  readonly number: number;
  readonly imageId: string;
  readonly fingerprint: string;
  readonly origin: Leaves;
  /** By which Docker Compose tells whether it is up to date. */
  readonly hash: string | undefined;
  readonly version: string;
}

export function containerLabels({
  project,
  service,
  number,
  imageId,
  fingerprint,
  origin,
  hash,
  version,
}: ContainerLabelOptions): Labels {
  return {
    ...Object.fromEntries(service.labels),
    [label.project]: project.name,
    [label.service]: service.name,
    [label.number]: String(number),
    [label.oneOff]: 'False',
    [label.image]: imageId,
    [label.configFiles]: project.files.join(','),
    [label.workingDir]: project.workingDir,
    [label.dependsOn]: service.dependsOn
      .map((each) => `${each.service}:${each.condition}:${each.restart}`)
      .join(','),
    [label.version]: version,
    [label.fingerprint]: fingerprint,
    [label.origin]: JSON.stringify(origin),
    ...(hash !== undefined && { [label.hash]: hash }),
  };
}
