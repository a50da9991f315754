/** Which call makes bytes last, on each system. The crash tests show what happens without it; they run on Linux only. */
import assert from 'node:assert/strict';
import type { FileHandle } from 'node:fs/promises';
import { test } from 'node:test';
import { flush } from '../../../src/journal/durable.ts';

for (const [platform, call] of [
  ['linux', 'datasync'],
  // Its fdatasync stops at the disk's own cache; Node's fsync there is F_FULLFSYNC.
  ['darwin', 'sync'],
  ['win32', 'sync'],
] as const) {
  test(`on ${platform} a label is flushed with ${call}`, async (t) => {
    const real = Object.getOwnPropertyDescriptor(process, 'platform')!;
    t.after(() => Object.defineProperty(process, 'platform', real));
    Object.defineProperty(process, 'platform', { ...real, value: platform });
    const called: string[] = [];
    const handle = { datasync: async () => called.push('datasync'), sync: async () => called.push('sync') };
    await flush(handle as unknown as FileHandle);
    assert.deepEqual(called, [call]);
  });
}
