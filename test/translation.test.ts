import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { keyVerdicts } from '../src/compose/key-verdicts.ts';
import { composeFile } from '../src/compose/language/compose-file.ts';
import type { Form } from '../src/compose/language/form.ts';
import { usedKeys } from '../src/compose/used-keys.ts';
import { UNKNOWN } from '../src/engines/kubernetes/translate/report.ts';
import { ComposeError } from '../src/model/diagnostic.ts';
import type { RenderedObject } from '../src/model/rendered-object.ts';
import type { Json, Pointer } from '../src/model/project.ts';
import type { LeafVerdict, ObjectPlace, Translation } from '../src/model/translation.ts';
import { renderDiagnostics } from '../src/report/render-diagnostic.ts';
import { manifestsToYaml } from '../src/report/render-manifests.ts';
import { renderTranslation } from '../src/report/render-translation.ts';
import { loadFolder, loadingCases, translated } from './rig/translated.ts';

const cases = loadingCases().map((folder) => [basename(folder), folder] as const);
const everything = join(import.meta.dirname, 'golden-kubernetes/everything');

async function translationOf(
  folder: string,
  edited?: ReadonlyMap<string, string>,
): Promise<{ readonly translation: Translation; readonly said: string }> {
  const outcome = await translated(await loadFolder(folder, edited));
  const { sources } = outcome.loaded;
  const said = renderDiagnostics(outcome.diagnostics, sources, {
    color: false,
    width: 100,
    cwd: folder,
  });
  if (outcome.kind === 'refused') throw new Error(said);
  return { translation: outcome.translation, said };
}

test.each([
  [
    'a usual database from its own pod, for a ready one may be out of reach for a moment',
    [],
    ['Job'],
  ],
  [
    'no database that listens at a port of its own, where it would ask for ever',
    ['-p', '5433'],
    [],
  ],
] as const)('what runs once asks %s', async (_, command, askers) => {
  const folder = join(import.meta.dirname, 'golden/web-and-database');
  const text = JSON.stringify({
    name: 'shop',
    services: {
      db: { image: 'postgres:17', command, healthcheck: { test: ['CMD', 'pg_isready'] } },
      fill: {
        image: 'busybox',
        command: ['true'],
        depends_on: { db: { condition: 'service_healthy' } },
      },
      web: {
        image: 'busybox',
        depends_on: { fill: { condition: 'service_completed_successfully' } },
      },
    },
  });
  const edited = new Map([[join(folder, 'compose.yaml'), text]]);
  const { translation } = await translationOf(folder, edited);
  const asking = translation.objects.filter((object) =>
    JSON.stringify(object).includes('until pg_isready -h db -p 5432'),
  );
  expect(asking.map(({ kind }) => kind)).toEqual(askers);
});

describe.each(cases)('of %s', (_, folder) => {
  test('every value has a verdict, and every place that it names is there', async () => {
    const { translation } = await translationOf(folder);
    const { leaves } = translation.report();
    const forgotten = leaves.filter((leaf) => leaf.kind !== 'mapped' && leaf.why === UNKNOWN);
    expect(forgotten.map(({ leaf }) => leaf)).toEqual([]);
    expect(leaves.length).toBe(new Set(leaves.map(({ leaf }) => leaf)).size);
    const places = leaves.flatMap((leaf) => (leaf.kind === 'mapped' ? leaf.places : []));
    expect(places.filter((place) => valueAt(translation.objects, place) === undefined)).toEqual([]);
  });

  test('no value is in an object whose key the description calls ignored', async () => {
    const { project } = await loadFolder(folder);
    const { translation } = await translationOf(folder);
    const ignored = keyVerdicts(project.canonical, composeFile, 'kubernetes');
    const mapped = translation.report().leaves.filter(({ kind }) => kind === 'mapped');
    expect(
      mapped.filter(({ leaf }) =>
        ignored.some(({ pointer }) => `${leaf}/`.startsWith(`${pointer}/`)),
      ),
    ).toEqual([]);
  });

  test('a second run gives the same bytes', async () => {
    const options = { cwd: folder, sources: new Map() };
    const [one, other] = [await translationOf(folder), await translationOf(folder)];
    expect(manifestsToYaml(one.translation, options)).toBe(
      manifestsToYaml(other.translation, options),
    );
  });

  test('a changed value changes the places that the report names, or is one that says why it does not', async () => {
    const before = await translationOf(folder);
    const { project } = await loadFolder(folder);
    const known = new Map(before.translation.report().leaves.map((leaf) => [leaf.leaf, leaf]));
    const dropped: string[] = [];
    for (const leaf of known.values()) {
      const at = project.origins.get(leaf.leaf);
      const value = leafValue(project.canonical, leaf.leaf) ?? null;
      if (at === undefined || !/\.ya?ml$/.test(at.file) || leaf.kind !== 'mapped') continue;
      const text = readFileSync(at.file, 'utf8');
      const written = text.slice(at.start, at.end);
      const other = changed(written, value);
      if (other === undefined) continue;
      const edited = text.slice(0, at.start) + other + text.slice(at.end);
      const after = await changedTo(folder, new Map([[at.file, edited]]));
      if (after === undefined) continue;
      const again = after.translation.report().leaves.find((each) => each.leaf === leaf.leaf);
      const same =
        again?.kind === 'mapped' &&
        leafValue(after.canonical, leaf.leaf) !== value &&
        JSON.stringify(valuesAt(before.translation, leaf)) ===
          JSON.stringify(valuesAt(after.translation, again));
      if (same) dropped.push(`${leaf.leaf}: ${written} -> ${other}`);
    }
    expect(dropped).toEqual([]);
  });
});

test('every key of the language that a cluster heeds is in one of the cases', async () => {
  const used = new Set<string>();
  for (const [, folder] of cases) {
    const { written } = await loadFolder(folder);
    for (const { key } of usedKeys(written, composeFile, 'kubernetes')) used.add(key);
  }
  const heeded = [...keysIn(composeFile, '')].filter((key) => !used.has(key));
  expect(heeded.filter((key) => !GONE_AFTER_LOADING.test(key))).toEqual([]);
});

/** What loading itself does; one kind of file that only environments name. */
const GONE_AFTER_LOADING =
  /^(?:version|include(?:\.|$)|services\.\*\.extends|x-bowline\.environments\.\*\.files|\w+\.\*\.external\.name)/;

function* keysIn(form: Form, path: string): Generator<string> {
  switch (form.is) {
    case 'section':
      for (const [key, { form: below, verdict }] of Object.entries(form.keys)) {
        if (verdict?.kubernetes !== undefined) continue;
        const inner = path === '' ? key : `${path}.${key}`;
        yield inner;
        yield* keysIn(below, inner);
      }
      return;
    case 'map':
      yield* keysIn(form.of, path === '' ? '*' : `${path}.*`);
      return;
    case 'list':
      yield* keysIn(form.of, path);
      return;
    case 'either':
      for (const each of form.forms) yield* keysIn(each, path);
      return;
    case 'scalar':
    case 'words':
    case 'pairs':
    case 'any':
  }
}

/** Nothing where the changed file is wrong: somebody noticed. */
async function changedTo(
  folder: string,
  edited: ReadonlyMap<string, string>,
): Promise<{ readonly translation: Translation; readonly canonical: Json } | undefined> {
  try {
    const loaded = await loadFolder(folder, edited);
    const outcome = await translated(loaded);
    if (outcome.kind === 'refused') return undefined;
    return { translation: outcome.translation, canonical: loaded.project.canonical };
  } catch (error) {
    if (error instanceof ComposeError) return undefined;
    throw error;
  }
}

/** Another value of the same kind in place of one that stands for itself. */
function changed(written: string, value: Json): string | undefined {
  if (typeof value === 'boolean') return String(!value);
  if (/^\d{1,5}$/.test(written)) return String(Number(written) + 1);
  if (/^\d+(?:s|m|Gi|Mi|M|K)$/.test(written)) return `1${written}`;
  return written === value && /^[a-z][\w./-]*$/.test(written) ? `${written}x` : undefined;
}

function valuesAt({ objects }: Translation, leaf: LeafVerdict): readonly (Json | undefined)[] {
  return leaf.kind === 'mapped' ? leaf.places.map((place) => valueAt(objects, place)) : [];
}

function valueAt(
  objects: readonly RenderedObject[],
  { object, pointer }: ObjectPlace,
): Json | undefined {
  const found = objects.find(({ kind, metadata }) => `${kind}/${metadata.name}` === object);
  return found === undefined ? undefined : leafValue(found, pointer);
}

function leafValue(tree: Json, pointer: Pointer): Json | undefined {
  let value: Json | undefined = tree;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = (value as readonly Json[])[Number(key)];
    else if (typeof value === 'object' && value !== null)
      value = (value as Record<string, Json>)[key];
    else return undefined;
  }
  return value;
}

describe('secret values', () => {
  const canaries = [
    'canary-database',
    'canary-cache',
    'canary-api-key',
    'canary-salt',
    'canary-plain',
    'canary-certificate',
  ];

  test('are in Secrets, and in no other object', async () => {
    const { translation } = await translationOf(everything);
    const isSecret = ({ kind }: RenderedObject): boolean => kind === 'Secret';
    const decoded = translation.objects
      .filter(isSecret)
      .map(({ data }) =>
        Object.values(data as Record<string, string>).map((text) =>
          Buffer.from(text, 'base64').toString(),
        ),
      )
      .flat()
      .join('\n');
    const others = JSON.stringify(translation.objects.filter((object) => !isSecret(object)));
    for (const canary of canaries) {
      expect(decoded).toContain(canary);
      expect(others).not.toContain(canary);
      expect(others).not.toContain(
        Buffer.from(canary).toString('base64').replace(/=+$/, '').slice(0, -1),
      );
    }
  });

  test('are in no warning and in no report', async () => {
    const { translation, said } = await translationOf(everything);
    const report = renderTranslation(translation.report(), { color: false });
    for (const canary of canaries)
      expect(`${said}${report}${JSON.stringify(translation.report())}`).not.toContain(canary);
  });

  test('that change give the object another name, and so the pods another template', async () => {
    const before = await translationOf(everything);
    const file = join(everything, 'web.env');
    const text = readFileSync(file, 'utf8').replace('canary-plain', 'canary-other');
    const after = await translationOf(everything, new Map([[file, text]]));
    const template = ({ translation }: typeof before): string =>
      JSON.stringify(
        translation.objects.find(
          ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'web',
        ),
      );
    expect(template(after)).not.toBe(template(before));
  });
});
