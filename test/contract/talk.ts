import { setTimeout as pause } from 'node:timers/promises';

import { expect } from 'vitest';

import { get } from '../rig/http.ts';
import { openTerminal } from '../rig/terminal.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import type { Fact } from './fact.ts';
import { createStage, published, service } from './stage.ts';
import { written } from './written.ts';

const web = service('web', ['serve'], { environment: { GREETING: 'hello' } });
const SIZE = 'process.stdout.rows + "x" + process.stdout.columns';

/** Logs, and commands in services. */
export function talkFacts(engine: EngineUnderTest, fact: Fact): void {
  const copy = engine.keepsCopies === true ? '\\S+' : '1';
  fact('logs keep the order of each service, and --tail gives the last lines of each', async () => {
    const services = service('one', ['lines', '300']) + service('other', ['lines', '200']);
    await using stage = await createStage(engine, services);
    await stage.up();
    await written(async () => {
      const last = (await stage.lines()).filter(({ text }) => /^line [23]00$/.test(text));
      expect(last).toHaveLength(3);
    });
    const all = await stage.run(['logs', '--no-log-prefix', 'one']);
    expect(all.stdout).toBe(linesUpTo(300, 1));
    const tail = await stage.run(['logs', '--no-log-prefix', '--tail', '2', 'one']);
    expect(tail.stdout).toBe(linesUpTo(300, 299));
    const both = await stage.run(['logs', '--tail', '1']);
    expect(both.stdout.trim().split('\n').toSorted()).toEqual([
      expect.stringMatching(new RegExp(`^one-${copy} +\\| line 300$`)),
      expect.stringMatching(new RegExp(`^other-${copy} +\\| line 200$`)),
    ]);
  });

  fact('logs -f goes on with what is written, and --since leaves out what was before', async () => {
    await using stage = await createStage(engine, service('clock', ['ticks']));
    await stage.up();
    const following = stage.start(['logs', '-f', '--no-log-prefix', 'clock']);
    await following.says(/tick 1\n(.*\n)*tick 15\n/);
    following.child.kill('SIGINT');
    await following.ended;
    await pause(1200);
    const { stdout } = await stage.run(['logs', '--no-log-prefix', '--since', '1s', 'clock']);
    expect(stdout).toMatch(/^tick \d+\n/);
    expect(stdout).not.toMatch(/^tick [1-9]\n/);
  });

  fact('logs show what a service wrote before it crashed, or say with --previous', async () => {
    const crashing = service('web', ['serve'], {
      ...published,
      more: [...published.more, 'restart: always'],
    });
    await using stage = await createStage(engine, crashing);
    await stage.up();
    const none = await stage.run(['logs', '--previous', 'web']);
    expect(none.stdout).toBe('');
    await get(`http://127.0.0.1:${stage.port}/crash`);
    const ask = engine.beginsLogsAnew === true ? ['logs', '--previous', 'web'] : ['logs', 'web'];
    await expect
      .poll(async () => (await stage.run(ask)).stdout, { timeout: 60_000 })
      .toMatch(/started \d+\n(.*\n)*.*crashing \d+\n/);
    if (engine.beginsLogsAnew === true) {
      expect(none).toMatchObject({ code: 0, stderr: expect.stringMatching('No container') });
    } else {
      expect(none).toMatchObject({
        code: 2,
        stderr: expect.stringMatching('goes on with its log'),
      });
    }
  });

  fact('exec gives the exit code, takes standard input and sees the environment', async () => {
    await using stage = await createStage(engine, web);
    await stage.up();
    expect((await stage.run(['exec', '-T', 'web', 'sh', '-c', 'exit 42'])).code).toBe(42);
    const input = `first\n${'x'.repeat(200_000)}\n`;
    const through = await stage.run(['exec', '-T', 'web', 'cat'], { input });
    expect(through.code, through.stderr).toBe(0);
    expect(through.stdout === input).toBe(true);
    const told = await stage.run(
      ['exec', '-T', '-e', 'MORE=a b', 'web', 'sh', '-c', 'echo "$GREETING $MORE"; echo no >&2'],
      { input: '' },
    );
    expect(told).toMatchObject({ code: 0, stdout: 'hello a b\n' });
    expect(told.stderr).toContain('no\n');
  });

  fact('exec in a terminal is a terminal of the same size, also when that changes', async () => {
    await using stage = await createStage(engine, web);
    await stage.up();
    const script = `console.log(${SIZE}); process.stdout.on("resize", () => { console.log(${SIZE}); process.exit(9) }); setInterval(() => {}, 1000)`;
    await using terminal = openTerminal(stage, ['exec', 'web', 'node', '-e', script], {
      rows: 31,
      columns: 97,
    });
    await terminal.says('31x97');
    terminal.resize({ rows: 44, columns: 133 });
    await terminal.says('44x133');
    expect(await terminal.ended).toBe(9);
  });

  fact('run gives the exit code of a copy that leaves nothing behind', async () => {
    await using stage = await createStage(engine, web);
    await stage.up();
    const copies = async (): Promise<unknown> =>
      (await stage.ps()).map(({ Name, State }) => [Name, State]);
    const before = await copies();
    const script = 'echo "$GREETING $MORE"; exit 5';
    const command = ['run', '--rm', '-T', '-e', 'MORE=yes', 'web', 'sh', '-c', script];
    const ran = await stage.run(command);
    expect(ran).toMatchObject({ code: 5, stdout: 'hello yes\n' });
    expect(await copies()).toEqual(before);
  });

  fact('exec in a service that does not run says so', async () => {
    await using stage = await createStage(engine, web);
    const { code, stderr } = await stage.run(['exec', '-T', 'web', 'true']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/web.*\[\w+\/not-running\]/);
  });
}

function linesUpTo(last: number, first: number): string {
  return Array.from({ length: last - first + 1 }, (_, index) => `line ${first + index}\n`).join('');
}
