/**
 * The lines that BuildKit says in one message of its trace, a protocol buffer that the engine passes on.
 *
 * @see https://github.com/moby/buildkit/blob/master/api/services/control/control.proto `StatusResponse`
 */
export function decodeTrace(message: Uint8Array): readonly string[] {
  return fieldsOf(message).flatMap(({ number, bytes }) => {
    if (number === VERTEX) return vertexLines(bytes);
    return number === LOG ? logLines(bytes) : [];
  });
}

const VERTEX = 1;
const LOG = 3;
const VERTEX_NAME = 3;
const VERTEX_CACHED = 4;
const VERTEX_COMPLETED = 6;
const VERTEX_ERROR = 7;
const LOG_TEXT = 4;

/** A step is told of when it is over, so that each is told of once. */
function vertexLines(bytes: Uint8Array): readonly string[] {
  const fields = fieldsOf(bytes);
  const text = (number: number): string =>
    textOf(fields.find((field) => field.number === number)?.bytes);
  const name = text(VERTEX_NAME);
  const error = text(VERTEX_ERROR);
  if (error !== '') return [`${name}: ${error}`];
  const isDone = fields.some(({ number }) => number === VERTEX_COMPLETED);
  if (!isDone || name.startsWith('[internal]')) return [];
  const isCached = fields.some(({ number, value }) => number === VERTEX_CACHED && value === 1);
  return [isCached ? `${name} (cached)` : name];
}

function logLines(bytes: Uint8Array): readonly string[] {
  const text = textOf(fieldsOf(bytes).find(({ number }) => number === LOG_TEXT)?.bytes);
  return text.split('\n').filter((line) => line.trim() !== '');
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}

interface Field {
  readonly number: number;
  /** Of a field of that type; else 0. */
  readonly value: number;
  /** Of a field with a length; else empty. */
  readonly bytes: Uint8Array;
}

const NONE = new Uint8Array();

/** @see https://protobuf.dev/programming-guides/encoding/ */
function fieldsOf(message: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = message[at];
      at += 1;
      if (byte === undefined) return value;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        fields.push({ number, value: varint(), bytes: NONE });
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        fields.push({ number, value: 0, bytes: message.subarray(at, at + length) });
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        // Nothing after it can be told apart.
        return fields;
    }
  }
  return fields;
}
