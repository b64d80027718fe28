import type { Node } from '../node.ts';
import { cleanTarget, mountTarget } from './short-mount.ts';

/** What makes two items of a list the same thing, so that the later takes the place of the earlier. */
export type Identity = (item: Node) => string | undefined;

/** The text, or what stands before its first `=`. */
export const byKey: Identity = (item) =>
  item.kind === 'scalar' && item.value !== null ? String(item.value).split('=', 1)[0] : undefined;

export const byText: Identity = (item) =>
  item.kind === 'scalar' && item.value !== null ? String(item.value) : undefined;

export const byMountTarget: Identity = (item) => {
  if (item.kind !== 'scalar') {
    const target = entry(item, 'target');
    return target === undefined ? undefined : cleanTarget(target);
  }
  return typeof item.value === 'string' ? mountTarget(item.value) : undefined;
};

export const byDeviceTarget: Identity = (item) => {
  if (item.kind !== 'scalar') return entry(item, 'target') ?? entry(item, 'source');
  const [source, target] = String(item.value).split(':');
  return target ?? source;
};

/** @param folder Where a grant without a target of its own ends up. */
export function byGrantTarget(folder: string): Identity {
  return (item) => {
    if (item.kind === 'scalar') return `${folder}/${String(item.value)}`;
    return entry(item, 'target') ?? `${folder}/${entry(item, 'source') ?? ''}`;
  };
}

/** Short forms are compared as they are written, long forms by what they publish. */
export const byPort: Identity = (item) => {
  if (item.kind === 'scalar') return byText(item);
  const target = entry(item, 'target');
  if (target === undefined) return undefined;
  const [address, published] = [
    entry(item, 'host_ip') ?? '0.0.0.0',
    entry(item, 'published') ?? '',
  ];
  return `${address}:${published}:${target}/${entry(item, 'protocol') ?? 'tcp'}`;
};

export const byPath: Identity = (item) =>
  item.kind === 'scalar' ? byText(item) : entry(item, 'path');

export const bySubnet: Identity = (item) => entry(item, 'subnet') ?? '';

function entry(item: Node, key: string): string | undefined {
  if (item.kind !== 'map') return undefined;
  const value = item.entries.find((each) => each.key === key)?.value;
  return value?.kind === 'scalar' && value.value !== null ? String(value.value) : undefined;
}
