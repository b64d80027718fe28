import { expect, vi } from 'vitest';

import type { Stage } from './stage.ts';

/** A line of `logs --json`, as far as it is the same everywhere. */
export interface Written {
  readonly service: string;
  readonly text: string;
}

/** An event that a service has written, with its own time. */
export interface Said {
  readonly what: string;
  readonly atMs: number;
}

export function linesIn(output: string): readonly Written[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Written);
}

export function saidBy(name: string, lines: readonly Written[]): readonly Said[] {
  return lines
    .filter(({ service }) => service === name)
    .map(({ text }) => /^(.*) (\d{13})$/.exec(text))
    .flatMap((match) => (match === null ? [] : [{ what: match[1] ?? '', atMs: Number(match[2]) }]));
}

/**
 * When a service said something, as in `web started`, in order of time: as soon as it was said so many times or more, for
 * what has no check has started before it has had the time to say so.
 */
export function timesSaid(stage: Stage, event: string, atLeast = 1): Promise<readonly number[]> {
  const [service = '', what] = event.split(' ');
  return written(async () => {
    const said = (await stage.said(service)).filter((each) => each.what === what);
    expect(said.length, event).toBeGreaterThanOrEqual(atLeast);
    return said.map(({ atMs }) => atMs).toSorted((one, other) => one - other);
  });
}

/** Asks until nothing it expects fails, for what services write comes when it comes. */
export function written<T>(ask: () => Promise<T>): Promise<T> {
  return vi.waitFor(ask, { timeout: 60_000, interval: 200 });
}

interface Listener extends AsyncDisposable {
  /** Waits until a service has said that, and gives when it was. */
  readonly hears: (service: string, what: string) => Promise<number>;
  readonly said: (service: string) => readonly Said[];
}

/** Follows what services write while they end: not every engine keeps the log of what is gone. */
export function listen(stage: Stage): Listener {
  const following = stage.start(['logs', '-f', '--json']);
  let output = '';
  following.child.stdout?.on('data', (chunk: string) => (output += chunk));
  const said = (service: string): readonly Said[] =>
    saidBy(service, linesIn(output.slice(0, output.lastIndexOf('\n'))));
  return {
    said,
    async hears(service, what) {
      await following.says(
        new RegExp(`^(?=.*"service":"${service}").*"text":"${what} \\d.*\\n`, 'm'),
      );
      return said(service).find((each) => each.what === what)?.atMs ?? 0;
    },
    async [Symbol.asyncDispose]() {
      following.child.kill('SIGINT');
      await following.ended;
    },
  };
}
