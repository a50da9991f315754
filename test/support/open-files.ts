/** Which files this process has open, on Linux. */
import { readdirSync, readlinkSync } from 'node:fs';

/**
 * Their paths, sorted, as often as they are open. Pipes, sockets and what an event loop is made of have no path: a thread
 * that starts or ends changes their number.
 */
export function openFiles(): string[] {
  return readdirSync('/proc/self/fd')
    .map((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`);
      } catch {
        return ''; // the one that listed them
      }
    })
    .filter((path) => path.startsWith('/'))
    .sort();
}
