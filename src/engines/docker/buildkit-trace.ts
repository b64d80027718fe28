import { fieldsOf, textOf } from './protobuf.ts';

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
