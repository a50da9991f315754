/**
 * Files beside the index that hold what took long to make of it. They are written whole and checked when read; a
 * lost or damaged one is as good as none.
 *
 *     file = magic (u32) | CRC-32 of the rest (u32) | content
 */
import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

const MAGIC = 0x4b6b6e49;
const HEAD_BYTES = 8;

export type KeptName = 'features' | 'blocks' | 'dense';

/** Where something that was made of an index's records is kept. */
export function keptPath(indexPath: string, name: KeptName): string {
  return join(dirname(indexPath), `${name}.bin`);
}

/** Replaces the file by these parts, one after the other, or leaves it as it is and throws. */
export function keepFile(path: string, parts: readonly Uint8Array[]): void {
  const fresh = `${path}.${process.pid}`;
  const file = openSync(fresh, 'w');
  try {
    const checksum = parts.reduce((sum, part) => crc32(part, sum), 0);
    writeSync(file, new Uint8Array(Uint32Array.of(MAGIC, checksum).buffer));
    for (const part of parts) {
      for (let written = 0; written < part.length; ) {
        written += writeSync(file, part, written);
      }
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
  return readKept(path, (reader) => {
    const content = new Uint8Array(reader.size);
    return reader.fill(content) ? content : undefined;
  });
}

/** Reads a kept file part by part, to where each shall lie. */
export interface KeptReader {
  /** Bytes of the content. */
  readonly size: number;
  /** The content's CRC-32, if it is undamaged. */
  readonly checksum: number;
  /** Whether the content had as many bytes as fit in here. */
  fill(bytes: Uint8Array): boolean;
}

/** What is made of a kept file; undefined where there is none, where that is what is made, or the file is damaged. */
export function readKept<Result>(
  path: string,
  read: (reader: KeptReader) => Result | undefined,
): Result | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const fill = (bytes: Uint8Array): boolean => {
      for (let filled = 0; filled < bytes.length; ) {
        const got = readSync(file, bytes, filled, bytes.length - filled, null);
        if (got === 0) return false;
        filled += got;
      }
      return true;
    };
    const head = new Uint32Array(HEAD_BYTES / 4);
    const size = fstatSync(file).size - HEAD_BYTES;
    if (!fill(new Uint8Array(head.buffer)) || head[0] !== MAGIC) return undefined;
    let [taken, checksum] = [0, 0];
    const result = read({
      size,
      checksum: head[1]!,
      fill: (bytes) => {
        if (!fill(bytes)) return false;
        taken += bytes.length;
        checksum = crc32(bytes, checksum);
        return true;
      },
    });
    return taken === size && checksum === head[1] ? result : undefined;
  } finally {
    closeSync(file);
  }
}
