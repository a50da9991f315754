/** Lets a worker thread give way to the thread that answers the person. */
import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Gives the calling thread a low priority. Linux has a priority for each thread; elsewhere there is none to be set from
 * here, and nothing happens.
 */
export function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    if (thread !== process.pid) setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A system without /proc, or one that forbids it: threads share as before.
  }
}
