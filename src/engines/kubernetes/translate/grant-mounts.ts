import type { ContentSource, Grant } from '../../../model/project.ts';
import { contentObject } from './content-object.ts';
import type { ProjectContext, ServiceContext } from './context.ts';
import { from } from './draft.ts';
import type { Mounted } from './mounted.ts';
import { dataKey, objectName } from './names.ts';
import { at, exists, itemsOf, type Place } from './place.ts';
import { volumeName } from './volume-name.ts';

/** Secrets and configs, each as one file at exactly the path that was asked for. */
export function grantMounts(context: ServiceContext): readonly Mounted[] {
  const { service, place } = context;
  return [
    ...service.secrets.map((grant, index) =>
      grantMount(context, { grant, index, section: 'secrets', written: at(place, 'secrets') }),
    ),
    ...service.configs.map((grant, index) =>
      grantMount(context, { grant, index, section: 'configs', written: at(place, 'configs') }),
    ),
  ];
}

interface WrittenGrant {
  readonly grant: Grant;
  readonly index: number;
  readonly section: 'secrets' | 'configs';
  readonly written: Place;
}

/** Longer content does not go into an object of a cluster. */
const MOST_BYTES = 1_000_000;

function grantMount(context: ServiceContext, granted: WrittenGrant): Mounted {
  const { grant, index, section, written } = granted;
  const item = itemsOf(written)[index] ?? at(written, String(index));
  const source = context.parent.project[section].find(({ key }) => key === grant.source);
  const name = volumeName(context, `${section === 'secrets' ? 'secret' : 'config'}-${index}`);
  const content = source && contentOf(context, source, { section, item });
  const object = content?.object;
  const target = content?.name ?? objectName(grant.source);
  const key = dataKey(grant.source);
  const chosen = {
    [section === 'secrets' ? 'secretName' : 'name']: from(target, at(item, 'source')),
    items: [{ key, path: key }],
    defaultMode: exists(at(item, 'mode')) ? from(grant.mode, at(item, 'mode')) : grant.mode,
  };
  return {
    volumes: [{ name, [section === 'secrets' ? 'secret' : 'configMap']: chosen }],
    volumeMounts: [
      { name, mountPath: from(grant.target, at(item, 'target')), subPath: key, readOnly: true },
    ],
    objects: object === undefined ? [] : [object],
  };
}

interface Content {
  readonly name: string;
  readonly object?: ReturnType<typeof contentObject>;
}

function contentOf(
  { parent }: ServiceContext,
  source: ContentSource,
  { section, item }: { readonly section: 'secrets' | 'configs'; readonly item: Place },
): Content {
  const place = at(parent.root, section, source.key);
  const { account } = parent;
  if (source.kind === 'external') return { name: objectName(source.name) };
  const leaf = at(place, source.kind);
  const bytes = bytesOf(source, parent.options.files);
  if (bytes === undefined || bytes.length > MOST_BYTES) {
    const why = bytes === undefined ? 'there is no content' : 'it is larger than 1 MB';
    account.refused(
      leaf,
      `${why}, and pods would wait for it for ever`,
      'Correct the file, or put it into a volume.',
    );
    return { name: objectName(source.key) };
  }
  const object = contentObject(section === 'secrets' ? 'Secret' : 'ConfigMap', {
    base: objectName(source.key),
    data: [{ key: dataKey(source.key), bytes, places: [leaf, at(item, 'source')] }],
    context: parent,
  });
  return { name: object.metadata.name, object };
}

function bytesOf(
  source: Exclude<ContentSource, { readonly kind: 'external' }>,
  files: ServiceContext['parent']['options']['files'],
): Uint8Array | undefined {
  if (source.kind === 'file') {
    const file = files?.get(source.path);
    return file?.kind === 'file' ? file.bytes : undefined;
  }
  return source.value === undefined ? undefined : new TextEncoder().encode(source.value);
}

/** Secrets and configs themselves, as far as no object shows it. */
export function settleSources({ account, root, project, services }: ProjectContext): void {
  for (const section of ['secrets', 'configs'] as const) {
    for (const { key, name, kind } of project[section]) {
      const source = at(root, section, key);
      const isGranted = services.some(({ service }) =>
        service[section].some((grant) => grant.source === key),
      );
      if (!isGranted) account.default(source, 'no service is given it');
      if (kind === 'external') account.default(source, `${objectName(name)} is there already`);
      else account.default(at(source, 'name'), 'the object is named by its key and its content');
      const external = at(source, 'external');
      if (exists(external) && kind !== 'external') account.default(external, 'it is made here');
    }
  }
}
