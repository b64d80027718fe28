/** Milliseconds after which, and then every so often, someone who waits is told that it goes on. */
const TELL_EVERY_MS = 10_000;

/** Carries out `work`, and tells meanwhile for how many milliseconds it has gone on. */
export async function tellWhile<T>(
  tell: (forMs: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  const beganMs = performance.now();
  const timer = setInterval(() => tell(performance.now() - beganMs), TELL_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
