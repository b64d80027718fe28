/** A connection was not taken: nothing of what was sent over it has arrived, and it may be sent to another copy. */
export class NotReachedError extends Error {
  override readonly name = 'NotReachedError';
}
