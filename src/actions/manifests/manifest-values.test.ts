import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { servicesOfManifests } from './manifest-project.ts';
import { secretValuesOf } from './manifest-values.ts';
import type { Manifest } from './manifest.ts';
import { readManifests } from './read-manifests.ts';

async function manifestsOf(text: string): Promise<readonly Manifest[]> {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'all.yaml'), text);
  const { signal } = new AbortController();
  const readStdin = (): Promise<string> => Promise.resolve('');
  const { manifests, diagnostics } = await readManifests([join(folder, 'all.yaml')], {
    readStdin,
    signal,
  });
  expect(diagnostics).toEqual([]);
  return manifests;
}

const all = `
apiVersion: v1
kind: Secret
metadata: { name: s }
stringData: { POSTGRES_USER: status, POSTGRES_PASSWORD: hunter22, PORT: "5432" }
data: { API_TOKEN: dG9rLTEyMzQ1Ng==, file: LS0tLS1CRUdJTiBLRVktLS0tLQphYmNkZWZnaGlqa2xtbm9wcXJzdAo= }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: c }
data: { DEBUG: "0", MODE: dark }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: web
          image: example.com/web:1
          envFrom: [{ secretRef: { name: s } }, { configMapRef: { name: c }, prefix: APP_ }, { secretRef: { name: absent } }]
          env:
            - { name: POSTGRES_USER, value: other }
            - { name: TOKEN, valueFrom: { secretKeyRef: { name: s, key: API_TOKEN } } }
            - { name: NODE, valueFrom: { fieldRef: { fieldPath: spec.nodeName } } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: web, image: example.com/web:1 }] } } }
`;

test('what a Secret holds is hidden, and names in it are not', async () => {
  expect([...secretValuesOf(await manifestsOf(all))]).toEqual([
    'hunter22',
    'dG9rLTEyMzQ1Ng==',
    'LS0tLS1CRUdJTiBLRVktLS0tLQphYmNkZWZnaGlqa2xtbm9wcXJzdAo=',
    'tok-123456',
    '-----BEGIN KEY-----\nabcdefghijklmnopqrst',
    '-----BEGIN KEY-----',
    'abcdefghijklmnopqrst',
  ]);
});

test('what runs is a service with its name, its image, and the variables that the files give it', async () => {
  const services = servicesOfManifests(await manifestsOf(all)).map(({ service }) => service);
  expect(services.map(({ name, replicas, image }) => [name, replicas, image])).toEqual([
    ['web', 2, 'example.com/web:1'],
    ['web.job', 1, 'example.com/web:1'],
  ]);
  const values = [...(services[0]?.environment ?? [])].map(([name, { value }]) => [name, value]);
  expect(Object.fromEntries(values)).toEqual({
    POSTGRES_USER: 'other',
    POSTGRES_PASSWORD: 'hunter22',
    PORT: '5432',
    API_TOKEN: 'tok-123456',
    file: '-----BEGIN KEY-----\nabcdefghijklmnopqrst\n',
    APP_DEBUG: '0',
    APP_MODE: 'dark',
    TOKEN: 'tok-123456',
  });
});
