import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ComposeError } from '../model/diagnostic.ts';
import type { EnvironmentSettings, Project } from '../model/project.ts';
import type { Reached } from '../model/reached.ts';
import { chooseEngine, forgetEngine, keepEngine, targetOf } from './choose-engine.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'bowline-choice-'));
});
afterEach(() => {
  rmSync(state, { recursive: true, force: true });
});

const there: Reached = { kind: 'reachable', version: '28.1.0' };
const away: Reached = { kind: 'unreachable', reason: 'there is no socket', fix: 'Start it.' };

function shop(settings: Partial<Project['settings']> = {}): Project {
  return { name: 'shop', settings: { environments: new Map(), ...settings } } as Project;
}

async function choose({
  asked,
  project = shop(),
  target,
  docker = there,
}: {
  readonly asked?: string;
  readonly project?: Project;
  readonly target?: EnvironmentSettings;
  readonly docker?: Reached | 'must not be asked';
}): Promise<string> {
  const { name } = await chooseEngine({
    asked,
    project,
    target,
    state,
    reachDocker: async () => {
      if (docker === 'must not be asked') throw new Error(docker);
      return docker;
    },
  });
  return name;
}

describe('the engine of a project', () => {
  test('is Docker where it is reachable, else this machine', async () => {
    expect(await choose({})).toBe('docker');
    expect(await choose({ docker: away })).toBe('native');
  });

  test('is what the command line says before all else', async () => {
    const project = shop({ engine: 'docker' });
    const target = { engine: 'kubernetes', files: [] } as const;
    expect(await choose({ asked: 'native', project, target, docker: 'must not be asked' })).toBe(
      'native',
    );
    expect(await choose({ project, target, docker: 'must not be asked' })).toBe('kubernetes');
    expect(await choose({ project, docker: 'must not be asked' })).toBe('docker');
  });

  test('stays what it was, without looking for another', async () => {
    await keepEngine(state, 'native');
    expect(await choose({ docker: 'must not be asked' })).toBe('native');
    await forgetEngine(state);
    expect(await choose({})).toBe('docker');
  });

  test('is this machine where processes of an earlier version are', async () => {
    mkdirSync(join(state, 'units/web-1'), { recursive: true });
    expect(await choose({ docker: 'must not be asked' })).toBe('native');
  });

  test('is chosen anew where what was kept cannot be read', async () => {
    for (const text of ['', '{', 'null', '{"engine":"podman"}', '{"engine":7}']) {
      writeFileSync(join(state, 'engine.json'), text);
      expect(await choose({})).toBe('docker');
    }
  });

  test('that is another than before is said to leave the data behind', async () => {
    await keepEngine(state, 'native');
    const { note } = await chooseEngine({
      asked: 'docker',
      project: shop(),
      target: undefined,
      state,
      reachDocker: () => Promise.resolve(there),
    });
    expect(note?.level).toBe('warning');
    expect(note?.text).toContain('was on native before');
  });

  test('that does not exist is refused with the nearest one', async () => {
    const refused = choose({ asked: 'docer' });
    await expect(refused).rejects.toBeInstanceOf(ComposeError);
    await expect(refused).rejects.toMatchObject({
      diagnostics: [{ code: 'arguments/wrong-value', help: expect.stringContaining('docker') }],
    });
  });
});

describe('an environment', () => {
  const environments = new Map([['production', { files: [] }]]);

  test('that the file does not know is refused, if it knows any', () => {
    expect(() => targetOf(shop({ environments }), 'prodution')).toThrow(ComposeError);
    expect(targetOf(shop({ environments }), 'production')).toEqual({ files: [] });
    expect(targetOf(shop({ environments }), 'local')).toBeUndefined();
    expect(targetOf(shop(), 'anything')).toBeUndefined();
  });
});
