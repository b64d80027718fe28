import type { ServiceContext } from './context.ts';
import { assumed, type Draft, type DraftMap, filledMap, from } from './draft.ts';
import { at, exists, itemsOf, numberOf, type Place, textOf, textsOf } from './place.ts';
import { byteQuantity, cpuQuantity } from './quantity.ts';

const SMALL_MEMORY = 64 * 1024 * 1024;

/** Limits as they are asked for; what a pod reserves if nothing is said is little, so that a small cluster holds it all. */
export function resourcesOf(context: ServiceContext): DraftMap {
  const { place } = context;
  const devices = devicesOf(context);
  const limits = at(place, 'deploy', 'resources', 'limits');
  const kept = at(place, 'deploy', 'resources', 'reservations');
  const memory = bytesAt(at(place, 'mem_limit'), at(limits, 'memory'));
  const cpus = cpusAt(at(place, 'cpus'), at(limits, 'cpus'));
  const keptMemory = bytesAt(at(place, 'mem_reservation'), at(kept, 'memory'));
  const keptCpus = cpusAt(at(kept, 'cpus'));
  const pids = at(limits, 'pids');
  if (exists(pids))
    context.parent.account.unsupported(
      pids,
      'the number of processes is limited for each machine',
      'Set podPidsLimit of the kubelet.',
    );
  return {
    requests: {
      cpu:
        keptCpus?.draft ??
        assumed(cpuQuantity(Math.min(0.01, cpus?.amount ?? 1)), 'no reservation is said'),
      memory:
        keptMemory?.draft ??
        assumed(
          byteQuantity(String(Math.min(SMALL_MEMORY, memory?.amount ?? SMALL_MEMORY))),
          'no reservation is said',
        ),
    },
    limits: filledMap({ cpu: cpus?.draft, memory: memory?.draft, ...devices }),
  };
}

interface Amount {
  readonly amount: number;
  readonly draft: Draft;
}

/** The first that says something, and all the places that say it. */
function bytesAt(...places: readonly Place[]): Amount | undefined {
  const said = places.filter((place) => (numberOf(place) ?? 0) > 0);
  const [first] = said;
  if (first === undefined) return undefined;
  const amount = numberOf(first) ?? 0;
  return { amount, draft: from(byteQuantity(String(amount)), ...said) };
}

function cpusAt(...places: readonly Place[]): Amount | undefined {
  const said = places.filter((place) => (numberOf(place) ?? 0) > 0);
  const [first] = said;
  if (first === undefined) return undefined;
  const amount = numberOf(first) ?? 0;
  return { amount, draft: from(cpuQuantity(amount), ...said) };
}

/** Graphics processors are counted; everything else about a device is up to the cluster. */
function devicesOf({ place, parent: { account } }: ServiceContext): DraftMap {
  const requests = [
    ...itemsOf(at(place, 'gpus')),
    ...itemsOf(at(place, 'deploy', 'resources', 'reservations', 'devices')),
  ];
  let found: DraftMap = {};
  for (const request of requests) {
    const driver = textOf(at(request, 'driver')) ?? 'nvidia';
    const capabilities = textsOf(at(request, 'capabilities')).map(({ text }) => text);
    const isGraphics = capabilities.length === 0 || capabilities.includes('gpu');
    const ids = itemsOf(at(request, 'device_ids'));
    if (!isGraphics || !['nvidia', 'amd'].includes(driver)) {
      account.unsupported(
        request,
        'the cluster decides which devices pods get',
        'Install a device plugin and ask for its resource.',
      );
      continue;
    }
    const count = numberOf(at(request, 'count')) ?? ids.length;
    if (count < 1)
      account.warn({
        code: 'kubernetes/unsupported',
        message: 'a pod asks for a number of graphics processors, and gets one here',
        help: 'Write how many, as in count: 2.',
        place: request,
      });
    found = {
      ...found,
      [`${driver}.com/gpu`]: from(
        Math.max(1, count),
        at(request, 'count'),
        at(request, 'driver'),
        ...ids,
      ),
    };
    settleGraphics(account, request);
  }
  for (const device of itemsOf(at(place, 'devices')))
    account.unsupported(
      device,
      'pods get devices from a device plugin of the cluster',
      'Install the device plugin, or use the docker engine.',
    );
  return found;
}

function settleGraphics(account: ServiceContext['parent']['account'], request: Place): void {
  account.default(at(request, 'capabilities'), 'the resource is one of graphics processors');
  const options = at(request, 'options');
  if (exists(options))
    account.unsupported(options, 'a pod asks for a number and nothing else', 'Leave it out.');
}
