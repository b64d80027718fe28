/** Whether an engine can be used from here. */
export type Reached =
  | {
      readonly kind: 'reachable';
      readonly version: string;
      /** One line more: an API version, a kind of isolation, a context. */
      readonly detail?: string;
    }
  | {
      readonly kind: 'unreachable';
      /** One line, lower case, without a full stop. */
      readonly reason: string;
      /** What to do about it: a whole sentence. */
      readonly fix: string;
    };
