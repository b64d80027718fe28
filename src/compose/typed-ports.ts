import type { Port } from '../model/project.ts';
import type { Node } from './node.ts';
import { itemsOf, numberOf, textOf, valueAt } from './tree.ts';

export function typedPorts(node: Node | undefined): readonly Port[] {
  return itemsOf(node).flatMap((item): readonly Port[] => {
    const target = numberOf(valueAt(item, 'target'));
    if (target === undefined) return [];
    const published = textOf(valueAt(item, 'published'));
    const hostIp = textOf(valueAt(item, 'host_ip'));
    return [
      {
        target,
        // Zero asks for any free port, as leaving it out does.
        ...(published !== undefined && published !== '' && published !== '0' && { published }),
        protocol: textOf(valueAt(item, 'protocol'))?.toLowerCase() === 'udp' ? 'udp' : 'tcp',
        ...(hostIp !== undefined && hostIp !== '' && { hostIp }),
        at: item.at,
      },
    ];
  });
}
