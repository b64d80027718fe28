import { DockerError } from './api.ts';
import type { DockerContext } from './context.ts';
import type { Volume } from './shapes.ts';

/** Labels of the volumes that a lease is made of. Docker Compose has no part in them. */
const PROJECT = 'bowline.lease';
const OWNER = 'bowline.lease.owner';

/** Whoever has made a row: a process, and where its number means something. */
export interface Owner {
  readonly command: string;
  readonly pid: number;
  readonly start: string;
  /** Unix time in milliseconds. */
  readonly sinceMs: number;
  readonly space: string;
  readonly host: string;
  /** Of this very taking. */
  readonly nonce: string;
}

export interface LeaseRow {
  readonly name: string;
  readonly number: number;
  /** Absent: nothing that we know how to read. */
  readonly owner?: Owner;
}

/** The rows of one project, on the engine. */
export interface LeaseTable {
  /** By number. */
  list(signal: AbortSignal): Promise<readonly LeaseRow[]>;
  /** Makes the row with that number, or gives the one that is there. */
  claim(number: number, owner: Owner, signal: AbortSignal): Promise<LeaseRow>;
  remove(row: LeaseRow, signal: AbortSignal): Promise<void>;
}

export function leaseRows({ api, project }: Pick<DockerContext, 'api' | 'project'>): LeaseTable {
  return {
    async list(signal) {
      const filters = { label: [`${PROJECT}=${project.name}`] };
      const { Volumes } = await api.call<{ readonly Volumes: readonly Volume[] | null }>({
        path: '/volumes',
        query: { filters },
        signal,
      });
      return (Volumes ?? []).map(rowOf).toSorted((one, other) => one.number - other.number);
    },
    async claim(number, owner, signal) {
      const Name = `${project.name}.bowline-lease.${number}`;
      const Labels = { [PROJECT]: project.name, [OWNER]: JSON.stringify(owner) };
      const body = { Name, Labels };
      const made = { method: 'POST', path: '/volumes/create', body, signal } as const;
      return rowOf(await api.call<Volume>(made));
    },
    async remove({ name }, signal) {
      const path = `/volumes/${encodeURIComponent(name)}`;
      await api.call({ method: 'DELETE', path, signal }).catch((error: unknown) => {
        // Somebody else was quicker.
        if (!(error instanceof DockerError && error.status === 404)) throw error;
      });
    },
  };
}

function rowOf({ Name, Labels }: Volume): LeaseRow {
  const number = Number(/\.(\d+)$/.exec(Name)?.[1] ?? 0);
  const owner = ownerOf(Labels?.[OWNER] ?? '');
  return { name: Name, number, ...(owner !== undefined && { owner }) };
}

function ownerOf(text: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isOwner(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const TEXTS = ['command', 'start', 'space', 'host', 'nonce'];
const NUMBERS = ['pid', 'sinceMs'];

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map(Object.entries(value));
  return (
    TEXTS.every((name) => typeof fields.get(name) === 'string') &&
    NUMBERS.every((name) => typeof fields.get(name) === 'number')
  );
}
