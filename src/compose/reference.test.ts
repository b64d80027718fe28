import { join } from 'node:path';

import { expect, test } from 'vitest';

import { toJsonSchema } from './json-schema.ts';
import { composeFile } from './language/compose-file.ts';
import { serviceForm } from './language/service.ts';
import { toReference } from './reference.ts';

const root = join(import.meta.dirname, '../..');

test('the reference page says what the program checks', async () => {
  await expect(toReference(composeFile)).toMatchFileSnapshot(
    join(root, 'docs/reference/compose.md'),
  );
});

test('the schema for editors says what the program checks', async () => {
  const schema = `${JSON.stringify(toJsonSchema(composeFile), undefined, 1)}\n`;
  await expect(schema).toMatchFileSnapshot(join(root, 'schema/bowline-compose.schema.json'));
});

test('an editor knows every key of a service, and lets x- keys be', () => {
  const { properties } = toJsonSchema(composeFile) as unknown as Sections;
  const [service] = Object.values(properties['services']?.patternProperties ?? {});
  const keys = serviceForm.is === 'section' ? Object.keys(serviceForm.keys) : [];
  expect(Object.keys(service?.properties ?? {})).toEqual(keys);
  expect(service?.patternProperties).toEqual({ '^x-': {} });
});

interface Sections {
  readonly properties: Readonly<Record<string, Sections>>;
  readonly patternProperties?: Readonly<Record<string, Sections>>;
}
