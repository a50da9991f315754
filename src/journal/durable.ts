/** Making file changes last: flushing a file, flushing a folder, replacing a file whole or not at all. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Resolves when the bytes written are on the medium. `fdatasync` also writes the new length, which is all that reading
 * needs; only Linux promises that, so elsewhere it is `fsync` (which Node makes a full flush on macOS and Windows).
 */
export async function flush(handle: FileHandle): Promise<void> {
  if (process.platform === 'linux') await handle.datasync();
  else await handle.sync();
}

/** Makes the names in a folder last: without it a new file may be gone after a power cut, whatever it held. */
export async function syncFolder(path: string): Promise<void> {
  // Windows has no such call and keeps names in its own journal.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** All bytes, however many calls that takes: a call may write a part and report no error. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, null);
    if (bytesWritten === 0) throw new Error('The system took no bytes and gave no reason.');
    done += bytesWritten;
  }
}

/**
 * Writes a file so that its name always leads to the old content or to the whole new one, also after a power cut.
 * Half-written files that a killed process left beside it are removed.
 *
 * @param write fills the file, which it may also read back; when it throws, the old file stays
 */
export async function replaceFile(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  await removeLeftovers(path);
  const folder = dirname(path);
  const random = randomBytes(4).toString('hex');
  const half = join(folder, `${halfPrefix(path)}${process.pid}.${random}.tmp`);
  try {
    const handle = await open(half, 'wx+');
    try {
      await write(handle);
      await flush(handle);
    } finally {
      await handle.close();
    }
    await rename(half, path);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

function halfPrefix(path: string): string {
  return `.${basename(path)}.`;
}

async function removeLeftovers(path: string): Promise<void> {
  const prefix = halfPrefix(path);
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue;
    const pid = Number(name.slice(prefix.length).split('.')[0]);
    if (Number.isInteger(pid) && pid > 0 && !isRunning(pid))
      await rm(join(dirname(path), name), { force: true });
  }
}

/** Whether a process with this id runs on this machine. One that belongs to somebody else counts. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
