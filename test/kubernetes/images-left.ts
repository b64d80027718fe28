import { onTestFinished } from 'vitest';

import { dockerCommand } from '../beds/docker/engine.ts';

/** After the test Docker has the images that it had before. Builds of other tests at the same time are left alone. */
export async function leaveNoImages(isOurs: (name: string) => boolean): Promise<void> {
  const before = await names();
  onTestFinished(async () => {
    const own = (await names()).filter((each) => isOurs(each) && !before.includes(each));
    if (own.length > 0) await dockerCommand(['image', 'rm', '--force', ...own]);
  });
}

async function names(): Promise<readonly string[]> {
  const text = await dockerCommand(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}']);
  return text.split('\n').filter((each) => each !== '');
}
