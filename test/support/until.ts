/** Waiting for something to hold, in every kind of test. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The limit of a wait, in milliseconds. It only names what never came, before the test's own limit ends it without a
 * word: how long things take on a busy machine is not for tests to judge. Those who wait for what will not come
 * (test/defences) say INKLING_LONGEST_WAIT.
 */
export const LONGEST_WAIT = Number(process.env.INKLING_LONGEST_WAIT ?? 300_000);

/**
 * @param what said where it never holds
 * @returns how many milliseconds it took
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<number> {
  const start = Date.now();
  for (; !(await holds()); await sleep(20))
    if (Date.now() - start > LONGEST_WAIT) assert.fail(`it did not happen: ${what}`);
  return Date.now() - start;
}

/** Waits until a check throws no more; what it threw last is thrown where it never stops. */
export async function eventually(check: () => void | Promise<void>): Promise<void> {
  for (const end = Date.now() + LONGEST_WAIT; ; await sleep(50)) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
