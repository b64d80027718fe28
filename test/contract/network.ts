import { randomBytes } from 'node:crypto';

import { expect } from 'vitest';

import { get } from '../rig/http.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import type { Fact } from './fact.ts';
import { createStage, healthcheckAt, published, service } from './stage.ts';

const web = service('web', ['serve'], {
  ...published,
  environment: { GREETING: '${GREETING:-hello}' },
});

/** How services are reached, and kept apart. */
export function networkFacts(engine: EngineUnderTest, fact: Fact): void {
  fact('a published port answers when up ends, and nobody answers after down', async () => {
    await using stage = await createStage(engine, web);
    await stage.up();
    const url = `http://127.0.0.1:${stage.port}/`;
    expect((await get(url)).body).toContain('"greeting":"hello"');
    expect((await stage.run(['down'])).code).toBe(0);
    await expect(get(url)).rejects.toThrow('ECONNREFUSED');
    expect(await stage.ps()).toEqual([]);
  });

  fact('services reach each other by name', async () => {
    const backend = service('backend', ['serve'], {
      listen: '${INNER}',
      environment: { GREETING: 'from the backend' },
      more: [healthcheckAt('${INNER}')],
    });
    await using stage = await createStage(engine, web + backend);
    await stage.up();
    const asked = encodeURIComponent(`http://backend:${stage.environment['INNER']}/`);
    const { body } = await get(`http://127.0.0.1:${stage.port}/ask?url=${asked}`);
    expect(body).toContain('"greeting":"from the backend"');
  });

  fact('two projects run side by side, and taking one down leaves the other as it is', async () => {
    const name = `contract-${randomBytes(4).toString('hex')}`;
    const more = 'volumes: { data: {} }\n';
    const kept = service('web', ['serve'], {
      ...published,
      more: [...published.more, 'volumes: ["data:/data"]'],
    });
    await using one = await createStage(engine, kept, { name, more });
    // Its name begins as the other's does.
    await using other = await createStage(engine, kept, { name: `${name}-web`, more });
    await Promise.all([one.up(), other.up()]);
    const url = `http://127.0.0.1:${other.port}`;
    const [before] = [await get(`${url}/`), await get(`${url}/append?text=kept`)];
    expect((await one.run(['down', '--volumes', '--yes', '--remove-orphans'])).code).toBe(0);
    expect(await get(`${url}/`)).toEqual(before);
    expect((await get(`${url}/append?text=still`)).body).toBe('kept\nstill\n');
    expect((await other.ps()).map(({ Service, State }) => [Service, State])).toEqual([
      ['web', 'running'],
    ]);
  });
}
