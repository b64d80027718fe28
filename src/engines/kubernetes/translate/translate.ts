import type { Span } from '../../../model/diagnostic.ts';
import type { RenderedObject } from '../../../model/rendered-object.ts';
import type { Project } from '../../../model/project.ts';
import type { TranslateOptions, Translation } from '../../../model/translation.ts';
import { claimObjects, claimsOf } from './claims.ts';
import { openContext, type ProjectContext, type ServiceContext } from './context.ts';
import type { DraftObject } from './draft.ts';
import { edgeObjects } from './edge.ts';
import { externalObjects } from './external-service.ts';
import { settleSources } from './grant-mounts.ts';
import { namespaceObject } from './namespace-object.ts';
import { networkPolicies } from './network-policies.ts';
import { onceJobs } from './once-jobs.ts';
import { inOrder } from './order.ts';
import { podOf } from './pod.ts';
import { reportOf } from './report.ts';
import { serviceObjects } from './service-objects.ts';
import { settled } from './settle.ts';
import { settleProject, settleService } from './settle-rest.ts';
import { serviceAccount, workloadOf } from './workload.ts';
import type { SecurityLevel } from './security.ts';
import { at } from './place.ts';

/**
 * A project as objects of a cluster, and what became of every part of it.
 *
 * Pure: the same project gives the same objects, byte for byte, whatever the time and the machine.
 */
export function translate(project: Project, options: TranslateOptions = {}): Translation {
  const context = openContext(project, options);
  const { account, namespace, root } = context;
  const made = draftsOf(context);
  const drafts = inOrder(made.map(({ draft }) => draft));
  const serviceOf = new Map(made.map(({ draft, service }) => [draft, service]));
  const origins = new Map<RenderedObject, Span>();
  const objects = drafts.map((draft) => {
    const object = settled(draft);
    const service = serviceOf.get(draft);
    const span = service === undefined ? undefined : service.service.at;
    if (span !== undefined) origins.set(object, span);
    return object;
  });
  return {
    namespace,
    objects,
    origins,
    diagnostics: account.diagnostics,
    report: () => reportOf({ root, drafts, account, keyVerdicts: options.keyVerdicts?.() ?? [] }),
  };
}

interface Made {
  readonly draft: DraftObject;
  /** Absent: it belongs to the project. */
  readonly service?: ServiceContext;
}

function draftsOf(context: ProjectContext): readonly Made[] {
  const claims = claimsOf(context);
  const deployed: Made[] = [];
  const levels: SecurityLevel[] = [];
  settleProject(context);
  settleSources(context);
  warnRenamed(context);
  for (const service of context.services) {
    const elsewhere = context.options.external?.get(service.service.name);
    const add = (drafts: readonly DraftObject[]): void => {
      deployed.push(...drafts.map((draft) => ({ draft, service })));
    };
    if (elsewhere !== undefined) {
      add(externalObjects(service, elsewhere));
      continue;
    }
    settleService(service);
    if (service.host !== undefined && isGuest(service)) continue;
    const pod = podOf(service, { claims, guests: guestsOf(service) });
    levels.push(pod.security.level);
    add([
      serviceAccount(service),
      ...pod.objects,
      ...serviceObjects(service),
      ...onceJobs(service, pod),
      ...workloadOf(service, pod),
      ...edgeObjects(service),
    ]);
  }
  const shared = [
    namespaceObject(context, weakestOf(levels)),
    ...claimObjects(context, claims),
    ...networkPolicies(context),
  ];
  return [...shared.map((draft) => ({ draft })), ...deployed];
}

function weakestOf(levels: readonly SecurityLevel[]): SecurityLevel {
  if (levels.includes('privileged')) return 'privileged';
  return levels.includes('baseline') ? 'baseline' : 'restricted';
}

/** Its containers are in the pod of another service. */
function isGuest({ parent, host, place }: ServiceContext): boolean {
  const known = parent.services.find(({ service }) => service.name === host);
  if (known !== undefined && known.host === undefined) return true;
  parent.account.refused(
    at(place, 'network_mode'),
    'it would join a service that has no pod of its own',
    'Name a service that has a network.',
  );
  return true;
}

function guestsOf({ parent, service }: ServiceContext): readonly ServiceContext[] {
  return parent.guests.get(service.name) ?? [];
}

function warnRenamed({ account, services }: ProjectContext): void {
  for (const { service, name, place } of services)
    if (service.name !== name)
      account.warn({
        code: 'kubernetes/renamed',
        message: `${service.name} is called ${name} in the cluster, which cannot spell the name`,
        help: `Hosts in variables and commands were changed with it. Where code names it, rename the service: ${name}.`,
        place,
      });
}
