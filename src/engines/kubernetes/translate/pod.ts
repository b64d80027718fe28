import { type Claim, claimTemplates } from './claims.ts';
import { processOf, settleSwitches } from './container.ts';
import { labelsOf, type ServiceContext } from './context.ts';
import { annotationsFrom } from './annotations.ts';
import { databaseGates } from './database-gates.ts';
import {
  assumed,
  type Draft,
  type DraftMap,
  type DraftObject,
  filled,
  filledMap,
  from,
} from './draft.ts';
import { environmentOf } from './environment.ts';
import { endingOf } from './lifecycle.ts';
import { mountsOf } from './mounts.ts';
import { networkLabels } from './network-policies.ts';
import { placementOf, volumeLabel } from './placement.ts';
import { podNetwork } from './pod-network.ts';
import { portsOf, probedPort } from './ports.ts';
import { probesOf, settleHealthcheck } from './probes.ts';
import { resourcesOf } from './resources.ts';
import { type Security, securityOf } from './security.ts';
import { at, textOf } from './place.ts';
import { initContainers } from './pre-start.ts';

/** A pod of a service, and what it cannot do without. */
export interface Pod {
  readonly template: DraftMap;
  /** Part of the template. */
  readonly spec: DraftMap;
  /** Of the service itself: part of the template. */
  readonly container: DraftMap;
  /** Secrets, ConfigMaps and claims. */
  readonly objects: readonly DraftObject[];
  readonly security: Security;
  /** Names of variables of the service, by their secret value. */
  readonly secretValues: ReadonlyMap<string, string>;
  readonly claims: readonly Claim[];
  readonly claimTemplates: readonly Draft[];
}

export interface PodOptions {
  readonly claims: ReadonlyMap<string, Claim>;
  /** Services that run in the same pod, because they share its network. */
  readonly guests: readonly ServiceContext[];
}

export function podOf(context: ServiceContext, { claims, guests }: PodOptions): Pod {
  const { kind, place } = context;
  const members = [context, ...guests].map((member) => memberOf(member, claims));
  const [own] = members;
  const used = claimsUsed([context, ...guests], claims);
  const shared = used.flatMap((claim) =>
    claim.kind === 'claim' && claim.users.length > 1 && claim.isForOneNode ? [claim.name] : [],
  );
  const isTask = kind === 'Job';
  const spec: DraftMap = {
    serviceAccountName: context.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: isTask ? taskPolicy(context) : undefined,
    terminationGracePeriodSeconds: own?.grace,
    runtimeClassName: from(textOf(at(place, 'runtime')), at(place, 'runtime')),
    ...podNetwork(context),
    securityContext: filledMap(own?.security.pod ?? {}),
    ...placementOf(context, shared),
    initContainers: filled([
      ...(isTask ? databaseGates(context) : []),
      ...(own?.initContainers ?? []),
    ]),
    containers: members.map(({ container }) => container),
    volumes: filled(members.flatMap(({ volumes }) => volumes)),
  };
  return {
    template: {
      metadata: {
        labels: {
          ...labelsOf(context),
          ...networkLabels(context),
          ...Object.fromEntries(shared.map((name) => [volumeLabel(name), 'true'])),
        },
        annotations: annotationsFrom(context.parent, at(place, 'labels'), at(place, 'annotations')),
      },
      spec,
    },
    spec,
    container: own?.container ?? {},
    objects: members.flatMap(({ objects }) => objects),
    security: weakest(members.map(({ security }) => security)),
    secretValues: own?.secretValues ?? new Map(),
    claims: used,
    claimTemplates: kind === 'StatefulSet' ? claimTemplates(context, claims) : [],
  };
}

/** A task that may be tried again is tried in the same pod. */
function taskPolicy({ service }: ServiceContext): string {
  return service.restart.kind === 'on-failure' ? 'OnFailure' : 'Never';
}

interface Member {
  readonly container: DraftMap;
  readonly initContainers: readonly Draft[];
  readonly volumes: readonly Draft[];
  readonly objects: readonly DraftObject[];
  readonly security: Security;
  readonly secretValues: ReadonlyMap<string, string>;
  readonly grace: Draft;
}

function memberOf(context: ServiceContext, claims: ReadonlyMap<string, Claim>): Member {
  const { name, kind, host, place } = context;
  settleSwitches(context);
  settleHealthcheck(context);
  const environment = environmentOf(context, dataFolder(context));
  const mounted = mountsOf(context, claims);
  const security = securityOf(context);
  const ports = portsOf(context);
  const isTask = kind === 'Job';
  const { lifecycle, terminationGracePeriodSeconds } = endingOf(context, {
    drains: ports.length > 0 && kind === 'Deployment',
  });
  const shared = {
    ...processOf(context, environment),
    resources: resourcesOf(context),
    securityContext: filledMap(security.container),
    volumeMounts: filled(mounted.volumeMounts),
  };
  const container = {
    name: host === undefined ? name : from(name, at(place, 'network_mode')),
    ...shared,
    ports: filled(
      ports.map(({ name: portName, number, protocol, places, protocolPlaces }) => ({
        name: portName,
        containerPort: places.length === 0 ? number : from(number, ...places),
        protocol: protocolPlaces.length === 0 ? protocol : from(protocol, ...protocolPlaces),
      })),
    ),
    ...(isTask ? {} : probesOf(context, probedPort(context))),
    lifecycle,
  };
  return {
    container,
    initContainers: initContainers(context, shared),
    volumes: mounted.volumes,
    objects: [...environment.objects, ...mounted.objects],
    security,
    secretValues: environment.secretValues,
    grace: terminationGracePeriodSeconds,
  };
}

/** The top of a fresh disk is not empty, and PostgreSQL wants an empty folder of its own. */
function dataFolder({ server, service }: ServiceContext): readonly Draft[] {
  const folder = '/var/lib/postgresql/data';
  const isOnVolume = service.mounts.some(
    ({ kind, target }) => kind === 'volume' && target === folder,
  );
  if (server?.kind !== 'postgres' || !isOnVolume || service.environment.has('PGDATA')) return [];
  const value = assumed(`${folder}/pgdata`, 'the top of a fresh disk is not empty');
  return [{ name: 'PGDATA', value }];
}

function claimsUsed(
  members: readonly ServiceContext[],
  claims: ReadonlyMap<string, Claim>,
): readonly Claim[] {
  const keys = members.flatMap(({ service }) =>
    service.mounts.flatMap((mount) => (mount.kind === 'volume' ? (mount.source ?? []) : [])),
  );
  return [...new Set(keys)].flatMap((key) => claims.get(key) ?? []);
}

const LEVELS = ['restricted', 'baseline', 'privileged'] as const;

function weakest(all: readonly Security[]): Security {
  const [first, ...rest] = all;
  if (first === undefined) return { pod: {}, container: {}, level: 'restricted' };
  return rest.reduce(
    (one, other) =>
      LEVELS.indexOf(other.level) > LEVELS.indexOf(one.level)
        ? { ...one, level: other.level }
        : one,
    first,
  );
}
