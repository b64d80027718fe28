import { systemClock } from '../../host/clock.ts';
import { withTimeout } from '../../host/delay.ts';
import { errorCodeOf } from '../../host/error-code.ts';
import { connectTcp, type TcpAddress } from '../../host/tcp.ts';
import { waitUntil } from '../../host/wait-until.ts';

/** What becomes of a connection: `unreachable` says nothing about the port, for nothing came back from there. */
type Answer = 'open' | 'refused' | 'unreachable';

const KNOCK_MS = 1000;
const EVERY_MS = 100;
/** Nodes take over what leads to a service within a second or two. */
const TIMEOUT_MS = 5000;

/**
 * Waits until a port of a node leads to its service: what does that on the node follows a moment after the pods are
 * ready. What cannot be reached from here is not waited for.
 *
 * @param options.timeoutMs - @defaultValue 5000
 * @returns false when it still refused at the end.
 */
export async function awaitPublished(
  address: TcpAddress,
  { signal, timeoutMs = TIMEOUT_MS }: { readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<boolean> {
  const what = `${address.host}:${address.port}`;
  const known = async (): Promise<Answer | undefined> => {
    const answer = await knock(address, signal);
    return answer === 'refused' ? undefined : answer;
  };
  try {
    await waitUntil(known, { clock: systemClock, everyMs: EVERY_MS, timeoutMs, signal, what });
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

async function knock(address: TcpAddress, signal: AbortSignal): Promise<Answer> {
  try {
    const connect = (limited: AbortSignal) => connectTcp(address, limited);
    (await withTimeout(connect, { signal, ms: KNOCK_MS })).destroy();
    return 'open';
  } catch (error) {
    signal.throwIfAborted();
    return errorCodeOf(error) === 'ECONNREFUSED' ? 'refused' : 'unreachable';
  }
}
