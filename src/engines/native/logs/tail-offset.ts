import type { FileHandle } from 'node:fs/promises';

const blockBytes = 1 << 16;
const newline = 10;

/** Where the last `lines` lines of the first `size` bytes begin; reads from the end, and only as much as it needs. */
export async function tailOffset(file: FileHandle, size: number, lines: number): Promise<number> {
  if (lines <= 0) return size;
  let wanted = lines;
  for await (const { block, from } of blocksBackwards(file, size)) {
    for (let at = block.length; (at = block.subarray(0, at).lastIndexOf(newline)) !== -1;) {
      // The last byte of the log ends its last line and begins no other.
      if (from + at === size - 1) continue;
      wanted -= 1;
      if (wanted === 0) return from + at + 1;
    }
  }
  return 0;
}

/** Where the line begins to which the byte at `offset` belongs. */
export async function lineStart(file: FileHandle, offset: number): Promise<number> {
  for await (const { block, from } of blocksBackwards(file, offset)) {
    const at = block.lastIndexOf(newline);
    if (at !== -1) return from + at + 1;
  }
  return 0;
}

async function* blocksBackwards(
  file: FileHandle,
  end: number,
): AsyncGenerator<{ readonly block: Buffer; readonly from: number }> {
  const buffer = Buffer.allocUnsafe(blockBytes);
  for (let to = end; to > 0;) {
    const from = Math.max(0, to - blockBytes);
    const { bytesRead } = await file.read(buffer, 0, to - from, from);
    if (bytesRead === 0) return;
    yield { block: buffer.subarray(0, bytesRead), from };
    to = from;
  }
}
