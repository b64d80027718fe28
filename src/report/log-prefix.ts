import picocolors from 'picocolors';

import type { LogLine } from '../model/log-line.ts';

export interface LogStyle {
  readonly color: boolean;
  /** False with `--no-log-prefix`. */
  readonly prefix: boolean;
  readonly timestamps: boolean;
  /** Removed from the front of each replica's name, with the hyphen after it. */
  readonly project: string;
}

const COLORS = [
  'cyan',
  'yellow',
  'green',
  'magenta',
  'blue',
  'cyanBright',
  'yellowBright',
  'greenBright',
] as const;

/** Writes log lines as `docker compose logs` does: `web-1  | …`, padded to the longest name, a colour a replica. */
export function logPrinter(
  replicas: readonly string[],
  style: LogStyle,
): (line: LogLine) => string {
  const colors = picocolors.createColors(style.color);
  const short = (name: string): string =>
    name.startsWith(`${style.project}-`) ? name.slice(style.project.length + 1) : name;
  const order = [...replicas];
  let width = Math.max(0, ...order.map((name) => short(name).length));
  return ({ replica, text, atMs }) => {
    if (!order.includes(replica)) order.push(replica);
    width = Math.max(width, short(replica).length);
    const color = COLORS[order.indexOf(replica) % COLORS.length] ?? 'cyan';
    const prefix = style.prefix ? `${colors[color](`${short(replica).padEnd(width)}  |`)} ` : '';
    const time = style.timestamps
      ? `${atMs === undefined ? '-' : new Date(atMs).toISOString()} `
      : '';
    return `${prefix}${time}${text}\n`;
  };
}
