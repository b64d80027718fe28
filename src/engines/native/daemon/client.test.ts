import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { type Bed, buildPrograms, makeBed, shell, until } from './bed.ts';

let programs: Awaited<ReturnType<typeof buildPrograms>>;
let bed: Bed;
const { signal } = new AbortController();

beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs[Symbol.asyncDispose]());
beforeEach(async () => {
  bed = await makeBed(programs);
});
afterEach(() => bed[Symbol.asyncDispose]());

test('a unit runs and its end is known', async () => {
  const t0 = performance.now();
  const client = await bed.connect();
  const t1 = performance.now();
  const a = await client.put(shell('a', 'exit 3'), { signal });
  const t2 = performance.now();
  const r = await until(client, 'a', ({ state }) => state.kind === 'exited');
  console.log(t1 - t0, t2 - t1, performance.now() - t2, a, r);
  expect(r.state).toMatchObject({ exit: { kind: 'code', code: 3 } });
});
