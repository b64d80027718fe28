import { createInterface } from 'node:readline/promises';

/** Asks at the terminal for one line. Gives `undefined` when the input ends. */
export async function askLine(question: string, signal: AbortSignal): Promise<string | undefined> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<undefined>((resolve) =>
      reader.once('close', () => resolve(undefined)),
    );
    return await Promise.race([reader.question(question, { signal }), closed]);
  } finally {
    reader.close();
  }
}
