/** A value of a YAML file as a generator makes it. */
export type Value =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'quoted'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: string, value: Value])[] };

export const plain = (text: string): Value => ({ kind: 'plain', text });
export const quoted = (text: string): Value => ({ kind: 'quoted', text });

/** Written in flow style: what matters here is what stands in a file, not how it is laid out. */
export function yamlText(value: Value): string {
  switch (value.kind) {
    case 'plain':
      return value.text;
    case 'quoted':
      return JSON.stringify(value.text);
    case 'list':
      return `[${value.items.map(yamlText).join(', ')}]`;
    case 'map':
      return `{${value.entries.map(([key, each]) => `${JSON.stringify(key)}: ${yamlText(each)}`).join(', ')}}`;
  }
}
