import type { Diagnostic, Span } from '../../../model/diagnostic.ts';
import type { Origins, Pointer } from '../../../model/project.ts';
import type { LeafVerdict } from '../../../model/translation.ts';
import type { Place } from './place.ts';

type Settlement =
  Exclude<LeafVerdict, { kind: 'mapped' }> extends infer V
    ? V extends { readonly kind: infer Kind; readonly why: string }
      ? { readonly kind: Kind; readonly why: string }
      : never
    : never;

/** What became of the parts of the project that no object shows. */
export interface Account {
  /** It asks for what a cluster does anyway. */
  default(place: Place, why: string): void;
  /** bowline itself does it. */
  handled(place: Place, why: string): void;
  /** A cluster cannot: `why` says what happens instead, `help`, a whole sentence, what to do. */
  unsupported(place: Place, why: string, help: string): void;
  /** As above, but to go on would lose data or open a door. */
  refused(place: Place, why: string, help: string): void;
  /** Something worth a warning about what is honoured. */
  warn(warning: Omit<Diagnostic, 'severity' | 'at'> & { readonly place: Place }): void;
  readonly settlements: ReadonlyMap<Pointer, Settlement>;
  readonly diagnostics: readonly Diagnostic[];
}

export function openAccount(origins: Origins): Account {
  const settlements = new Map<Pointer, Settlement>();
  const diagnostics: Diagnostic[] = [];
  const settle = (place: Place, settlement: Settlement): void => {
    settlements.set(place.pointer, settlement);
  };
  const report = (place: Place, diagnostic: Omit<Diagnostic, 'at'>): void => {
    const at = spanOf(origins, place.pointer);
    diagnostics.push({ ...diagnostic, ...(at !== undefined && { at }) });
  };
  return {
    settlements,
    diagnostics,
    default: (place, why) => settle(place, { kind: 'default', why }),
    handled: (place, why) => settle(place, { kind: 'handled', why }),
    unsupported: (place, why, help) => {
      settle(place, { kind: 'unsupported', why });
      const message = `${nameOf(place.pointer)} has no effect on Kubernetes: ${why}`;
      report(place, { code: 'kubernetes/unsupported', severity: 'warning', message, help });
    },
    refused: (place, why, help) => {
      settle(place, { kind: 'refused', why });
      const message = `${nameOf(place.pointer)} cannot be done on Kubernetes: ${why}`;
      report(place, { code: 'kubernetes/impossible', severity: 'error', message, help });
    },
    warn: ({ place, ...warning }) => report(place, { ...warning, severity: 'warning' }),
  };
}

/** Of the value, or of what it is a part of where nobody wrote it itself. */
function spanOf(origins: Origins, pointer: Pointer): Span | undefined {
  for (let part = pointer; part !== ''; part = part.slice(0, part.lastIndexOf('/'))) {
    const at = origins.get(part);
    if (at !== undefined) return at;
  }
  return undefined;
}

/** As a person would name it, without the service: `deploy.placement.constraints`. */
function nameOf(pointer: Pointer): string {
  return pointer
    .replace(/^\/services\/[^/]+\//, '/')
    .slice(1)
    .replaceAll(/\/(\d+)(?=\/|$)/g, '')
    .replaceAll('/', '.')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}
