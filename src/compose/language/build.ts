import { list, pairs, read, section, type Form, type Keys } from './form.ts';
import { byKey } from './identity.ts';
import { environmentPairs, labelPairs } from './environment.ts';
import { extraHosts } from './networking.ts';
import { ulimits } from './resources.ts';
import { grants } from './storage.ts';
import { byteSize, flag, looseText, text } from './scalars.ts';
import { nativeIgnores } from './verdicts.ts';

const noImage = nativeIgnores('no image is built; the set-up steps of the Dockerfile are run');

const build: Form = section(
  {
    context: {
      form: text,
      about: 'Folder, or address, that the build may read.',
      absent: '.',
      fill: () => '.',
      path: 'context',
    },
    dockerfile: {
      form: text,
      about: 'Dockerfile, relative to the context.',
      absent: 'Dockerfile',
    },
    dockerfile_inline: { form: text, about: 'The text of a Dockerfile.' },
    args: {
      form: environmentPairs,
      about: 'Build arguments. One without a value is taken from the shell or `.env`.',
    },
    target: { form: text, about: 'Stage to build.', absent: 'the last stage' },
    labels: { form: labelPairs, about: 'Labels of the image.', verdict: noImage },
    additional_contexts: {
      form: pairs({ missing: 'refused' }),
      about: 'Further contexts by name.',
      path: 'context',
      verdict: noImage,
    },
    cache_from: { form: list(text), about: 'Where build caches are read from.', verdict: noImage },
    cache_to: { form: list(text), about: 'Where the build cache is written to.', verdict: noImage },
    no_cache: { form: flag, about: 'Build without the cache.', absent: 'false', verdict: noImage },
    no_cache_filter: {
      form: list(text, { single: true, distinct: true }),
      about: 'Stages to build without the cache.',
      verdict: noImage,
    },
    network: { form: text, about: 'Network during the build.', verdict: noImage },
    platforms: {
      form: list(text),
      about: 'Platforms to build for.',
      absent: 'the platform of the builder',
      verdict: noImage,
    },
    tags: {
      form: list(text, { identity: byKey }),
      about: 'Further names of the image.',
      verdict: noImage,
    },
    secrets: {
      form: grants('/run/secrets'),
      about: 'Secrets that the build may read.',
      verdict: noImage,
    },
    ssh: {
      form: pairs({ missing: 'null', canonical: 'list', separators: ['=', ': '] }),
      about: 'SSH keys that the build may use: `default`, or `id=path`.',
      path: 'file',
      verdict: noImage,
    },
    shm_size: { form: byteSize, about: 'Size of `/dev/shm` during the build.', verdict: noImage },
    extra_hosts: { form: extraHosts, about: 'Further names during the build.', verdict: noImage },
    isolation: { form: text, about: 'Isolation technology of the build.', verdict: noImage },
    privileged: { form: flag, about: 'Build with all rights.', absent: 'false', verdict: noImage },
    entitlements: { form: list(text), about: 'Rights that the build gets.', verdict: noImage },
    provenance: { form: looseText, about: 'Attest how the image was made.', verdict: noImage },
    sbom: { form: looseText, about: 'Attest what the image is made of.', verdict: noImage },
    pull: { form: flag, about: 'Always fetch the base images.', absent: 'false', verdict: noImage },
    ulimits: { form: ulimits, about: 'Limits of the processes of the build.', verdict: noImage },
  },
  {
    page: 'build.md',
    rules: [{ kind: 'exclusive', keys: ['dockerfile', 'dockerfile_inline'] }],
    short: {
      from: ['text'],
      words: 'the path of a folder',
      read: (value) => read({ context: value }),
    },
  },
);

export const buildKeys: Keys = {
  build: { form: build, about: 'How the image is built.' },
};
