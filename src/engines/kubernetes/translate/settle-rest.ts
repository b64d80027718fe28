import type { ProjectContext, ServiceContext } from './context.ts';
import { at, entriesOf, exists, itemsOf, leavesOf, type Place, textOf } from './place.ts';

/** Keys that bowline itself heeds, in whatever form they are written. */
const HANDLED: Readonly<Record<string, string>> = {
  build: 'the image is built and pushed before',
  depends_on: 'up starts services in this order; pods wait by being tried again',
  profiles: 'the service is switched on',
  attach: 'it is about what up shows',
  label_file: 'its labels are among the labels',
  env_file: 'its variables are in the environment',
};

/** What the translation of a service has no object for. */
export function settleService(context: ServiceContext): void {
  const { place, parent, kind } = context;
  const { account } = parent;
  for (const [key, value] of entriesOf(place)) {
    const handled = Object.hasOwn(HANDLED, key) ? HANDLED[key] : undefined;
    if (handled !== undefined) account.handled(value, handled);
    else if (key.startsWith('x-') && key !== 'x-bowline')
      account.default(value, 'it belongs to another tool');
  }
  for (const item of itemsOf(at(place, 'links')))
    if (!(textOf(item) ?? '').includes(':'))
      account.default(item, 'services reach each other by name');
  const rollback = at(place, 'deploy', 'rollback_config');
  if (exists(rollback)) account.default(rollback, 'going back is a rollout like any other');
  if (kind === 'Job') {
    if (exists(at(place, 'healthcheck')))
      account.default(at(place, 'healthcheck'), 'a task ends: nobody asks whether it is ready');
    if (exists(at(place, 'deploy', 'update_config')))
      account.default(at(place, 'deploy', 'update_config'), 'a task has one run');
  }
  settleBowline(context);
}

function settleBowline({ place, parent: { account }, service, kind }: ServiceContext): void {
  const own = at(place, 'x-bowline');
  const native = at(own, 'native');
  if (exists(native)) account.default(native, 'it is for the native engine');
  const postgres = at(own, 'postgres');
  if (exists(postgres) && leavesOf(postgres).next().value !== undefined)
    account.unsupported(
      postgres,
      'one copy of the database runs, and nobody makes backups of it',
      'Take a managed database (x-bowline.environments: external), or an operator.',
    );
  const storage = at(own, 'storage');
  const volumes = service.mounts.filter(
    (mount) => mount.kind === 'volume' && mount.source !== undefined,
  );
  if (exists(storage) && volumes.length === 0)
    account.unsupported(storage, 'the service has no named volume', 'Mount a volume with a name.');
  const reclaim = at(storage, 'reclaim');
  if (exists(reclaim) && kind !== 'StatefulSet' && !exists(at(storage, 'host_path')))
    settleReclaim(account, reclaim);
  const storageClass = at(storage, 'class');
  if (exists(storageClass) && exists(at(storage, 'host_path')))
    account.unsupported(
      storageClass,
      'host_path asks for a volume that is made by hand',
      'Leave out one of them.',
    );
}

function settleReclaim(account: ProjectContext['account'], reclaim: Place): void {
  if (textOf(reclaim) === 'Retain')
    account.default(reclaim, 'a claim outlives the services that mount it');
  else
    account.unsupported(
      reclaim,
      'the claim outlives its services: several mount it, or they have several copies',
      'Delete the claim by hand when its data is not needed any more.',
    );
}

/** What belongs to no service. */
export function settleProject({ account, root }: ProjectContext): void {
  for (const [key, value] of entriesOf(root))
    if (key.startsWith('x-'))
      if (key === 'x-bowline')
        account.handled(value, 'it says which engine and environment are meant');
      else account.default(value, 'it belongs to another tool');
}
