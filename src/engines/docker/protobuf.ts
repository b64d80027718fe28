export function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}

/** One field of a protocol buffer. */
interface Field {
  readonly number: number;
  /** Of a field of that type; else 0. */
  readonly value: number;
  /** Of a field with a length; else empty. */
  readonly bytes: Uint8Array;
}

const NONE = new Uint8Array();

/**
 * The fields of a message; what follows one that cannot be read is left out.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function fieldsOf(message: Uint8Array): readonly Field[] {
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

/** A message of one field with a length. */
export function messageOf(number: number, bytes: Uint8Array): Buffer {
  const length: number[] = [];
  for (let left = bytes.length; ; left = Math.floor(left / 128)) {
    length.push(left >= 128 ? (left % 128) + 128 : left);
    if (left < 128) break;
  }
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), bytes]);
}
