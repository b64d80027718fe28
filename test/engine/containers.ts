import { randomUUID } from 'node:crypto';

import { onTestFinished } from 'vitest';

import type { Client } from '../beds/docker/client.ts';
import { until } from '../beds/until.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

/** Things on an engine that are gone at the end of the test that made them. */
export interface Containers {
  /** Builds an image, and gives its name. */
  readonly build: (folder: string) => Promise<string>;
  /** `docker run` to the end, and gives what it wrote to stdout. */
  readonly run: (args: readonly string[]) => Promise<string>;
  /** `docker run --detach`; its anonymous volumes go with it. */
  readonly start: (args: readonly string[]) => Promise<string>;
  /** A bridge. */
  readonly createNetwork: () => Promise<string>;
  readonly createVolume: () => Promise<string>;
  /** Waits for PostgreSQL on TCP: the server of the first set-up listens on its socket only. */
  readonly databaseReady: (name: string, user?: string) => Promise<void>;
  /** The address on this machine at which a port of a container answers. */
  readonly addressOf: (name: string, port: number) => Promise<string>;
}

export function containersOf({ client, hasBuildKit }: EngineUnderTest): Containers {
  async function remove(container: string): Promise<void> {
    await client(['rm', '--force', '--volumes', container]);
  }

  return {
    async build(folder) {
      const image = uniqueName();
      onTestFinished(async () => {
        await client(['rmi', '--force', image]).catch(() => {});
      });
      await client(['build', '--quiet', '--tag', image, folder], {
        environment: { DOCKER_BUILDKIT: hasBuildKit ? '1' : '0' },
        timeoutMs: 600_000,
      });
      return image;
    },

    // Not with --rm: Podman before 4.6 then takes every exit code for 0.
    async run(args) {
      const name = uniqueName();
      onTestFinished(() => remove(name));
      return client(['run', '--name', name, ...args]);
    },

    async start(args) {
      const name = uniqueName();
      onTestFinished(() => remove(name));
      await client(['run', '--detach', '--name', name, ...args]);
      return name;
    },

    async createNetwork() {
      const network = uniqueName();
      await client(['network', 'create', network]);
      onTestFinished(async () => {
        await client(['network', 'rm', network]);
      });
      return network;
    },

    async createVolume() {
      const volume = uniqueName();
      await client(['volume', 'create', volume]);
      onTestFinished(async () => {
        await client(['volume', 'rm', '--force', volume]);
      });
      return volume;
    },

    databaseReady: (name, user = 'postgres') => databaseReady(client, name, user),

    async addressOf(name, port) {
      return (await client(['port', name, String(port)])).trim();
    },
  };
}

async function databaseReady(client: Client, name: string, user: string): Promise<void> {
  const asked = ['exec', name, 'pg_isready', '-h', '127.0.0.1', '-U', user];
  const isReady = async (): Promise<boolean> => {
    try {
      await client(asked);
      return true;
    } catch {
      const state = await client(['inspect', '--format', '{{.State.Status}}', name]);
      if (state.trim() !== 'running') throw new Error(await client(['logs', name]));
      return false;
    }
  };
  await until(`${name} to be ready`, isReady, { everyMs: 200 });
}

function uniqueName(): string {
  return `bed-test-${randomUUID()}`;
}
