import type { Node } from './node.ts';
import { changeKey, entriesOf, isNothing, mapValues, scalar } from './tree.ts';
import type { Variables } from './variable.ts';

/** Gives variables that services name without a value the one of the project, where it has one. */
export function inheritVariables(model: Node, environment: Variables): Node {
  return changeKey(model, 'services', (services) =>
    mapValues(services, (service) => {
      const own = changeKey(service, 'environment', (node) => inherit(node, environment));
      return changeKey(own, 'build', (build) =>
        changeKey(build, 'args', (node) => inherit(node, environment)),
      );
    }),
  );
}

function inherit(node: Node, environment: Variables): Node {
  if (!entriesOf(node).some(({ value }) => isNothing(value))) return node;
  return mapValues(node, (value, { key, keyAt }) => {
    const inherited = isNothing(value) ? environment.get(key) : undefined;
    return inherited === undefined ? value : scalar(inherited.value, inherited.at ?? keyAt);
  });
}
