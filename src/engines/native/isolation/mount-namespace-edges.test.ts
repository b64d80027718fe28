import {
  chmodSync,
  lchownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { runCommand } from '../../../host/run-command.ts';
import type { View } from '../isolation.ts';
import { namespaceProcess } from './mount-namespace.ts';
import { probeIsolation } from './probe-isolation.ts';

const { signal } = new AbortController();
const unshare = '/usr/bin/unshare';
const own = process.getuid?.() ?? 0;
const NOBODY = 65_534;
/** An ordinary user only where there is root to step down from. */
const users = own === 0 ? [0, NOBODY] : [own];
const step = ['/usr/bin/setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bl-edges-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cache = mkdtempSync(join(tmpdir(), 'bl-probe-'));
const answer = await probeIsolation({ cache, unshare, uid: own, gid: own, signal });
rmSync(cache, { recursive: true });
// oxlint-disable-next-line no-console -- a test that is left out says so
if (answer.level === 'none') console.warn(`SKIPPED: no mount namespaces here: ${answer.reason}`);

/** A folder that has a file `name` with `text`. */
function source(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'file'), text);
  return path;
}

const view = (from: string, target: string, readOnly = false): View => ({
  source: from,
  target,
  readOnly,
});

interface RunOptions {
  readonly views?: readonly View[];
  readonly cwd?: string;
  readonly uid?: number;
  readonly path?: string;
  readonly hostname?: string;
}

function processOf(
  argv: readonly [string, ...string[]],
  { views = [], cwd = '/', uid = own, path = SYSTEM_PATH, hostname }: RunOptions,
) {
  const scratch = join(folder, 'scratch');
  return namespaceProcess(
    { argv, cwd, environment: new Map([['PATH', path]]) },
    {
      views,
      hosts: new Map([['db', '127.200.1.2']]),
      ...(hostname !== undefined && { hostname }),
    },
    { scratch, unshare, uid, gid: uid },
  );
}

async function run(argv: readonly [string, ...string[]], options: RunOptions = {}) {
  const { argv: outer, environment } = processOf(argv, options);
  const { uid = own } = options;
  for (const each of uid === own ? [] : readdirSync(folder, { recursive: true })) {
    lchownSync(join(folder, String(each)), uid, uid);
  }
  const [program = '', ...rest] = uid === own ? outer : [...step, ...outer];
  const { exit, stdout, stderr } = await runCommand([program, ...rest], { environment, signal });
  return { exit, stdout, stderr };
}

describe.skipIf(answer.level === 'none').each(users)('in a mount namespace, as user %i', (uid) => {
  test('a path that leads through a link of the machine is mounted behind it', async () => {
    const target = '/var/run/bowline-edge';
    const { stdout, stderr } = await run(['/bin/cat', `${target}/file`, '/run/bowline-edge/file'], {
      uid,
      views: [view(source('a', 'a\n'), target)],
    });
    expect(stdout, stderr).toBe('a\na\n');
    expect(existsSync(target)).toBe(false);
  });

  test('the folder around comes first, whatever the file has first', async () => {
    const inner = view(source('modules', 'modules\n'), '/app/node_modules');
    const outer = view(source('app', 'app\n'), '/app');
    for (const views of [
      [inner, outer],
      [outer, inner],
    ]) {
      const { stdout, stderr } = await run(['/bin/cat', '/app/file', '/app/node_modules/file'], {
        uid,
        views,
      });
      expect(stdout, stderr).toBe('app\nmodules\n');
    }
  });

  test('a mount hides what the image has there, and gets nothing of it', async () => {
    const image = source('image', 'image\n');
    mkdirSync(join(image, 'deep'));
    const mounted = source('mounted', 'mounted\n');
    const { stdout, stderr } = await run(['/bin/cat', '/etc/bowline-edge/file'], {
      uid,
      views: [
        { ...view(image, '/etc/bowline-edge/deep'), merge: true },
        view(mounted, '/etc/bowline-edge'),
      ],
    });
    expect(stdout, stderr).toBe('mounted\n');
    expect(readdirSync(mounted)).toEqual(['file']);
  });

  test('the PATH of a service need not lead to the system', async () => {
    const { stdout, stderr } = await run(['/bin/sh', '-c', 'echo $PATH'], {
      uid,
      path: '/app/bin',
    });
    expect(stdout, stderr).toBe('/app/bin\n');
  });

  test('a working directory that nobody has is made, and not on the machine', async () => {
    const app = view(source('app', ''), '/app');
    expect((await run(['/bin/pwd'], { uid, cwd: '/bowline-edge/deep' })).stdout).toBe(
      '/bowline-edge/deep\n',
    );
    expect(existsSync('/bowline-edge')).toBe(false);
    expect((await run(['/bin/pwd'], { uid, cwd: '/app/new', views: [app] })).stdout).toBe(
      '/app/new\n',
    );
  });

  test('a folder that was a file before is a folder', async () => {
    const path = source('x', 'x\n');
    const file = view(join(path, 'file'), '/bowline-edge/x');
    expect((await run(['/bin/cat', '/bowline-edge/x'], { uid, views: [file] })).stdout).toBe('x\n');
    const { stdout, stderr } = await run(['/bin/ls', '/bowline-edge/x'], {
      uid,
      views: [view(path, '/bowline-edge/x')],
    });
    expect(stdout, stderr).toBe('file\n');
  });

  test('what is read-only stays so on a file system with limits of its own', async () => {
    const shared = mkdtempSync('/dev/shm/bl-edge-');
    try {
      chmodSync(shared, 0o777);
      writeFileSync(join(shared, 'file'), 'shared\n');
      const { stdout, stderr } = await run(
        ['/bin/sh', '-c', 'cat /data/file; echo x > /data/file'],
        { uid, views: [view(shared, '/data', true)] },
      );
      expect(stdout, stderr).toBe('shared\n');
      expect(stderr).toContain('Read-only');
    } finally {
      rmSync(shared, { recursive: true });
    }
  });

  test('a service may have a host name of its own, which leads to itself', async () => {
    const { stdout, stderr } = await run(
      ['/bin/sh', '-c', 'uname -n; getent hosts edge-host | cut -d" " -f1'],
      { uid, hostname: 'edge-host' },
    );
    expect(stdout, stderr).toBe('edge-host\n127.0.0.1\n');
  });

  test('is the user that it was', async () => {
    expect((await run(['/usr/bin/id', '-u'], { uid })).stdout).toBe(`${uid}\n`);
  });

  test.each([['a b\'"$x\n\\y'], ['LABEL=x'], ['a,b#c'], ['-t'], ['é☃']])(
    'a folder may be named %j',
    async (name) => {
      const { stdout, stderr } = await run(['/bin/cat', `/${name}/file`], {
        uid,
        views: [view(source(name, 'seen\n'), `/${name}`)],
      });
      expect(stdout, stderr).toBe('seen\n');
      expect(existsSync(`/${name}`)).toBe(false);
    },
  );
});

test.skipIf(answer.level === 'none')(
  'a running process keeps its folders when another one gets others',
  async () => {
    const first = view(source('first', 'first\n'), '/data');
    const script = 'read _; cat /data/file';
    const { argv, environment } = processOf(['/bin/sh', '-c', script], { views: [first] });
    processOf(['/bin/true'], { views: [view(source('second', 'second\n'), '/data')] });
    const { stdout } = await runCommand(argv, { environment, signal, input: '\n' });
    expect(stdout).toBe('first\n');
  },
);
