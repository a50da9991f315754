/**
 * Remembers that an index is being written without waiting for the disk, until the disk has all of it.
 *
 * While a lot is indexed the disk belongs to the labels: each answer waits for its own few bytes to be safe, and would
 * wait behind all of the index if that were made safe piece by piece, too. A process may end meanwhile and nothing is
 * lost, because the system keeps what was written. Only when the machine itself stops can the file be a mixture of old
 * and new; then the mark is still there and from before the start of the machine, and the index is built anew.
 */
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { uptime } from 'node:os';
import { dirname } from 'node:path';

/** Clocks are set now and then, in seconds; a machine takes longer to stop and to start. */
const CLOCK_DRIFT = 10;

/** Returns when the mark itself is safe. */
export function markUnsynced(indexPath: string): void {
  const file = openSync(markOf(indexPath), 'w');
  try {
    writeSync(file, String(startOfMachine()));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncFolder(dirname(indexPath));
}

export function unmarkUnsynced(indexPath: string): void {
  rmSync(markOf(indexPath), { force: true });
}

/** Whether the index was being written: by a process that ended since, or before the machine stopped. */
export function unsyncedMark(indexPath: string): 'none' | 'process ended' | 'machine stopped' {
  let marked: string;
  try {
    marked = readFileSync(markOf(indexPath), 'utf8');
  } catch {
    return 'none';
  }
  const isSameStart = marked !== '' && Math.abs(Number(marked) - startOfMachine()) < CLOCK_DRIFT;
  return isSameStart ? 'process ended' : 'machine stopped';
}

function markOf(indexPath: string): string {
  return `${indexPath}.unsynced`;
}

/** In seconds since 1970. */
function startOfMachine(): number {
  return Math.round(Date.now() / 1000 - uptime());
}

/** Makes a new name safe. Windows has no such thing, and needs none. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
