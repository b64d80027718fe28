import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { dockerCommand } from '../beds/docker/engine.ts';
import { registry } from '../beds/layout.ts';
import { dockerfile, program } from '../contract/stage.ts';
import { askApi } from './api.ts';

/** The services of the suite as an image of the bed's registry, and its name there. Nothing of it stays on the engine. */
export async function pushProgram(): Promise<string> {
  const tag = createHash('sha256')
    .update(dockerfile + program)
    .digest('hex')
    .slice(0, 12);
  const image = `${registry}/bowline-contract:${tag}`;
  const folder = mkdtempSync(join(tmpdir(), 'bl-image-'));
  try {
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
    writeFileSync(join(folder, 'program.js'), program);
    await dockerCommand(['build', '--quiet', '--tag', image, folder], { timeoutMs: 120_000 });
    await dockerCommand(['push', '--quiet', image], { timeoutMs: 120_000 });
    await dockerCommand(['rmi', image]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return image;
}

const FIRST = 30_000;
const COUNT = 2768;
/** Given out before: what is asked for is not taken yet. */
const given = new Set<number>();

interface ServiceList {
  readonly items: readonly {
    readonly spec: { readonly ports?: readonly { readonly nodePort?: number }[] };
  }[];
}

/** A port that no Service of the cluster has on its nodes. */
export async function freeNodePort(): Promise<number> {
  const { items }: ServiceList = JSON.parse(await askApi('GET', '/api/v1/services'));
  const ports = items.flatMap(({ spec }) => (spec.ports ?? []).map(({ nodePort }) => nodePort));
  const taken = new Set([...ports, ...given]);
  const start = Math.floor(Math.random() * COUNT);
  const found = Array.from({ length: COUNT }, (_, index) => FIRST + ((start + index) % COUNT)).find(
    (port) => !taken.has(port),
  );
  if (found === undefined) throw new Error('every port of the nodes is taken');
  given.add(found);
  return found;
}
