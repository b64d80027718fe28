import type { Diagnostic, Span } from '../model/diagnostic.ts';
import { nearest } from '../model/nearest.ts';
import type { Entry, Node } from './node.ts';
import { entriesOf, valueAt } from './tree.ts';

const SECTIONS = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models'] as const;
type Section = (typeof SECTIONS)[number];

/** What documents name at the top level, parts that are left out because of mistakes included. */
export class WrittenNames {
  readonly #names = new Map<Section, Set<string>>(SECTIONS.map((key) => [key, new Set()]));
  readonly #spoiled = new Set<string>();

  /** A section whose own key is misspelt counts: its names are not unknown, too. */
  add(document: Node): void {
    for (const { key, value } of entriesOf(document)) {
      const meant = SECTIONS.find((each) => each === (nearest(key, SECTIONS) ?? key));
      if (meant === undefined || key.startsWith('x-')) continue;
      for (const entry of entriesOf(value)) this.#names.get(meant)?.add(entry.key);
    }
  }

  of(section: Section): readonly string[] {
    return [...(this.#names.get(section) ?? [])];
  }

  /** Services of `document` in which there are errors: what they lack may have been left out. */
  spoilServices(document: Node, diagnostics: readonly Diagnostic[], file: string): void {
    const places = diagnostics.flatMap(({ severity, at }) =>
      severity === 'error' && at !== undefined ? [at] : [],
    );
    if (places.length === 0) return;
    for (const entry of entriesOf(valueAt(document, 'services')))
      if (places.some((place) => isIn(entry, place))) this.spoil(file, entry.key);
  }

  spoil(file: string, service: string): void {
    this.#spoiled.add(`${service}\n${file}`);
  }

  isSpoiled(file: string, service: string): boolean {
    return this.#spoiled.has(`${service}\n${file}`);
  }

  get spoiled(): readonly string[] {
    return [...new Set([...this.#spoiled].map((each) => each.split('\n', 1)[0] ?? ''))];
  }
}

/** A value that comes from an anchor stands elsewhere. */
function isIn({ keyAt, value }: Entry, place: Span): boolean {
  return [keyAt, value.at, ...entriesOf(value).flatMap((each) => [each.keyAt, each.value.at])].some(
    ({ file, start, end }) => file === place.file && start <= place.start && place.end <= end,
  );
}
