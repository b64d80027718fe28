import type { Readable } from 'node:stream';

/** Each value of a stream of JSON values, one a line or one after the other as the engine writes them. */
export async function* jsonLines<Value>(stream: Readable): AsyncGenerator<Value, void, undefined> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape is the engine's promise
      if (line.trim() !== '') yield JSON.parse(line) as Value;
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape is the engine's promise
  if (rest.trim() !== '') yield JSON.parse(rest) as Value;
}
