/** What the primary tells a worker. */
export type ToWorker =
  | { readonly kind: 'ping' }
  /** The port is closed: finish what runs, and send nobody away without an answer. */
  | { readonly kind: 'drain' };

/** What a worker tells the primary. Every message proves that it is alive. */
export type ToPrimary =
  | { readonly kind: 'pong' }
  /** Asked to stop by itself: replace me, then drain me. */
  | { readonly kind: 'retire' }
  /** The port cannot be had. Another worker would fare no better. */
  | { readonly kind: 'cannot-listen'; readonly reason: string };
