import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync, symlinkSync, chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, afterAll } from 'vitest';
import { runCommand } from '../../../host/run-command.ts';
import { namespaceProcess } from './mount-namespace.ts';

const { signal } = new AbortController();
const folder = mkdtempSync('/tmp/bl-audit-');
chmodSync(folder, 0o755);
afterAll(() => { rmSync(folder, { recursive: true, force: true }); rmSync('/run/blaudit', { recursive: true, force: true }); });
async function run(argv: readonly [string, ...string[]], { views = [], cwd = '/', env = {}, uid = 0 }: any = {}) {
  const scratch = mkdtempSync(join(folder, 's-'));
  const p = namespaceProcess({ argv, cwd, environment: new Map(Object.entries({ PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env })) },
    { views, hosts: new Map([['db', '127.9.9.9']]) }, { scratch, unshare: '/usr/bin/unshare', uid, gid: uid });
  const pre = uid === 0 ? [] : ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  if (uid !== 0) await runCommand(['/bin/chown', '-R', '65534:65534', scratch], { environment: {}, signal });
  const t = performance.now();
  const r = await runCommand([...pre, ...p.argv] as any, { cwd: p.cwd, environment: p.environment, signal });
  return { ...r, ms: performance.now() - t };
}
const src = (name: string) => { const p = join(folder, name); mkdirSync(p, { recursive: true }); writeFileSync(join(p, 'x'), 'here\n'); return p; };

test('path through a link of the machine', async () => {
  const r = await run(['/bin/cat', '/var/run/blaudit/x'], { views: [{ source: src('a'), target: '/var/run/blaudit', readOnly: false }] });
  console.log('varrun', r, 'host got it:', existsSync('/run/blaudit'));
});
test('own PATH', async () => { console.log('path', await run(['/bin/echo', 'ok'], { env: { PATH: '/app/bin:/usr/bin' } })); });
test('nobody, ro from dev shm', async () => {
  mkdirSync('/dev/shm/blaudit', { recursive: true }); writeFileSync('/dev/shm/blaudit/x', 'shm\n'); chmodSync('/dev/shm/blaudit', 0o777);
  const r = await run(['/bin/sh', '-c', 'id -u; cat /run/secrets/x /run/secrets2/x; echo y > /run/secrets2/x; hostname; cat /etc/hosts | head -1; ls -la /proc/self/fd'],
   { uid: 65534, views: [{ source: '/dev/shm/blaudit/x', target: '/run/secrets/x', readOnly: true }, { source: '/dev/shm/blaudit', target: '/run/secrets2', readOnly: true }, { source: src('b'), target: '/app', readOnly: false }] });
  console.log('nobody', r); rmSync('/dev/shm/blaudit', { recursive: true });
});
test('missing cwd', async () => { console.log('cwd', await run(['/bin/echo', 'ok'], { cwd: '/nope' })); });
test('missing program', async () => { console.log('prog', await run(['nope'], {})); });
test('names', async () => {
  const p = src("we ird'\"$x\n\\y");
  const r = await run(['/bin/cat', "/t a'\"$x\n\\y/x"], { views: [{ source: p, target: "/t a'\"$x\n\\y", readOnly: true }] });
  console.log('names', r);
});
test('comma and hash', async () => {
  const p = src('a,b#c');
  console.log('comma', await run(['/bin/cat', '/t,1#/x'], { views: [{ source: p, target: '/t,1#', readOnly: true }] }));
});
test('source=LABEL-like', async () => {
  const p = src('LABEL=x');
  console.log('label', await run(['/bin/cat', '/LABEL=x/x'], { views: [{ source: p, target: '/LABEL=x', readOnly: true }] }));
});
test('time', async () => {
  const ts = []; for (let i = 0; i < 15; i++) ts.push((await run(['/bin/true'], { views: [{ source: src('c'), target: '/app', readOnly: false }, { source: src('d'), target: '/srv/deep/er', readOnly: false }] })).ms);
  const base = []; for (let i = 0; i < 15; i++) { const t = performance.now(); await runCommand(['/bin/true'], { environment: {}, signal }); base.push(performance.now() - t); }
  console.log('ms', ts.sort((a,b)=>a-b)[7], 'plain', base.sort((a,b)=>a-b)[7]);
  const un = []; for (let i = 0; i < 15; i++) un.push((await run(['/bin/true'], { uid: 65534, views: [{ source: src('c'), target: '/app', readOnly: false }] })).ms);
  console.log('ms nobody', un.sort((a,b)=>a-b)[7]);
});
