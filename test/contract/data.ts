import { expect } from 'vitest';

import { get } from '../rig/http.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import type { Fact } from './fact.ts';
import { createStage, published, service } from './stage.ts';

/** Everything that has ever been mangled between a file and a process. */
const HOSTILE = 'a\nb $HOME ${X} $$ "double" \'single\' `back` \\ é 漢字 🚀 \t=%!#';

/** What services keep and what they are given. */
export function dataFacts(engine: EngineUnderTest, fact: Fact): void {
  fact(
    'data of a volume outlive down, up and a replaced service, and go with down -v',
    async () => {
      const web = service('web', ['serve'], {
        ...published,
        environment: { GREETING: '${GREETING:-hello}' },
        more: [...published.more, 'volumes: ["data:/data"]'],
      });
      await using stage = await createStage(engine, web, { more: 'volumes: { data: {} }\n' });
      const append = async (text: string): Promise<string> =>
        (await get(`http://127.0.0.1:${stage.port}/append?text=${text}`)).body;
      await stage.up();
      expect(await append('one')).toBe('one\n');
      expect((await stage.run(['down'])).code).toBe(0);
      await stage.up();
      expect(await append('two')).toBe('one\ntwo\n');
      const changed = await stage.run(['up', '-d'], { variables: { GREETING: 'changed' } });
      expect(changed.code, changed.stderr).toBe(0);
      expect(await append('three')).toBe('one\ntwo\nthree\n');
      expect((await stage.run(['down', '--volumes', '--yes'])).code).toBe(0);
      await stage.up();
      expect(await append('four')).toBe('four\n');
    },
  );

  fact('volumes says who has each volume, also before it is made and after down', async () => {
    const web = service('web', ['serve'], { ...published, more: ['volumes: ["data:/data"]'] });
    await using stage = await createStage(engine, web, { more: 'volumes: { data: {} }\n' });
    const volumes = async (): Promise<readonly { services: unknown; isThere: boolean }[]> => {
      const { code, stdout, stderr } = await stage.run(['volumes', '--json']);
      expect(code, stderr).toBe(0);
      const found = JSON.parse(stdout) as { readonly services: unknown; readonly state: string }[];
      return found.map(({ services, state }) => ({ services, isThere: state !== 'absent' }));
    };
    expect(await volumes()).toEqual([{ services: ['web'], isThere: false }]);
    await stage.up();
    expect(await volumes()).toEqual([{ services: ['web'], isThere: true }]);
    expect((await stage.run(['down'])).code).toBe(0);
    expect(await volumes()).toEqual([{ services: ['web'], isThere: true }]);
    expect((await stage.run(['down', '--volumes', '--yes'])).code).toBe(0);
    expect(await volumes()).toEqual([{ services: ['web'], isThere: false }]);
  });

  fact(
    'values of the environment and of secrets arrive exactly, however long and odd they are',
    async () => {
      const web = service('web', ['serve'], {
        ...published,
        environment: { ODD: '${ODD}', LONG: '${LONG}', EMPTY: '' },
        more: [...published.more, 'secrets: [odd, long]'],
      });
      const more = 'secrets: { odd: { file: ./odd }, long: { environment: LONG } }\n';
      await using stage = await createStage(engine, web, { more });
      await stage.write({ odd: HOSTILE });
      const long = 'ü"$'.repeat(25_000);
      const up = await stage.run(['up', '-d'], { variables: { ODD: HOSTILE, LONG: long } });
      expect(up.code, up.stderr).toBe(0);
      const base = `http://127.0.0.1:${stage.port}`;
      const { ODD, LONG, EMPTY } = JSON.parse((await get(`${base}/environment`)).body) as Record<
        string,
        string
      >;
      expect({ ODD, EMPTY }).toEqual({ ODD: HOSTILE, EMPTY: '' });
      expect(LONG === long).toBe(true);
      expect((await get(`${base}/file?path=/run/secrets/odd`)).body).toBe(HOSTILE);
      expect((await get(`${base}/file?path=/run/secrets/long`)).body === long).toBe(true);
    },
  );

  fact('no value that is secret is printed', async () => {
    const web = service('web', ['serve'], { environment: { API_TOKEN: '${TOKEN}' } });
    await using stage = await createStage(engine, web);
    const [one, other] = [{ TOKEN: 'tok-111111' }, { TOKEN: 'tok-222222' }];
    const outputs = [
      await stage.run(['up', '-d', '--json'], { variables: one }),
      await stage.run(['plan'], { variables: other }),
      await stage.run(['plan', '--json'], { variables: other }),
      await stage.run(['up', '-d'], { variables: other }),
      await stage.run(['ps', '-a', '--format', 'json'], { variables: other }),
    ];
    expect(outputs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(JSON.stringify(outputs)).not.toMatch(/tok-\d/);
    expect(outputs[1]?.stdout).toContain('environment.API_TOKEN: ‹secret›, changed');
  });
}
