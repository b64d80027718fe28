/** How long what is heard may be the same as what was in the log: then it is on its way twice. */
const SETTLE_MS = 150;

/**
 * Writes what was written before we listened, and then what is heard; what is in both is written once.
 */
export async function joinOutputs({
  before,
  after,
  to,
}: {
  /** Asked when listening has begun. */
  readonly before: () => Promise<Buffer>;
  readonly after: NodeJS.ReadableStream;
  readonly to: NodeJS.WritableStream;
}): Promise<void> {
  const early: Buffer[] = [];
  let rest: ((chunk: Buffer) => void) | undefined;
  const over = new Promise<void>((resolve) => {
    after.on('data', (chunk: Buffer) => {
      if (rest === undefined) early.push(chunk);
      else rest(chunk);
    });
    after.once('end', resolve);
  });
  const log = await before().catch(() => Buffer.alloc(0));
  await Promise.race([over, new Promise((resolve) => setTimeout(resolve, SETTLE_MS))]);
  to.write(joined(log, Buffer.concat(early)));
  rest = (chunk) => void to.write(chunk);
  await over;
}

/** The end of the one may be the beginning of the other. */
export function joined(log: Buffer, heard: Buffer): Buffer {
  const most = Math.min(log.length, heard.length);
  for (let length = most; length > 0; length -= 1) {
    const isSame = log.subarray(log.length - length).equals(heard.subarray(0, length));
    if (isSame) return Buffer.concat([log, heard.subarray(length)]);
  }
  return Buffer.concat([log, heard]);
}
