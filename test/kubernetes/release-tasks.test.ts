import { describe, expect, onTestFinished, test } from 'vitest';

import { hasKubernetesBed } from '../beds/has-bed.ts';
import { adminConfig } from '../beds/kubernetes/addresses.ts';
import { createSandbox } from '../rig/sandbox.ts';
import { createNamespace } from './namespace.ts';
import { createComposeBench } from './compose-bench.ts';

interface More {
  readonly timeout?: string;
  readonly strategy?: 'task' | 'exec';
  readonly services?: object;
  readonly depends_on?: readonly string[];
}

/** A service, as JSON is YAML, too. */
function fileOf(
  script: readonly string[],
  { timeout = '5m', strategy = 'task', services = {}, ...more }: More = {},
): string {
  const web = {
    image: 'busybox',
    command: 'httpd -f -p 8000 -h /tmp',
    environment: { API_TOKEN: 'not-in-any-output', GREETING: '${GREETING:-hello}' },
    stop_grace_period: '1s',
    'x-bowline': { migrate: { command: script, timeout, strategy } },
    ...more,
  };
  return JSON.stringify({ name: 'shop', services: { web, ...services } });
}

/** What the task has written, as `up --json` tells of it. */
function outputIn(events: string): readonly string[] {
  return events
    .split('\n')
    .filter((line) => line.includes('"kind":"output"'))
    .map((line) => (JSON.parse(line) as { readonly body: { readonly text: string } }).body.text);
}

const WEB = 'app.kubernetes.io/name=web';
const counted = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}`);

describe.skipIf(!(await hasKubernetesBed()))('a release task on a cluster', () => {
  test('is shown line by line, each once and in order, without what is secret', async () => {
    const script = 'for i in $$(seq 3000); do echo line $$i; done; echo $$API_TOKEN';
    const { bowline } = await createComposeBench(fileOf(['sh', '-c', script]));
    const { code, stdout, stderr } = await bowline(['up', '-d', '--json']);
    expect(code, stderr).toBe(0);
    const output = outputIn(stdout);
    expect(output.slice(0, 3000)).toEqual(counted(3000));
    expect(output).toHaveLength(3001);
    expect(stdout + stderr).not.toContain('not-in-any-output');
  });

  test('is shown from its beginning by the next up when the one before was killed', async () => {
    const { name: namespace } = await createNamespace();
    const machine = await createSandbox();
    onTestFinished(() => machine[Symbol.asyncDispose]());
    const script = 'for i in $$(seq 8); do echo line $$i; sleep 1; done';
    const cwd = await machine.write({ 'compose.yaml': fileOf(['sh', '-c', script]) }, 'shop');
    const args = ['--engine', 'kubernetes', '--namespace', namespace, 'up', '-d', '--json'];
    const options = { cwd, leavesNothing: true, environment: { KUBECONFIG: adminConfig } };
    const first = machine.start(args, options);
    await first.says('line 2');
    first.child.kill('SIGKILL');
    await first.ended;
    const { code, stdout, stderr } = await machine.run(args, options);
    expect(code, stderr).toBe(0);
    expect(outputIn(stdout)).toEqual(counted(8));
    expect(stdout).toContain('"because":"still running"');
  });

  test('that may have come too early is tried again, and each try is shown', async () => {
    const ask = 'wget -T 2 -qO /dev/null http://late:8000/ 2>/dev/null';
    const script = `echo begun; ${ask} || { echo too early; exit 1; }; echo migrated`;
    const page = 'sleep 8; echo >/tmp/index.html; exec httpd -f -p 8000 -h /tmp';
    const late = { image: 'busybox', command: ['sh', '-c', page], expose: ['8000'] };
    const { bowline } = await createComposeBench(
      fileOf(['sh', '-c', script], { depends_on: ['late'], services: { late } }),
    );
    const { code, stdout, stderr } = await bowline(['up', '-d', '--json']);
    expect(code, stderr).toBe(0);
    const output = outputIn(stdout);
    const tries = output.length / 2;
    expect(tries).toBeGreaterThan(1);
    const early = Array.from({ length: tries - 1 }, () => ['begun', 'too early']).flat();
    expect(output).toEqual([...early, 'begun', 'migrated']);
    const logs = await bowline(['logs', '--task', '--no-log-prefix', 'web']);
    expect(logs.stdout.trimEnd().split('\n')).toEqual(output);
    expect((await bowline(['up', '-d'])).stderr).toContain('nothing has changed');
  });

  test('that cannot be started leaves the version before as it is, and nothing to begin later', async () => {
    const bench = await createComposeBench(fileOf(['true']));
    expect(await bench.bowline(['up', '-d'])).toMatchObject({ code: 0 });
    const podsOf = (): Promise<string> =>
      bench.namespace.kubectl('get', 'pods', '--selector', WEB, '--output', 'name');
    const before = await podsOf();
    bench.write(fileOf(['nowhere']));
    const { code, stderr } = await bench.bowline(['up', '-d'], { GREETING: 'new' });
    expect(code, stderr).toBe(6);
    expect(stderr).toMatch(/could not be started: .*nowhere[^]*\[?task\/failed/);
    expect(stderr).toMatch(/compose\.yaml:1:/);
    expect(await podsOf()).toBe(before);
    // Ended by the cluster itself, it stays to tell of it; else it is taken away.
    const ended = '{range .items[*]}{.metadata.name} {.status.conditions[*].type}{"\\n"}{end}';
    const jobs = (): Promise<string> =>
      bench.namespace.kubectl('get', 'jobs', '--output', `jsonpath=${ended}`);
    await expect.poll(jobs, { timeout: 60_000 }).toMatch(/^\S+ .*Complete\n(\S+ .*Failed\n)?$/);
  });

  test('with the strategy exec runs in a pod of the new version', async () => {
    const exec = (script: string): string =>
      fileOf(['sh', '-c', `echo in $$GREETING; echo at $$(hostname) >&2; ${script}`], {
        strategy: 'exec',
      });
    const bench = await createComposeBench(exec('true'));
    const { code, stdout, stderr } = await bench.bowline(['up', '-d', '--json']);
    expect(code, stderr).toBe(0);
    expect(outputIn(stdout).toSorted()).toEqual([expect.stringMatching(/^at web-/), 'in hello']);
    bench.write(exec('exit 4'));
    const failed = await bench.bowline(['up', '-d'], { GREETING: 'new' });
    expect(failed.code, failed.stderr).toBe(6);
    expect(failed.stderr).toMatch(/exited with code 4[^]*task\/failed/);
    expect(failed.stderr).toContain('in new');
  });

  test('that takes longer than it may is ended, and told so', async () => {
    const { bowline } = await createComposeBench(
      fileOf(['sh', '-c', 'echo begun; sleep 600'], { timeout: '6s' }),
    );
    const { code, stderr } = await bowline(['up', '-d']);
    expect(code, stderr).toBe(6);
    expect(stderr).toMatch(/was ended after 6 s[^]*task\/timed-out/);
    expect(stderr).toContain('begun');
    const doctor = await bowline(['doctor']);
    expect(doctor.stdout + doctor.stderr).toContain('task/failed');
  });
});
