import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../../src/core/user-error.ts';
import { portPair } from '../../../src/engine/ports.ts';
import { connect, RemoteError, serve } from '../../../src/protocol/rpc.ts';

class Adder {
  add(a: number, b: number): number {
    return a + b;
  }
  async fail(): Promise<never> {
    throw new UserError('too-large', 'The number is too large.', 'Use a smaller one.');
  }
  bug(): never {
    throw new TypeError('x is undefined');
  }
  never(): Promise<never> {
    return new Promise(() => {});
  }
}

function pair(t: { after(end: () => void): void }) {
  const { near, far, close } = portPair();
  t.after(close);
  const reported: unknown[] = [];
  serve(far, new Adder(), (error) => reported.push(error));
  return { remote: connect<Adder>(near), reported, close, near };
}

test('a call is answered with the value the service returns', async (t) => {
  const { remote } = pair(t);
  assert.deepEqual(await Promise.all([remote.add(1, 2), remote.add(3, 4)]), [3, 7]);
});

test('an error that a person can fix crosses with its code and way out, and is not reported as a bug', async (t) => {
  const { remote, reported } = pair(t);
  await assert.rejects(
    remote.fail(),
    (error) =>
      error instanceof RemoteError && error.code === 'too-large' && error.wayOut === 'Use a smaller one.',
  );
  assert.deepEqual(reported, []);
});

test('our own bug is reported with its stack where it happened', async (t) => {
  const { remote, reported } = pair(t);
  await assert.rejects(remote.bug(), { code: 'internal' });
  assert.match((reported[0] as Error).stack ?? '', /bug/);
});

test('no wait is endless: closing the port rejects what is pending and what comes later', async (t) => {
  const { remote, close } = pair(t);
  const waiting = remote.never();
  close();
  await assert.rejects(waiting, { code: 'port-closed' });
  await assert.rejects(remote.add(1, 1), { code: 'port-closed' });
});

for (const method of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'nothing']) {
  test(`only the service's own methods can be called: not ${method}`, async (t) => {
    const { near } = pair(t);
    const remote = connect<Record<string, () => void>>(near);
    await assert.rejects(remote[method]!(), { code: 'unknown-method' });
  });
}

test('what is not a message of ours is ignored', async (t) => {
  const { remote, near } = pair(t);
  for (const noise of [null, 7, 'x', [], { call: 'a' }, { reply: {} }, { call: 1, method: 2, args: [] }])
    near.post(noise);
  assert.equal(await remote.add(2, 2), 4);
});
