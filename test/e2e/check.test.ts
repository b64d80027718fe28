import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { createSandbox } from '../rig/sandbox.ts';

const wrong = 'services:\n  web:\n    image: nginx # the page\n    enviroment: {A: b}\n';

test('`check --fix` without a terminal shows the change, makes none, and ends with 3', async () => {
  await using machine = await createSandbox();
  const cwd = await machine.write({ 'compose.yaml': wrong });
  const { code, stdout } = await machine.run(['check', '--fix'], { cwd, leavesNothing: true });
  expect({ code, diff: stdout.split('\n').filter((line) => /^[-+] /.test(line)) }).toEqual({
    code: 3,
    diff: ['-    enviroment: {A: b}', '+    environment: {A: b}'],
  });
  expect(await readFile(join(cwd, 'compose.yaml'), 'utf8')).toBe(wrong);
});

test('`check --fix --yes` makes it, and a second time finds nothing', async () => {
  await using machine = await createSandbox();
  const cwd = await machine.write({ 'compose.yaml': wrong });
  const options = { cwd, leavesNothing: true };
  await machine.run(['check', '--fix', '--yes'], options);
  const again = await machine.run(['check', '--fix', '--yes', '--json'], options);
  const { fix } = JSON.parse(again.stdout) as { readonly fix: unknown };
  expect(fix).toEqual({ written: false, fixes: [], diff: '' });
  expect(await readFile(join(cwd, 'compose.yaml'), 'utf8')).toBe(
    wrong.replace('enviroment', 'environment'),
  );
});

test('`check --engine` needs no engine, and refuses with 2 what it refuses', async () => {
  await using machine = await createSandbox();
  const file = 'services: {web: {image: nginx, use_api_socket: true}}\n';
  const cwd = await machine.write({ 'compose.yaml': file });
  const options = { cwd, leavesNothing: true };
  const { code, stdout } = await machine.run(['check', '--engine', 'kubernetes'], options);
  expect(code).toBe(2);
  expect(stdout).toMatch(/^refused +services\.\*\.use_api_socket +compose\.yaml:1 /m);
});

test('`explain` prints a page of the package, and names the code that was meant', async () => {
  await using machine = await createSandbox();
  const page = await machine.run(['explain', 'unknown-key'], { leavesNothing: true });
  expect(page.stdout).toMatch(/^compose\/unknown-key\n\n/);
  const wrongCode = await machine.run(['explain', 'compose/unknwn-key'], { leavesNothing: true });
  expect(wrongCode).toMatchObject({ code: 2, stdout: '' });
  expect(wrongCode.stderr).toContain('Did you mean compose/unknown-key?');
});
