import type { Readable } from 'node:stream';

export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

const HEADER = 8;

/**
 * The frames of a container's output: a byte that names the stream, three of nothing, four of length, then the bytes.
 *
 * @see https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Container/operation/ContainerAttach
 */
export async function* demultiplex(source: Readable): AsyncGenerator<Frame, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody has set an encoding
    rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= HEADER) {
      const length = rest.readUInt32BE(4);
      if (rest.length < HEADER + length) break;
      const stream = rest[0] === 2 ? 'stderr' : 'stdout';
      yield { stream, bytes: rest.subarray(HEADER, HEADER + length) };
      rest = rest.subarray(HEADER + length);
    }
  }
}
