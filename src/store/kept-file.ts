/**
 * Files beside the index that hold what took long to learn from it. They are written whole and checked when read; a
 * lost or damaged one is as good as none.
 *
 *     file = magic (u32) | CRC-32 of the rest (u32) | content
 */
import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

const MAGIC = 0x4b6b6e49;
const HEAD_BYTES = 8;

/** Where what was learned of an index's records is kept. */
export function featuresPath(indexPath: string): string {
  return join(dirname(indexPath), 'features.bin');
}

/** Replaces the file, or leaves it as it is and throws. */
export function keepFile(path: string, content: Uint8Array): void {
  const fresh = `${path}.${process.pid}`;
  const file = openSync(fresh, 'w');
  try {
    writeSync(file, new Uint8Array(Uint32Array.of(MAGIC, crc32(content)).buffer));
    for (let written = 0; written < content.length; ) {
      written += writeSync(file, content, written);
    }
  } catch (error) {
    closeSync(file);
    rmSync(fresh, { force: true });
    throw error;
  }
  closeSync(file);
  renameSync(fresh, path);
}

/** Which writing of the file this is; undefined where there is none. */
export function keptVersion(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && `${found.ino} ${found.mtimeMs} ${found.size}`;
}

/** What was kept, aligned to 8 bytes; undefined where there is nothing whole. */
export function keptFile(path: string): Uint8Array<ArrayBuffer> | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const bytes = new Uint8Array(fstatSync(file).size);
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(file, bytes, filled, bytes.length - filled, null);
      if (read === 0) return undefined;
      filled += read;
    }
    if (bytes.length < HEAD_BYTES) return undefined;
    const [magic, checksum] = new Uint32Array(bytes.buffer, 0, 2);
    const content = bytes.subarray(HEAD_BYTES);
    return magic === MAGIC && crc32(content) === checksum ? content : undefined;
  } finally {
    closeSync(file);
  }
}
