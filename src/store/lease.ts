/** Who may write the index: one process at a time, and another as soon as that one is gone. */
import { hostname } from 'node:os';

export interface Lease {
  /** Random, one a writer. */
  readonly holder: string;
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly heartbeat: number;
}

/** A leader renews about this often, in milliseconds… */
export const HEARTBEAT_EVERY = 2_000;
/** …and is taken for dead after this long without. */
const DEAD_AFTER = 15_000;

/** Whether the holder is gone: its process has ended, or it has not been heard of for long. */
export function isStale(lease: Lease, now: number): boolean {
  // A clock set back must not make a lease last for ever, hence the distance.
  if (Math.abs(now - lease.heartbeat) > DEAD_AFTER) return true;
  return lease.host === hostname() && !isAlive(lease.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
