import type { Streams, Terminal } from '../actions/streams.ts';

/** The streams of this process; a terminal when both input and output are one. */
export function processStreams({ stdin, stdout, stderr }: NodeJS.Process): Streams {
  const streams = { stdin, stdout, stderr };
  if (!stdin.isTTY || !stdout.isTTY) return streams;
  const terminal: Terminal = {
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    onResize: (listener) => {
      stdout.on('resize', listener);
      return () => stdout.off('resize', listener);
    },
    setRaw: (raw) => void stdin.setRawMode(raw),
  };
  return { ...streams, terminal };
}
