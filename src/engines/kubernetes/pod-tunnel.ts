import { Duplex } from 'node:stream';

import { NoWebSocketError, openWebSocket } from '../../host/web-socket.ts';
import { ApiError, statusOf } from './cluster/api-error.ts';
import type { Cluster } from './cluster/cluster.ts';

/** The first message of each channel says which port it is for. */
const PORT_BYTES = 2;
const CHANNEL = { bytes: 0, error: 1 } as const;

/**
 * A connection to a port of a pod, through the API server.
 *
 * @throws {ApiError} when the cluster does not open it.
 */
export async function openTunnel(
  cluster: Cluster,
  {
    namespace,
    pod,
    port,
    signal,
  }: {
    readonly namespace: string;
    readonly pod: string;
    readonly port: number;
    readonly signal: AbortSignal;
  },
): Promise<Duplex> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward`;
  const { url, headers, agent } = await cluster.socketTo(path);
  url.searchParams.set('ports', String(port));
  const protocols = ['v4.channel.k8s.io'];
  const socket = await openWebSocket({ url, headers, agent, protocols, signal }).catch(
    (error: unknown) => {
      if (!(error instanceof NoWebSocketError)) throw error;
      throw new ApiError(error.status, statusOf(error.body), { verb: 'create', path });
    },
  );
  const messages = bytesIn(socket.messages);
  return new Duplex({
    allowHalfOpen: true,
    read() {
      messages.next().then(
        ({ done, value }) => this.push(done === true ? null : value),
        (error: unknown) => this.destroy(error instanceof Error ? error : undefined),
      );
    },
    write(chunk: Buffer, _encoding, callback) {
      socket
        .send(Buffer.concat([Buffer.of(CHANNEL.bytes), chunk]))
        .then(() => callback(), callback);
    },
    // The protocol cannot end one direction; the answer to what was sent may still be on its way.
    final: (callback) => callback(),
    destroy(error, callback) {
      socket.close();
      callback(error);
    },
  });
}

/** Throws what the pod says on the channel for errors, as that nobody listens at the port. */
async function* bytesIn(messages: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const begun = new Set<number>();
  for await (const message of messages) {
    const channel = message[0] ?? 0;
    const content = begun.has(channel) ? message.subarray(1) : message.subarray(1 + PORT_BYTES);
    begun.add(channel);
    if (content.length === 0) continue;
    if (channel === CHANNEL.error) throw new Error(content.toString('utf8').trim());
    yield content;
  }
}
