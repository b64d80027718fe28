import { inspectContainer } from './containers.ts';
import type { DockerContext } from './context.ts';
import { readContainer } from './logs.ts';
import type { Container } from './shapes.ts';

interface FollowOptions {
  /** Gets each line that it writes. */
  readonly show: (text: string) => void;
  /** Ends with the container. */
  readonly ended: (signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Shows what a container writes until it has ended, all of it. Gives how it ended; undefined: it is gone. */
export async function followToEnd(
  context: DockerContext,
  container: Container,
  { show, ended, signal }: FollowOptions,
): Promise<Container | undefined> {
  let seen = 0;
  const over = new AbortController();
  const follow = async (): Promise<void> => {
    const query = { follow: true, signal: AbortSignal.any([signal, over.signal]) };
    for await (const { text } of readContainer(context, container, query)) {
      seen += 1;
      show(text);
    }
  };
  const following = follow().catch((error: unknown) => {
    if (!over.signal.aborted) throw error;
  });
  // Not every engine ends the log with its container.
  await Promise.all([following, ended(signal).finally(() => over.abort())]);
  const after = await inspectContainer(context, container.Id, signal);
  if (after === undefined) return undefined;
  // Followed, the last lines may be missing.
  let line = 0;
  for await (const { text } of readContainer(context, container, { follow: false, signal })) {
    line += 1;
    if (line > seen) show(text);
  }
  return after;
}
