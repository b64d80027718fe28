import { describe, expect, test } from 'vitest';

import { parseServiceName } from '../../model/project.ts';
import { deliveredName, deliveryOf, type DeliverySettings } from './delivery.ts';

function delivery(image: string | undefined, settings: Partial<DeliverySettings> = {}): unknown {
  const name = parseServiceName('Web');
  if (name === undefined) throw new Error('it is a name');
  const service = { name, ...(image !== undefined && { image }) };
  const found = deliveryOf(service, {
    registry: undefined,
    load: undefined,
    context: 'production',
    ...settings,
  });
  if (found?.kind !== 'load') return found;
  const { loader } = found;
  return loader.kind === 'name' ? loader.argvFor('web:1').join(' ') : loader.argv.join(' ');
}

describe('how an image gets to a cluster', () => {
  test.each<[string, { readonly image?: string } & Partial<DeliverySettings>, unknown]>([
    ['nobody says it', {}, undefined],
    ['a name of Docker Hub says nothing', { image: 'shop/web:1' }, undefined],
    [
      'to the registry of the environment, whatever the image is called',
      { image: 'other.example/web', registry: 'registry.example.com/shop/' },
      { kind: 'push', repository: 'registry.example.com/shop/web' },
    ],
    [
      'to the registry that its name has',
      { image: 'localhost:5000/shop/web:1' },
      { kind: 'push', repository: 'localhost:5000/shop/web' },
    ],
    [
      'to minikube by its own tool',
      { context: 'minikube' },
      'minikube -p minikube image load web:1',
    ],
    ['to kind by its own tool', { context: 'kind-dev' }, 'kind load docker-image web:1 --name dev'],
    [
      'to k3d by its own tool',
      { image: 'web:1', context: 'k3d-a', load: 'k3d' },
      'k3d image import web:1 -c a',
    ],
    [
      'to containerd as an archive',
      { load: 'containerd' },
      'ctr --namespace k8s.io images import -',
    ],
    ['by a line of shell', { load: 'cat >web.tar' }, '/bin/sh -c cat >web.tar'],
    ['not at all in Docker Desktop', { context: 'docker-desktop' }, { kind: 'shared' }],
  ])('%s', (_, { image, ...settings }, expected) => {
    expect(delivery(image, settings)).toEqual(expected);
  });
});

describe('the name under which an image is delivered', () => {
  const id = 'sha256:0123456789abcdef';

  test.each([
    ['shop-web', undefined, 'shop-web:0123456789ab'],
    ['shop/web:latest', undefined, 'shop/web:0123456789ab'],
    ['shop/web:1.10', undefined, 'shop/web:1.10-0123456789ab'],
    ['localhost:5000/web', undefined, 'localhost:5000/web:0123456789ab'],
    ['web:2@sha256:77', 'r.example/shop/web', 'r.example/shop/web:2-0123456789ab'],
  ])('of %s says what is in it', (image, repository, expected) => {
    const where = repository === undefined ? { id } : { id, repository };
    expect(deliveredName(image, where)).toBe(expected);
  });
});
