import type { Project, Service } from '../../model/project.ts';
import type { ContainerRequest } from './container-request.ts';
import { label } from './labels.ts';
import type { Container } from './shapes.ts';
import { HOOK } from './task-containers.ts';

export interface TaskRequestOptions {
  readonly project: Project;
  readonly service: Service;
  /** Which run of the task, from 1. */
  readonly number: number;
  readonly fingerprint: string;
  readonly version: string;
  /** The copy that it runs in the place of, so to say: with its network and volumes. */
  readonly beside: Container | undefined;
}

/** The request for the container of a release task. What the file labels services with is for those who serve. */
export function taskRequest(
  { body, networking }: ContainerRequest,
  { project, service, number, fingerprint, version, beside }: TaskRequestOptions,
): ContainerRequest {
  const Labels = {
    [label.project]: project.name,
    [label.service]: service.name,
    [label.hook]: HOOK,
    [label.version]: version,
    [label.task]: String(number),
    [label.fingerprint]: fingerprint,
  };
  const task = { ...without(body, OF_ITS_NAME), Labels, Tty: false, OpenStdin: false };
  return beside === undefined ? { body: task, networking } : within(task, beside.Id);
}

/** The engine answers for a host name on the network, too, as for those who serve. */
const OF_ITS_NAME = ['Hostname', 'Domainname'];
/** What a container that has another one's network cannot have of its own. */
const OF_ITS_NETWORK = ['ExposedPorts', 'NetworkingConfig'];
const OF_ITS_HOST = ['Dns', 'DnsOptions', 'DnsSearch', 'ExtraHosts', 'PortBindings'];

/** With the network and the volumes of another container. */
function within(body: ContainerRequest['body'], container: string): ContainerRequest {
  const mode = `container:${container}`;
  const { HostConfig: host } = body;
  return {
    body: {
      ...without(body, OF_ITS_NETWORK),
      HostConfig: {
        ...without(typeof host === 'object' && host !== null ? host : {}, OF_ITS_HOST),
        Binds: [],
        Mounts: [],
        VolumesFrom: [container],
        NetworkMode: mode,
      },
    },
    networking: { mode, endpoints: [] },
  };
}

function without(part: object, keys: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(part).filter(([key]) => !keys.includes(key)));
}
