/** Lock files: one process at a time holds a name. A lock whose process is gone is taken over. */
import { randomBytes } from 'node:crypto';
import { type BigIntStats, readFileSync } from 'node:fs';
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isRunning, writeAll } from './durable.ts';

/** A lock this process holds. Nothing but its file shows that it is held, so a deleted file is a lost lock. */
export interface Lock {
  readonly path: string;
  /** Whether the file is still the one this process made. */
  held(): Promise<boolean>;
  release(): Promise<void>;
}

/** Takes the lock, or answers undefined when a running process holds it. Throws when the folder can't be written. */
export async function takeLock(path: string): Promise<Lock | undefined> {
  if (await isStale(path)) await moveAside(path);
  let made: string;
  try {
    const handle = await open(path, 'wx');
    try {
      await writeAll(handle, Buffer.from(JSON.stringify(holder(process.pid))));
      made = nameOf(await handle.stat({ bigint: true }));
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
  const held = async () => (await fileAt(path)) === made;
  return {
    path,
    held,
    async release() {
      if (await held()) await rm(path, { force: true });
    },
  };
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as the system counts it: tells it from a later one with the same id. Linux only. */
  readonly began?: string;
}

function holder(pid: number): Holder {
  const began = beginning(pid);
  return { pid, host: hostname(), ...(began !== undefined && { began }) };
}

/** How long a lock file may be empty: its process is between making and filling it, unless it died there. */
const FILLING_MS = 10_000;

async function isStale(path: string): Promise<boolean> {
  let content: string;
  let age: number;
  try {
    const stat = await lstat(path);
    // What is no file is nobody's lock, but not ours to remove.
    if (!stat.isFile()) return false;
    age = Date.now() - stat.mtimeMs;
    content = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const by = parseHolder(content);
  if (!by) return age > FILLING_MS;
  // Whether a process runs can only be asked on its own machine; elsewhere the lock is respected.
  if (by.host !== hostname()) return false;
  if (!isRunning(by.pid)) return true;
  return by.began !== undefined && by.began !== beginning(by.pid);
}

function parseHolder(content: string): Holder | undefined {
  try {
    const { pid, host, began } = JSON.parse(content);
    if (!Number.isInteger(pid) || pid <= 0 || typeof host !== 'string') return undefined;
    return { pid, host, ...(typeof began === 'string' && { began }) };
  } catch {
    return undefined;
  }
}

/**
 * Two processes may find the same stale lock, and the slower one may remove the lock that the faster one has just
 * made. The faster one then finds at its next append that its lock is gone, and takes another name. Should both have
 * appended by then, still nothing is lost: both add whole lines to one file. A lock is for order, not for safety.
 */
async function moveAside(path: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString('hex')}.stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(aside, { force: true });
}

async function fileAt(path: string): Promise<string | undefined> {
  try {
    return nameOf(await lstat(path, { bigint: true }));
  } catch {
    return undefined;
  }
}

/** Tells a file from one made later in its place: a file system may give that one the same number. */
function nameOf({ dev, ino, mtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${mtimeNs}`;
}

function beginning(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    // The name in field 2 may hold spaces and brackets; field 22 is the 20th after it. See proc(5).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A process that was killed, and that its parent has not looked after yet, is over.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
