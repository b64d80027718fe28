import { expect } from 'vitest';

import { get } from '../rig/http.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import type { Fact } from './fact.ts';
import { createStage, published, service, type Stage } from './stage.ts';
import { timesSaid, written } from './written.ts';

const migrates = 'x-bowline: { migrate: { command: [node, program.js, migrate] } }';
const environment = {
  GREETING: '${GREETING:-hello}',
  MIGRATE_MS: '${MIGRATE_MS:-0}',
  MIGRATE_EXIT: '${MIGRATE_EXIT:-0}',
};
const web = service('web', ['serve'], {
  ...published,
  environment,
  more: [...published.more, migrates],
});

/** Release tasks, and what keeps two commands apart. */
export function taskFacts(engine: EngineUnderTest, fact: Fact): void {
  fact('a release task runs once for all copies, before any of them, and not again', async () => {
    const copies = service('web', ['serve'], {
      environment,
      more: ['deploy: { replicas: 2 }', migrates],
    });
    await using stage = await createStage(engine, copies);
    const { stderr } = await stage.up();
    expect(stderr.match(/release task done/g)).toHaveLength(1);
    const [begun, migrated, ...more] = await taskOf(stage);
    expect([begun?.what, migrated?.what, more]).toEqual(['begun', 'migrated', []]);
    const started = await timesSaid(stage, 'web started', 2);
    expect(started).toHaveLength(2);
    for (const atMs of started) expect(atMs).toBeGreaterThanOrEqual(migrated?.atMs ?? Infinity);
    expect((await stage.up()).stderr).toContain('nothing has changed');
    expect(await taskOf(stage)).toEqual([begun, migrated]);
    const changed = await stage.run(['up', '-d'], { variables: { GREETING: 'again' } });
    expect(changed.stderr.match(/release task done/g), changed.stderr).toHaveLength(1);
  });

  fact('a release task that fails leaves the version before serving, and exits 6', async () => {
    await using stage = await createStage(engine, web);
    await stage.up();
    const page = `http://127.0.0.1:${stage.port}/`;
    const before = await get(page);
    const broken = { GREETING: 'new', MIGRATE_EXIT: '3' };
    const failed = await stage.run(['up', '-d'], { variables: broken });
    expect(failed.code, failed.stderr).toBe(6);
    expect(failed.stderr).toMatch(/the release task of web exited with code 3 .*\[task\/failed\]/s);
    expect(failed.stderr).toMatch(/migrated \d+/);
    expect(await get(page)).toEqual(before);
    const mended = await stage.run(['up', '-d'], { variables: { GREETING: 'new' } });
    expect(mended.code, mended.stderr).toBe(0);
    const answersAnew = async (): Promise<void> => {
      expect(JSON.parse((await get(page)).body)).toMatchObject({ greeting: 'new' });
    };
    // On a cluster a pod that is being ended may still answer for a moment.
    await (engine.keepsCopies === true ? written(answersAnew) : answersAnew());
  });

  fact(
    'killed in the middle of a release task, up waits for it and runs no second one',
    async () => {
      await using stage = await createStage(engine, web);
      const slow = { variables: { MIGRATE_MS: '4000' } };
      const first = stage.start(['up', '-d'], slow);
      await first.says(/begun \d+/);
      first.child.kill('SIGKILL');
      await first.ended;
      const second = await stage.run(['up', '-d'], slow);
      expect(second.code, second.stderr).toBe(0);
      // On a slow machine it may have ended by itself meanwhile.
      expect(second.stderr).not.toMatch(/release task done, (?!still running)/);
      expect((await taskOf(stage)).map(({ what }) => what)).toEqual(['begun', 'migrated']);
      expect((await get(`http://127.0.0.1:${stage.port}/`)).status).toBe(200);
    },
  );

  fact('of two ups at once one waits and says for whom, or leaves with exit code 4', async () => {
    await using stage = await createStage(engine, web);
    const slow = { variables: { MIGRATE_MS: '8000' } };
    const first = stage.start(['up', '-d'], slow);
    await first.says(/begun \d+/);
    const holder = `"bowline up" (process ${first.child.pid}`;
    const refused = await stage.run(['up', '-d', '--no-wait-lease'], slow);
    expect(refused.code, refused.stderr).toBe(4);
    expect(refused.stderr).toContain(holder);
    const second = stage.start(['up', '-d'], slow);
    await second.says(`waiting for ${holder}`);
    expect((await first.ended).code).toBe(0);
    const { code, stderr } = await second.ended;
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('nothing has changed');
    expect((await taskOf(stage)).map(({ what }) => what)).toEqual(['begun', 'migrated']);
  });
}

/** What the last run of the release task of `web` has said. */
async function taskOf(
  stage: Stage,
): Promise<readonly { readonly what: string; readonly atMs: number }[]> {
  const { stdout } = await stage.run(['logs', '--task', '--no-log-prefix', 'web']);
  return stdout
    .split('\n')
    .map((line) => /^(.*) (\d{13})$/.exec(line))
    .flatMap((match) => (match === null ? [] : [{ what: match[1] ?? '', atMs: Number(match[2]) }]));
}
