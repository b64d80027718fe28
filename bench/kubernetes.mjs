import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openCluster } from './cluster.mjs';
import { goProgram } from './go-program.mjs';
import { median, ms, timeCommand, verdict } from './measure.mjs';

const program = join(import.meta.dirname, '../dist/bowline.js');
const SERVICES = 100;
const ROUNDS = { first: 1, changed: 2, unchanged: 3 };
const HELM = 'helm.sh/helm/v3/cmd/helm@v3.22.0';
const PREFIX = 'bowline-bench';

/** `up` of 100 services beside the tools that bring up a Deployment and a Service for each. */
export async function kubernetes() {
  const cluster = await openCluster();
  if (cluster === undefined) {
    console.error('SKIPPED kubernetes: needs a cluster; npm run bed:kubernetes starts one');
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'bowline-bench-'));
  const tools = toolsFor(cluster, folder);
  try {
    return measure(cluster, tools, folder);
  } finally {
    cluster.deleteNamespaces(Object.keys(tools).map(namespaceOf));
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(cluster, tools, folder) {
  const names = Object.keys(tools);
  const taken = Object.fromEntries(names.map((name) => [name, {}]));
  const take = (what, version) => {
    writeFiles(folder, version);
    for (const name of names) {
      const took = tools[name](what !== 'unchanged');
      (taken[name][what] ??= []).push(took);
      // It takes minutes: who looks on should know that it goes on.
      console.error(`kubernetes, ${what}: ${name} ${ms(took)}`);
    }
  };
  let version = 0;
  for (let round = 0; round < ROUNDS.first; round += 1) {
    cluster.deleteNamespaces(names.map(namespaceOf));
    for (const name of names) cluster.makeNamespace(namespaceOf(name));
    take('first', ++version);
  }
  for (let round = 0; round < ROUNDS.changed; round += 1) take('changed', ++version);
  for (let round = 0; round < ROUNDS.unchanged; round += 1) take('unchanged', version);
  return ['unchanged', 'first', 'changed'].flatMap((what) =>
    names.filter((name) => name !== 'bowline').map((name) => rowOf(what, { name, taken })),
  );
}

function rowOf(what, { name, taken }) {
  const [ours, peer] = [taken.bowline[what], taken[name][what]].map(median);
  return {
    what: `kubernetes up of ${SERVICES} services, ${what}`,
    ours: ms(ours),
    peer: `${ms(peer)} (${(ours / peer).toFixed(2)} ×)`,
    peerIs: what === 'unchanged' ? name : `${name}, waiting`,
    goal: '≤ 1 ×',
    verdict: verdict(ours <= peer),
  };
}

const namespaceOf = (name) => `${PREFIX}-${name.replaceAll(/[^a-z]+/g, '-')}`;

/** Each gives its time in milliseconds until the cluster has everything, and, where it waits, until all is ready. */
function toolsFor({ program: kubectl, environment }, folder) {
  const env = { ...environment, HOME: folder, XDG_STATE_HOME: '', XDG_CACHE_HOME: '' };
  const options = { cwd: folder, env };
  const applied = (name, ...flags) => {
    const inside = ['-n', namespaceOf(name)];
    const apply = [...inside, 'apply', ...flags, '-f', 'objects.json'];
    const wait = [...inside, 'rollout', 'status', 'deployment', '-l', PREFIX];
    return (waits) =>
      timeCommand(kubectl, apply, options) + (waits ? timeCommand(kubectl, wait, options) : 0);
  };
  const helm = process.env.HELM ?? goProgram('helm', HELM);
  const upgrade = ['upgrade', '--install', '-n', namespaceOf('helm'), 'bench', 'chart'];
  const up = ['--engine', 'kubernetes', '-n', namespaceOf('bowline'), 'up', '-d', '--yes'];
  return {
    bowline: () => timeCommand(program, up, options),
    'kubectl apply': applied('kubectl apply'),
    'kubectl apply --server-side': applied('kubectl apply --server-side', '--server-side'),
    ...(helm !== undefined && {
      helm: (waits) => timeCommand(helm, waits ? [...upgrade, '--wait'] : upgrade, options),
    }),
  };
}

/** The same services for all: a Compose file, the objects that one would write by hand, and these as a chart. */
function writeFiles(folder, version) {
  const names = Array.from({ length: SERVICES }, (_, index) => `s${index}`);
  const items = names.flatMap((name) => objectsOf(name, version));
  const services = Object.fromEntries(names.map((name) => [name, serviceOf(version)]));
  mkdirSync(join(folder, 'chart/templates'), { recursive: true });
  writeFileSync(join(folder, 'compose.yaml'), JSON.stringify({ name: PREFIX, services }));
  writeFileSync(
    join(folder, 'objects.json'),
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  );
  writeFileSync(
    join(folder, 'chart/Chart.yaml'),
    JSON.stringify({ apiVersion: 'v2', name: 'bench', version: '0.1.0' }),
  );
  writeFileSync(
    join(folder, 'chart/templates/all.yaml'),
    items.map((item) => `---\n${JSON.stringify(item)}\n`).join(''),
  );
}

function serviceOf(version) {
  return {
    image: 'busybox',
    command: ['sleep', '1000'],
    environment: { VERSION: String(version), LEVEL: 'info' },
    expose: ['8080'],
    healthcheck: { test: ['CMD', 'true'], interval: '5s' },
  };
}

function objectsOf(name, version) {
  const labels = { app: name };
  const metadata = { name, labels: { ...labels, [PREFIX]: 'true' } };
  const container = {
    name,
    image: 'busybox',
    args: ['sleep', '1000'],
    env: [
      { name: 'VERSION', value: String(version) },
      { name: 'LEVEL', value: 'info' },
    ],
    ports: [{ containerPort: 8080 }],
    readinessProbe: { exec: { command: ['true'] }, periodSeconds: 5 },
  };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { selector: { matchLabels: labels }, template },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: labels, ports: [{ port: 8080 }] },
  };
  return [deployment, service];
}
