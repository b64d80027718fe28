/** A file in an archive that a container is given. */
export interface TarFile {
  /** Absolute path inside the container. */
  readonly path: string;
  readonly content: Buffer;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

const BLOCK = 512;

/**
 * A few small files as a tar archive; long names as pax has them.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
 */
export function tarOf(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap((file) => {
    const name = file.path.replace(/^\/+/, '');
    const long = Buffer.byteLength(name) > 100;
    return [...(long ? longName(name) : []), ...entryOf(long ? 'long-name' : name, file, '0')];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function longName(name: string): readonly Buffer[] {
  const record = ` path=${name}\n`;
  let length = Buffer.byteLength(record) + 1;
  while (String(length).length + Buffer.byteLength(record) !== length) length += 1;
  const content = Buffer.from(`${length}${record}`);
  return entryOf('pax', { content, mode: 0o644, uid: 0, gid: 0 }, 'x');
}

function entryOf(
  name: string,
  { content, mode, uid, gid }: Omit<TarFile, 'path'>,
  type: '0' | 'x',
): readonly Buffer[] {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, width: number): void => {
    header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at);
  };
  header.write(name, 0);
  octal(mode, 100, 8);
  octal(uid, 108, 8);
  octal(gid, 116, 8);
  octal(content.length, 124, 12);
  octal(0, 136, 12);
  header.write(type, 156);
  header.write('ustar\u000000', 257);
  // The sum is taken with blanks in its own place.
  header.write(' '.repeat(8), 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return [header, content, padding];
}
