const SOCKET_CHECK = /\bpg_isready\b/;
const TOLD_WHERE = /(?:^|\s)(?:-h|--host)(?:[\s=]|$)|\bPGHOST=|\bhost=|:\/\//;
/** Not where a shell is asked whether there is such a program. */
const CALLED = /(?<!(?:-v|which|type) )\bpg_isready\b/g;
const HOST = ['-h', '127.0.0.1'] as const;

/**
 * Does the check ask PostgreSQL through its socket? While a new database is made ready for the first time, a server
 * answers there that nobody else can reach: it listens on nothing but the socket, and ends before the real one starts.
 *
 * Not for a service whose environment has `PGHOST`: that is where it asks.
 *
 * @param test As in {@link Healthcheck.test}.
 * @see https://www.postgresql.org/docs/current/app-pg-isready.html
 */
export function asksSocket([, ...words]: readonly string[]): boolean {
  return (
    words.some((word) => SOCKET_CHECK.test(word)) && !words.some((word) => TOLD_WHERE.test(word))
  );
}

/** For every word behind `CMD` or `CMD-SHELL`, what is in its place when such a check asks over TCP. */
export function askOverTcp(test: readonly string[]): readonly (readonly string[])[] {
  const [kind, ...words] = test;
  if (!asksSocket(test)) return words.map((word) => [word]);
  return words.map((word) =>
    kind === 'CMD' && /^(?:\S*\/)?pg_isready$/.test(word)
      ? [word, ...HOST]
      : [word.replaceAll(CALLED, `pg_isready ${HOST.join(' ')}`)],
  );
}
