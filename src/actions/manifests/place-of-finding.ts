import type { Node } from '../../compose/node.ts';
import { titleOf } from '../../engines/kubernetes/object.ts';
import type { Span } from '../../model/diagnostic.ts';
import type { Finding } from '../../model/finding.ts';
import { placeNamed, type Written } from '../place-named.ts';
import { type Manifest, placeOfField } from './manifest.ts';

/** Where the cause is written: what the finding names, in the manifest of which it speaks, else that one's name. */
export function placeOfFinding(
  manifests: readonly Manifest[],
  finding: Finding,
  otherwise?: Manifest,
): Span | undefined {
  const about = manifests.find(
    ({ object: { kind, metadata } }) => finding.service === titleOf({ kind, name: metadata.name }),
  );
  const manifest = about ?? otherwise;
  if (manifest === undefined) return undefined;
  return (
    placeNamed(finding, writtenIn(manifest.node)) ?? placeOfField(manifest.node, 'metadata.name')
  );
}

/** All values of an object, each with where it stands. */
function writtenIn(node: Node): readonly Written[] {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' ? [{ text: node.value, at: node.at }] : [];
    case 'list':
      return node.items.flatMap(writtenIn);
    case 'map':
      return node.entries.flatMap(({ value }) => writtenIn(value));
  }
}
