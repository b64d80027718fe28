/** What an API server says of a request that it did not carry out. */
export interface ApiStatus {
  /** `Success` or `Failure`. */
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly causes?: readonly ApiCause[];
    readonly retryAfterSeconds?: number;
  };
}

interface ApiCause {
  readonly reason?: string;
  readonly message?: string;
  /** As in `.spec.replicas`. */
  readonly field?: string;
}

/** The server refused a request. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Of HTTP. */
  readonly status: number;
  readonly said: ApiStatus;
  /** As in `patch`, for what it was about. */
  readonly verb: string;
  readonly path: string;

  constructor(
    status: number,
    said: ApiStatus,
    { verb, path }: { readonly verb: string; readonly path: string },
  ) {
    super(said.message ?? `the server answered ${status}`);
    this.status = status;
    this.said = said;
    this.verb = verb;
    this.path = path;
  }
}

/** The server could not be asked at all. `cause` is the system's error. */
export class NoServerError extends Error {
  override readonly name = 'NoServerError';
}

/** Credentials could not be made, before anything was asked. `cause` is what the plugin or the file said. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}

/** Whether asking again later may help: the server is overloaded, starting, or the connection broke. */
export function isTransient(error: unknown): boolean {
  if (error instanceof NoServerError) return true;
  if (!(error instanceof ApiError)) return false;
  return error.status === 429 || error.status === 503 || error.status === 504;
}

/** The body of a refusal; a proxy on the way may have written something else than JSON. */
export function statusOf(body: string): ApiStatus {
  try {
    const said: unknown = JSON.parse(body);
    if (typeof said === 'object' && said !== null) return said;
  } catch {
    // Not the server's own words.
  }
  const text = body.trim().split('\n')[0] ?? '';
  return text === '' ? {} : { message: text.slice(0, 300) };
}
