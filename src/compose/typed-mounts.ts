import { posix } from 'node:path';

import type { Grant, Mount } from '../model/project.ts';
import type { Node } from './node.ts';
import { flagOf, itemsOf, numberOf, textOf, textsOf, valueAt } from './tree.ts';

/** `volumes` and `tmpfs` of a service. */
export function typedMounts(service: Node): readonly Mount[] {
  const mounts = itemsOf(valueAt(service, 'volumes')).flatMap(typedMount);
  const tmpfs = valueAt(service, 'tmpfs');
  const inMemory = textsOf(tmpfs).map((text): Mount => {
    return { kind: 'tmpfs', target: text.split(':', 1)[0] ?? text, at: tmpfs?.at ?? service.at };
  });
  return [...mounts, ...inMemory];
}

function typedMount(node: Node): readonly Mount[] {
  const type = textOf(valueAt(node, 'type'));
  const source = textOf(valueAt(node, 'source'));
  const target = textOf(valueAt(node, 'target'));
  if (target === undefined || type === undefined) return [];
  const readOnly = flagOf(valueAt(node, 'read_only')) === true;
  const { at } = node;
  switch (type) {
    case 'bind': {
      const createHostPath = flagOf(valueAt(node, 'bind', 'create_host_path')) !== false;
      return [{ kind: 'bind', source: source ?? '', target, readOnly, createHostPath, at }];
    }
    case 'volume':
      return [{ kind: 'volume', ...(source !== undefined && { source }), target, readOnly, at }];
    case 'tmpfs':
      return [{ kind: 'tmpfs', target, at }];
    default:
      return [{ kind: 'other', type, target, at }];
  }
}

/** `secrets` or `configs` of a service; `folder` is where a target without a path goes, with its last slash. */
export function typedGrants(node: Node | undefined, folder: string): readonly Grant[] {
  return itemsOf(node).flatMap((item) => {
    const source = textOf(valueAt(item, 'source') ?? item);
    if (source === undefined) return [];
    const target = textOf(valueAt(item, 'target')) ?? source;
    return [
      {
        source,
        target: posix.resolve(folder, target),
        mode: modeOf(valueAt(item, 'mode')),
        at: item.at,
      },
    ];
  });
}

/** Text is octal, as in `"0440"`; a number was read as octal already. */
function modeOf(node: Node | undefined): number {
  if (node?.kind === 'scalar' && typeof node.value === 'string') {
    return /^[0-7]+$/.test(node.value) ? Number.parseInt(node.value, 8) : 0o444;
  }
  return numberOf(node) ?? 0o444;
}
