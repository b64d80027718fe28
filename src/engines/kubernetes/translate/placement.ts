import { selectorOf, type ServiceContext } from './context.ts';
import { type Draft, type DraftMap, filled, filledMap, from } from './draft.ts';
import { at, exists, itemsOf, numberOf, type Place, textOf, textsOf } from './place.ts';

const HOST = 'kubernetes.io/hostname';

/** On which machines a pod may run, and how copies are spread. */
export function placementOf(context: ServiceContext, sharedClaims: readonly string[]): DraftMap {
  const { place, service } = context;
  const placement = at(place, 'deploy', 'placement');
  const nodes = textsOf(at(placement, 'constraints')).flatMap(({ text, place: leaf }) =>
    constraintOf(context, text, leaf),
  );
  const perNode = at(placement, 'max_replicas_per_node');
  const most = numberOf(perNode) ?? 0;
  if (exists(perNode) && most === 0) context.parent.account.default(perNode, 'there is no limit');
  const alone =
    most === 1
      ? [{ labelSelector: { matchLabels: selectorOf(context) }, topologyKey: from(HOST, perNode) }]
      : [];
  const beside = sharedClaims.map((name) => ({
    labelSelector: { matchLabels: { [volumeLabel(name)]: 'true' } },
    topologyKey: HOST,
  }));
  return {
    nodeSelector: platformOf(place),
    affinity: filledMap({
      nodeAffinity: required(filled(nodes) && { nodeSelectorTerms: [{ matchExpressions: nodes }] }),
      podAffinity: required(filled(beside)),
      podAntiAffinity: required(filled(alone)),
    }),
    topologySpreadConstraints: spreadOf(context, {
      placement,
      isMany: service.replicas > 1 && context.kind !== 'DaemonSet' && context.kind !== 'Job',
      most,
      perNode,
    }),
  };
}

/** On every pod that mounts a claim which only one machine can mount. */
export function volumeLabel(claim: string): string {
  return `volume.bowline/${claim}`;
}

function required(terms: Draft): DraftMap | undefined {
  return terms === undefined
    ? undefined
    : { requiredDuringSchedulingIgnoredDuringExecution: terms };
}

function platformOf(place: Place): DraftMap | undefined {
  const leaf = at(place, 'platform');
  const [os, architecture] = (textOf(leaf) ?? '').split('/');
  if (os === undefined || os === '') return undefined;
  return {
    'kubernetes.io/os': from(os, leaf),
    'kubernetes.io/arch': architecture === undefined ? undefined : from(architecture, leaf),
  };
}

/** `node.labels.disk==ssd`, as Docker's swarm writes it. */
function constraintOf(context: ServiceContext, text: string, leaf: Place): readonly DraftMap[] {
  const [, name = '', sign = '', value = ''] = /^\s*(\S+?)\s*(==|!=)\s*(\S+)\s*$/.exec(text) ?? [];
  const key = nodeLabelOf(name);
  const operator = sign === '==' ? 'In' : 'NotIn';
  if (name === 'node.role') {
    const manages = (value === 'manager') === (sign === '==');
    return [
      {
        key: 'node-role.kubernetes.io/control-plane',
        operator: from(manages ? 'Exists' : 'DoesNotExist', leaf),
      },
    ];
  }
  if (key === undefined) {
    context.parent.account.unsupported(
      leaf,
      'machines of a cluster are chosen by their labels',
      'Label the machines, and write node.labels.NAME==VALUE.',
    );
    return [];
  }
  return [{ key, operator, values: [from(value, leaf)] }];
}

function nodeLabelOf(name: string): string | undefined {
  if (name === 'node.hostname') return HOST;
  if (name === 'node.platform.os') return 'kubernetes.io/os';
  if (name === 'node.platform.arch') return 'kubernetes.io/arch';
  const label = /^node\.labels\.(.+)$/.exec(name)?.[1];
  return label !== undefined && /^[a-zA-Z0-9]([\w./-]*[a-zA-Z0-9])?$/.test(label)
    ? label
    : undefined;
}

interface Spreading {
  readonly placement: Place;
  readonly isMany: boolean;
  readonly most: number;
  readonly perNode: Place;
}

function spreadOf(
  context: ServiceContext,
  { placement, isMany, most, perNode }: Spreading,
): readonly Draft[] | undefined {
  const labelSelector = { matchLabels: selectorOf(context) };
  const wanted = itemsOf(at(placement, 'preferences')).flatMap((preference) => {
    const leaf = at(preference, 'spread');
    const topologyKey = nodeLabelOf(textOf(leaf) ?? '');
    if (topologyKey === undefined) {
      context.parent.account.unsupported(
        leaf,
        'copies are spread over labels of machines',
        'Write node.labels.NAME.',
      );
      return [];
    }
    return [
      {
        maxSkew: 1,
        topologyKey: from(topologyKey, leaf),
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector,
      },
    ];
  });
  const limited =
    most > 1
      ? [
          {
            maxSkew: from(most, perNode),
            topologyKey: HOST,
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector,
          },
        ]
      : [];
  const usual =
    isMany && wanted.length + limited.length === 0 && most === 0
      ? ['topology.kubernetes.io/zone', HOST].map((topologyKey) => ({
          maxSkew: 1,
          topologyKey,
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector,
        }))
      : [];
  return filled([...wanted, ...limited, ...usual]);
}
