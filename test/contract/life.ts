import { expect } from 'vitest';

import { get } from '../rig/http.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import type { Fact } from './fact.ts';
import { createStage, healthcheckAt, published, service, type Stage } from './stage.ts';
import { listen, timesSaid, written } from './written.ts';

const web = service('web', ['serve'], { environment: { GREETING: '${GREETING:-hello}' } });
const db = service('db', ['serve'], {
  listen: '${INNER}',
  environment: { READY_MS: '700' },
  more: [healthcheckAt('${INNER}')],
});
/** Projects side by side, where a fact has many cases. */
const LANES = 3;
const waitsFor = (name: string, condition: string): string =>
  `depends_on: { ${name}: { condition: ${condition} } }`;

/** How services come, change and go. */
export function lifeFacts(engine: EngineUnderTest, fact: Fact): void {
  fact(
    'a service starts when what it waits for is healthy, and up ends when all is ready',
    async () => {
      const api = service('api', ['serve'], { more: [waitsFor('db', 'service_healthy')] });
      await using stage = await createStage(engine, api + db);
      await stage.up();
      const [[ready], [started]] = [
        await timesSaid(stage, 'db ready'),
        await timesSaid(stage, 'api started'),
      ];
      expect(started).toBeGreaterThan(ready ?? Infinity);
      expect(await statesOf(stage)).toEqual({ api: 'running', db: 'running' });
      expect((await stage.ps()).find(({ Service }) => Service === 'db')?.Health).toBe('healthy');
    },
  );

  fact('an up that changes nothing does nothing', async () => {
    await using stage = await createStage(engine, web + db);
    await stage.up();
    const { stderr } = await stage.up();
    expect(stderr).toContain('nothing has changed');
    for (const name of ['web', 'db'])
      expect(await timesSaid(stage, `${name} started`)).toHaveLength(1);
    expect((await stage.run(['plan', '--exit-code'])).code).toBe(0);
  });

  fact('a changed value replaces its service and no other, and the plan names it', async () => {
    await using stage = await createStage(engine, web + db);
    await stage.up();
    const variables = { GREETING: 'good evening' };
    const planned = await stage.run(['plan', '--exit-code'], { variables });
    expect(planned.code).toBe(3);
    expect(planned.stdout).toContain('environment.GREETING: hello → good evening');
    expect((await stage.run(['up', '-d'], { variables })).code).toBe(0);
    expect((await stage.run(['plan', '--exit-code'], { variables })).code).toBe(0);
    expect(await timesSaid(stage, 'db started')).toHaveLength(1);
    const { stdout } = await stage.run(['exec', '-T', 'web', 'printenv', 'GREETING'], {
      variables,
    });
    expect(stdout).toBe('good evening\n');
  });

  fact('a task runs before those that wait for it, and not again', async () => {
    const migrate = service('prepare', ['task']);
    const api = service('api', ['serve'], {
      more: [waitsFor('prepare', 'service_completed_successfully')],
    });
    await using stage = await createStage(engine, api + migrate);
    await stage.up();
    const [[ran], [started]] = [
      await timesSaid(stage, 'prepare ran'),
      await timesSaid(stage, 'api started'),
    ];
    expect(started).toBeGreaterThanOrEqual(ran ?? Infinity);
    await stage.up();
    expect(await timesSaid(stage, 'prepare ran')).toHaveLength(1);
  });

  fact(
    'a task that fails keeps those that wait for it from starting, and says its exit code',
    async () => {
      const migrate = service('prepare', ['task', '7']);
      const api = service('api', ['serve'], {
        more: [waitsFor('prepare', 'service_completed_successfully')],
      });
      await using stage = await createStage(engine, api + migrate);
      const { code, stderr } = await stage.run(['up', '-d']);
      // As a release task of the one that waits, where the engine runs those; else as any service.
      expect([1, 6]).toContain(code);
      expect(stderr).toMatch(/prepare .*exit.* 7\b/);
      expect((await statesOf(stage))['api'] ?? 'none').toMatch(/^(none|created)$/);
    },
  );

  fact('copies have numbers, and --scale adds and takes away the last ones', async () => {
    await using stage = await createStage(engine, web);
    const wanted = (names: readonly string[], numbers: readonly number[]): readonly unknown[] =>
      engine.keepsCopies === true
        ? numbers.map((_, index) => expect.stringContaining(names[index] ?? 'none'))
        : numbers.map((number) => `${stage.name}-web-${number}`);
    await stage.up('--scale', 'web=3');
    const three = await namesOf(stage);
    expect(three).toEqual(wanted(three, [1, 2, 3]));
    await stage.up('--scale', 'web=2');
    const two = await namesOf(stage);
    expect(two).toEqual(
      wanted(
        three.filter((each) => two.includes(each)),
        [1, 2],
      ),
    );
    expect(await timesSaid(stage, 'web started', 2)).toHaveLength(2);
  });

  fact('stopping goes the other way round and gives each service its time', async () => {
    const slow = service('slow', ['serve'], { environment: { STOP_MS: '800' } });
    const api = service('api', ['serve'], {
      more: ['depends_on: [slow]'],
      environment: { STOP_MS: '400' },
    });
    await using stage = await createStage(engine, api + slow);
    await stage.up();
    await using listener = listen(stage);
    for (const name of ['api', 'slow']) await listener.hears(name, 'started');
    expect((await stage.run(['stop'])).code).toBe(0);
    expect(await statesOf(stage)).toEqual({ api: 'exited', slow: 'exited' });
    await listener.hears('slow', 'ended');
    const [ended, asked] = [
      await listener.hears('api', 'ended'),
      await listener.hears('slow', 'asked to end'),
    ];
    expect(asked).toBeGreaterThanOrEqual(ended);
  });

  fact('what does not heed its signal is killed when its grace is over', async () => {
    const deaf = service('deaf', ['deaf'], { more: ['stop_grace_period: 1s'] });
    await using stage = await createStage(engine, deaf);
    await stage.up();
    await using listener = listen(stage);
    await listener.hears('deaf', 'started');
    const beganMs = Date.now();
    expect((await stage.run(['stop'])).code).toBe(0);
    expect(Date.now() - beganMs).toBeGreaterThan(900);
    await listener.hears('deaf', 'asked to end');
    expect((await stage.ps()).map(({ State, ExitCode }) => [State, ExitCode])).toEqual([
      ['exited', 137],
    ]);
  });

  fact('killed after any step, up does what is left and starts nothing twice', async () => {
    const task = service('prepare', ['task'], { more: [waitsFor('db', 'service_healthy')] });
    const api = service('api', ['serve'], {
      more: [waitsFor('prepare', 'service_completed_successfully')],
    });
    const kill = async (first: number): Promise<void> => {
      await using stage = await createStage(engine, api + task + db);
      const total = await stepsOf(stage);
      for (let after = first; after < total; after += LANES) await survive(stage, after);
    };
    await Promise.all(Array.from({ length: LANES }, (_, index) => kill(index + 1)));
  });

  fact('what runs is found again when all that watched over it is gone', async () => {
    await using stage = await createStage(engine, service('web', ['serve'], published));
    await stage.up();
    const before = await get(`http://127.0.0.1:${stage.port}/`);
    await engine.loseSupervisor?.(stage.sandbox.folder);
    expect((await stage.up()).stderr).toContain('nothing has changed');
    expect(await get(`http://127.0.0.1:${stage.port}/`)).toEqual(before);
    expect(await statesOf(stage)).toEqual({ web: 'running' });
  });
}

async function statesOf(stage: Stage): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await stage.ps()).map(({ Service, State }) => [Service, State]));
}

async function namesOf(stage: Stage): Promise<readonly string[]> {
  return (await stage.ps()).map(({ Name }) => Name).toSorted();
}

/** How many steps a first `up` has; leaves nothing behind. */
async function stepsOf(stage: Stage): Promise<number> {
  const { stdout } = await stage.run(['plan', '--json']);
  return (JSON.parse(stdout) as { readonly steps: readonly unknown[] }).steps.length;
}

/** `kill -9` of the command as soon as it has said that so many steps are finished. */
async function killAfter(stage: Stage, steps: number): Promise<void> {
  const running = stage.start(['up', '-d', '--json']);
  let finished = 0;
  running.child.stdout?.on('data', (chunk: string) => {
    finished += chunk.split('"kind":"step-finished"').length - 1;
    if (finished >= steps) running.child.kill('SIGKILL');
  });
  await running.ended;
}

/** Kills the first `up` of three services after so many steps, and expects that another one does what is left. */
async function survive(stage: Stage, after: number): Promise<void> {
  await killAfter(stage, after);
  await stage.up();
  const whole = ['api started', 'db started', 'prepare ran'];
  const said = await written(async () => {
    const lines = (await stage.lines()).filter(({ text }) => /^(started|ran) /.test(text));
    expect(lines.length, `killed after step ${after}`).toBeGreaterThanOrEqual(whole.length);
    return lines.map(({ service: from, text }) => `${from} ${text.replace(/ .*/, '')}`);
  });
  expect(said.toSorted(), `killed after step ${after}`).toEqual(whole);
  expect((await stage.run(['down', '--volumes', '--yes'])).code).toBe(0);
}
