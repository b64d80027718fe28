/** Who holds a lease, as others are told. Milliseconds are Unix time. */
export interface LeaseHolder {
  /** What it does, as in `up`. */
  readonly command: string;
  readonly pid: number;
  readonly sinceMs: number;
  /** The machine where it runs. Absent: this one. */
  readonly host?: string;
}

/** A lease that was taken. It ends with `release`, or when nobody holds it any more, whatever ended that. */
interface HeldLease {
  /** Grows with each holder: what carries a smaller one comes from a holder that was given up. */
  readonly fence: number;
  release(): Promise<void>;
}

type LeaseAnswer =
  | { readonly kind: 'taken'; readonly lease: HeldLease }
  | { readonly kind: 'held'; readonly by: LeaseHolder };

/** Keeps apart what changes one project: one holder at a time. */
export interface Lease {
  /** Milliseconds between two tries of one who waits. @defaultValue 100 */
  readonly pollMs?: number;

  /** Takes it, or says who has it; does not wait. */
  take(command: string, options: { readonly signal: AbortSignal }): Promise<LeaseAnswer>;
}
