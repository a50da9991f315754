/** The one way bytes reach a journal file: durable, under the name they are looked for, before it resolves. */
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { flush, syncFolder, writeAll } from './durable.ts';

/** The system said that written bytes may not have reached the medium. The file must not be trusted with more. */
export class FlushError extends Error {
  override readonly name = 'FlushError';
}

/** How often a file may be replaced while one line is written before that is called an error. */
const ATTEMPTS = 5;

/**
 * Appends whole lines and resolves when they will be there after a power cut. A torn last line stays as it is: the
 * new ones begin on a line of their own. When the path leads to another file by the time the bytes are safe (git put
 * a new one there), they are appended again to that one; the events have ids, so a copy changes nothing.
 *
 * @param lines each ended by LF
 * @param folders from the innermost outward: those whose names lead to the file
 * @param safeNames files whose names in `folders` are known to last; this call adds to it
 * @throws {FlushError} when flushing failed; other errors as the system gave them
 */
export async function appendLines(
  path: string,
  lines: Uint8Array,
  folders: readonly string[],
  safeNames: Set<string>,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { file, made } = await appendOnce(path, lines);
    // A file made later in the place of a deleted one may have its number, but is younger.
    const known = `${file}:${made}`;
    if (!safeNames.has(known)) {
      // Also for a file that was there: whoever made it may have been killed before its name was safe.
      for (const folder of folders) await syncFolder(folder);
      safeNames.add(known);
    }
    if (file === (await fileAt(path))) return;
  }
  throw new Error(`${path} was replaced again and again while it was written.`);
}

/** Answers with the file that has the bytes now, and when it was made. */
async function appendOnce(path: string, lines: Uint8Array): Promise<{ file: string; made: bigint }> {
  const handle = await open(
    path,
    constants.O_RDWR |
      constants.O_APPEND |
      constants.O_CREAT |
      (constants.O_NOFOLLOW ?? 0) |
      (constants.O_NONBLOCK ?? 0),
    0o644,
  );
  try {
    const stat = await handle.stat({ bigint: true });
    if (!stat.isFile()) throw new Error(`${path} is not a plain file.`);
    const endsLine = stat.size === 0n || (await byteAt(handle, Number(stat.size) - 1)) === 10;
    await writeAll(handle, endsLine ? lines : Buffer.concat([Buffer.from('\n'), lines]));
    try {
      await flush(handle);
    } catch (error) {
      throw new FlushError(`${path} could not be flushed.`, { cause: error });
    }
    return { file: nameOf(stat), made: stat.birthtimeNs };
  } finally {
    await handle.close();
  }
}

async function byteAt(handle: FileHandle, position: number): Promise<number | undefined> {
  const byte = Buffer.alloc(1);
  const { bytesRead } = await handle.read(byte, 0, 1, position);
  return bytesRead === 1 ? byte[0] : undefined;
}

async function fileAt(path: string): Promise<string | undefined> {
  try {
    return nameOf(await lstat(path, { bigint: true }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Two files that are there at one time never share this, and a file is replaced by one that was made beside it. */
function nameOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}
