import { bytesInWords } from './bytes-in-words.ts';
import { columns } from './columns.ts';
import { printable } from './printable.ts';

interface ImageRow {
  readonly container: string;
  readonly repository: string;
  readonly tag: string;
  readonly id: string;
  readonly sizeBytes: number;
}

/** The table of `docker compose images`. */
export function renderImages(rows: readonly ImageRow[]): string {
  return table([
    ['CONTAINER', 'REPOSITORY', 'TAG', 'IMAGE ID', 'SIZE'],
    ...rows.map(({ container, repository, tag, id, sizeBytes }) => [
      container,
      repository,
      tag,
      id.replace('sha256:', '').slice(0, 12),
      bytesInWords(sizeBytes),
    ]),
  ]);
}

/** The processes of each container below its name. */
export function renderProcesses(
  tables: readonly {
    readonly container: string;
    readonly titles: readonly string[];
    readonly processes: readonly (readonly string[])[];
  }[],
): string {
  return tables
    .map(
      ({ container, titles, processes }) =>
        `${printable(container)}\n${table([titles, ...processes])}`,
    )
    .join('\n');
}

interface UsageRow {
  readonly container: string;
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes?: number;
  readonly processes?: number;
}

export function renderUsage(rows: readonly UsageRow[]): string {
  return table([
    ['NAME', 'CPU', 'MEMORY', 'LIMIT', 'PROCESSES'],
    ...rows.map(({ container, cpuPercent, memoryBytes, memoryLimitBytes, processes }) => [
      container,
      `${cpuPercent.toFixed(2)} %`,
      bytesInWords(memoryBytes),
      memoryLimitBytes === undefined ? '-' : bytesInWords(memoryLimitBytes),
      processes === undefined ? '-' : String(processes),
    ]),
  ]);
}

/** One line: when, what, which container, and what more the engine says of it. */
export function renderContainerEvent({
  atMs,
  container,
  action,
  attributes,
}: {
  readonly atMs: number;
  readonly container: string;
  readonly action: string;
  readonly attributes: Readonly<Record<string, string>>;
}): string {
  const more = Object.entries(attributes).map(([name, value]) => `${name}=${value}`);
  const text = `${new Date(atMs).toISOString()} ${container} ${action}${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
  return `${printable(text.replaceAll('\n', ' '))}\n`;
}

function table(rows: readonly (readonly string[])[]): string {
  return columns(rows.map((row) => row.map((cell) => printable(cell.replaceAll('\n', ' ')))));
}
