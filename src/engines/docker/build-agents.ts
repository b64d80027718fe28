import { connectSocket } from '../../host/unix-socket.ts';
import { type Section, textsOf } from './json.ts';
import { fieldsOf, messageOf } from './protobuf.ts';

/** Sockets of agents that a build may use, by the id of `RUN --mount=type=ssh,id=…`. Keys themselves are not read. */
export function agentsOf(build: Section, usual: string | undefined): ReadonlyMap<string, string> {
  const agents = textsOf(build['ssh']).map((text) => {
    const [, id = '', path] = /^([^=:]+)(?:=|: ?)?(.*)$/.exec(text) ?? [];
    return [id, path === undefined || path === '' ? usual : path] as const;
  });
  return new Map(agents.flatMap(([id, path]) => (path === undefined ? [] : [[id, path] as const])));
}

/** Passes what a build says to an agent, and what it answers. */
export async function* forwardAgent(
  path: string,
  messages: AsyncIterable<Buffer>,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const socket = await connectSocket(path, signal);
  const sending = (async () => {
    for await (const message of messages)
      for (const { number, bytes } of fieldsOf(message)) if (number === 1) socket.write(bytes);
    socket.end();
  })().catch(() => void socket.destroy());
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody has set an encoding
    for await (const chunk of socket) yield messageOf(1, chunk as Buffer);
  } finally {
    socket.destroy();
    await sending;
  }
}
