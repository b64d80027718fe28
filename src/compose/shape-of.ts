import type { Form } from './language/form.ts';
import { comesFrom } from './long-form.ts';
import type { Node } from './node.ts';

/** Of several forms, the one of the shape of what is written: it is the one that was meant. */
export function shapeOf(node: Node, forms: readonly Form[]): Form | undefined {
  return forms.find((form) => hasShape(node, form));
}

function hasShape(node: Node, form: Form): boolean {
  switch (form.is) {
    case 'scalar':
      return node.kind === 'scalar' && comesFrom(node, form.from);
    case 'words':
      return node.kind !== 'map';
    case 'list':
      return node.kind === 'list';
    case 'map':
    case 'section':
      return node.kind === 'map';
    case 'pairs':
      return node.kind !== 'scalar';
    case 'either':
      return shapeOf(node, form.forms) !== undefined;
    case 'any':
      return true;
  }
}
