import { randomBytes } from 'node:crypto';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where `xlp_sysid` lies in the first page of a WAL segment. @see src/include/access/xlog_internal.h of PostgreSQL */
const walPlace = 24;
/** A page header that says "long": the identifier follows it. */
const longHeaderBit = 0x0002;

/**
 * Gives a stopped cluster an identifier of its own. Copies of one cluster have the same, and whatever keeps a database's
 * WAL or its backups takes them for one database.
 *
 * The identifier stands at the front of `pg_control`, whose contents end with a CRC-32C, and in the first page of each WAL
 * segment, where no checksum covers it.
 */
export async function renewSystemIdentifier(folder: string, nowMs: number): Promise<void> {
  const identifier = newIdentifier(nowMs);
  const control = join(folder, 'global/pg_control');
  const content = await readFile(control);
  const crcAt = crcPlaceIn(content);
  if (crcAt === undefined) throw new Error(`${control} has no checksum where one was expected`);
  const wal = join(folder, 'pg_wal');
  for (const name of await readdir(wal)) {
    if (/^[0-9A-F]{24}$/.test(name)) await patchSegment(join(wal, name), identifier);
  }
  content.writeBigUInt64LE(identifier, 0);
  content.writeUInt32LE(crc32c(content.subarray(0, crcAt)), crcAt);
  const file = await open(control, 'r+');
  try {
    await file.write(content, 0, content.length, 0);
  } finally {
    await file.close();
  }
}

/** As PostgreSQL makes it: seconds, microseconds, and twelve bits of something else. */
function newIdentifier(nowMs: number): bigint {
  const seconds = BigInt(Math.floor(nowMs / 1000));
  const microseconds = BigInt(Math.floor((nowMs % 1000) * 1000));
  return (seconds << 32n) | (microseconds << 12n) | BigInt(randomBytes(2).readUInt16LE(0) & 0xfff);
}

/** The structure's length differs from version to version; its checksum proves where it ends. */
function crcPlaceIn(content: Buffer): number | undefined {
  let crc = 0xffffffff;
  for (let at = 0; at + 4 <= Math.min(content.length, 1024); at += 1) {
    if (at >= 64 && at % 4 === 0 && (crc ^ 0xffffffff) >>> 0 === content.readUInt32LE(at))
      return at;
    crc = step(crc, content[at] ?? 0);
  }
  return undefined;
}

async function patchSegment(path: string, identifier: bigint): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const head = Buffer.alloc(walPlace + 8);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    if (bytesRead < head.length || (head.readUInt16LE(2) & longHeaderBit) === 0) return;
    head.writeBigUInt64LE(identifier, walPlace);
    await file.write(head, walPlace, 8, walPlace);
  } finally {
    await file.close();
  }
}

export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = step(crc, byte);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Castagnoli's polynomial, reflected. */
function step(crc: number, byte: number): number {
  let next = crc ^ byte;
  for (let bit = 0; bit < 8; bit += 1) next = (next >>> 1) ^ ((next & 1) * 0x82f63b78);
  return next >>> 0;
}
