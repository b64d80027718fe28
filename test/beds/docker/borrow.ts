import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Bed, folderOf } from '../layout.ts';
import { downDocker, isDockerUp, upDocker } from './bed.ts';

/** What the borrower keeps in its folder as long as the Docker bed is up for it alone. */
export const BORROWED = 'started-docker';

/** Starts the Docker bed for another one that needs its images, and remembers if it was down. */
export async function borrowDocker(borrower: Bed, say: (line: string) => void): Promise<void> {
  if (!(await isDockerUp())) writeFileSync(noteOf(borrower), '');
  await upDocker(say);
}

/** Ends the Docker bed if it was started for this borrower. */
export async function returnDocker(borrower: Bed): Promise<void> {
  const note = noteOf(borrower);
  if (!existsSync(note)) return;
  await downDocker();
  rmSync(note);
}

function noteOf(borrower: Bed): string {
  return join(folderOf(borrower), BORROWED);
}
