import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Duplex } from 'node:stream';

/** What a call is answered with when it cannot be done. @see https://grpc.io/docs/guides/status-codes/ */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Answers one call: takes the messages as they come, gives those of the answer. */
export type GrpcMethod = (
  messages: AsyncIterable<Buffer>,
  headers: IncomingHttpHeaders,
) => AsyncIterable<Buffer>;

const UNIMPLEMENTED = 12;
const UNKNOWN = 2;

/**
 * Serves gRPC to whoever is at the other end of a connection that is open already. Ends with the connection.
 *
 * @param methods - by path, as in `/grpc.health.v1.Health/Check`
 */
export function serveGrpc(connection: Duplex, methods: ReadonlyMap<string, GrpcMethod>): void {
  const session = performServerHandshake(connection);
  session.on('error', () => connection.destroy());
  session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => {});
    void answer(stream, { headers, method: methods.get(headers[':path'] ?? '') });
  });
}

async function answer(
  stream: ServerHttp2Stream,
  {
    headers,
    method,
  }: { readonly headers: IncomingHttpHeaders; readonly method: GrpcMethod | undefined },
): Promise<void> {
  let status = 0;
  let message = '';
  stream.on('wantTrailers', () => {
    stream.sendTrailers({
      'grpc-status': String(status),
      ...(message !== '' && { 'grpc-message': encodeURIComponent(message) }),
    });
  });
  stream.respond(
    { ':status': constants.HTTP_STATUS_OK, 'content-type': 'application/grpc' },
    { waitForTrailers: true },
  );
  try {
    if (method === undefined) throw new GrpcError(UNIMPLEMENTED, 'no such method');
    for await (const each of method(messagesOf(stream), headers)) await write(stream, each);
  } catch (error) {
    status = error instanceof GrpcError ? error.status : UNKNOWN;
    message = error instanceof Error ? error.message : String(error);
  }
  stream.end();
}

/** A byte that says whether it is compressed, and four of length, stand before each message. */
const HEADER = 5;

function write(stream: ServerHttp2Stream, message: Buffer): Promise<void> {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(message.length, 1);
  return new Promise((resolve, reject) => {
    stream.write(Buffer.concat([header, message]), (error) => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}

async function* messagesOf(stream: ServerHttp2Stream): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  // Who has heard enough may still answer.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody has set an encoding
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= HEADER) {
      const length = rest.readUInt32BE(1);
      if (rest.length < HEADER + length) break;
      yield rest.subarray(HEADER, HEADER + length);
      rest = rest.subarray(HEADER + length);
    }
  }
}
