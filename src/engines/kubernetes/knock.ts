import { systemClock } from '../../host/clock.ts';
import { withTimeout } from '../../host/delay.ts';
import { errorCodeOf } from '../../host/error-code.ts';
import { connectTcp, type TcpAddress } from '../../host/tcp.ts';
import { waitUntil } from '../../host/wait-until.ts';

/** What becomes of a connection. `unreachable`: nothing came back, neither from the port nor from its machine. */
export type Answer = 'open' | 'refused' | 'unreachable';

const KNOCK_MS = 1000;
const EVERY_MS = 100;
const TIMEOUT_MS = 5000;

/** Connects, and hangs up again at once. */
export async function knock(address: TcpAddress, signal: AbortSignal): Promise<Answer> {
  try {
    const connect = (limited: AbortSignal) => connectTcp(address, limited);
    (await withTimeout(connect, { signal, ms: KNOCK_MS })).destroy();
    return 'open';
  } catch (error) {
    signal.throwIfAborted();
    return errorCodeOf(error) === 'ECONNREFUSED' ? 'refused' : 'unreachable';
  }
}

/**
 * Knocks until the answer is a wanted one.
 *
 * @param options.timeoutMs - @defaultValue 5000
 * @returns the last answer: not a wanted one when the time is up.
 */
export async function knockUntil(
  wanted: (answer: Answer) => boolean,
  address: TcpAddress,
  { signal, timeoutMs = TIMEOUT_MS }: { readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<Answer> {
  let last: Answer = 'unreachable';
  const probe = async (): Promise<Answer | undefined> => {
    last = await knock(address, signal);
    return wanted(last) ? last : undefined;
  };
  const what = `${address.host}:${address.port}`;
  try {
    return await waitUntil(probe, {
      clock: systemClock,
      everyMs: EVERY_MS,
      timeoutMs,
      signal,
      what,
    });
  } catch {
    signal.throwIfAborted();
    return last;
  }
}
