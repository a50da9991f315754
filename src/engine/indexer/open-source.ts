/** One source file while it is read: opened without following anything, and watched for changes under the reader. */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** Large enough that calls cost nothing, small enough that a cancelled run stops at once. */
const CHUNK_BYTES = 128 * 1024;

/** A file changed this shortly before it was read may change again within one tick of its clock, unseen. In ms. */
const CLOCK_TICK = 50;

export class OpenSource {
  readonly #path: string;
  readonly #file: number;
  readonly #stat: BigIntStats;
  readonly #openedAt = Date.now();

  /** @throws Error with the system's code when it can't be opened; `EINVAL` when it is not a regular file */
  constructor(path: string) {
    this.#path = path;
    // NONBLOCK: opening a pipe that somebody put in the file's place must not wait for a writer.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    this.#file = openSync(path, flags);
    this.#stat = fstatSync(this.#file, { bigint: true });
    if (this.#stat.isFile()) return;
    closeSync(this.#file);
    throw Object.assign(new Error('not a regular file'), { code: 'EINVAL' });
  }

  /** Equal stamps mean an unchanged file. Empty when the file is too young to be sure: look again next time. */
  get stamp(): string {
    return this.#openedAt - Number(this.#stat.ctimeMs) < CLOCK_TICK ? '' : stampOf(this.#stat);
  }

  /** The first bytes, at most `length`. */
  head(length: number): Uint8Array {
    const bytes = Buffer.alloc(Math.min(length, Number(this.#stat.size)));
    let filled = 0;
    for (let got = -1; got !== 0 && filled < bytes.length; filled += got) {
      got = readSync(this.#file, bytes, filled, bytes.length - filled, filled);
    }
    return bytes.subarray(0, filled);
  }

  /** The system's number of the open file, good in all threads of the process until `close`. */
  get descriptor(): number {
    return this.#file;
  }

  /** In bytes, when it was opened. */
  get size(): number {
    return Number(this.#stat.size);
  }

  /** All bytes that were there when it was opened. A chunk is good until the next one is asked for. */
  chunks(): Generator<Uint8Array> {
    return chunksOf(this.#file, this.size);
  }

  /** What happened to the file since it was opened. A file that grew may be a log that is being written. */
  change(): 'none' | 'grown' | 'replaced' {
    const before = this.#stat;
    const now = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    if (now?.ino !== before.ino || now.dev !== before.dev || now.size < before.size) return 'replaced';
    if (now.size > before.size) return 'grown';
    return now.mtimeNs === before.mtimeNs ? 'none' : 'replaced';
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** The first bytes of an open file, chunk by chunk. */
export function* chunksOf(file: number, size: number): Generator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size));
  for (let offset = 0; offset < size; ) {
    const got = readSync(file, buffer, 0, Math.min(buffer.length, size - offset), offset);
    if (got === 0) return;
    yield buffer.subarray(0, got);
    offset += got;
  }
}

/** ctime is in it because tools set mtime back at will, and nothing sets ctime back. */
export function stampOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return [size, mtimeNs, ctimeNs, ino].join(' ');
}
