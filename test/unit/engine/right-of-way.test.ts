import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { RightOfWay } from '../../../src/engine/right-of-way.ts';
import { LONGEST_WAIT } from '../../support/until.ts';

/** A thread that gives way again and again, and says how often it went on and how long it stood still at most. */
function reader(shared: SharedArrayBuffer, turns: SharedArrayBuffer): Worker {
  const source = `
    import { workerData } from 'node:worker_threads';
    import { RightOfWay } from ${JSON.stringify(new URL('../../../src/engine/right-of-way.ts', import.meta.url).href)};
    const way = new RightOfWay(workerData.shared);
    const turns = new Int32Array(workerData.turns);
    for (;;) {
      way.give();
      Atomics.add(turns, 0, 1);
      Atomics.notify(turns, 0);
      Atomics.wait(turns, 1, 0, 1);
    }`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: { shared, turns },
  });
}

test('reading stands still while an answer is being saved, and goes on after it', async () => {
  const way = new RightOfWay();
  const turns = new Int32Array(new SharedArrayBuffer(8));
  const worker = reader(way.shared, turns.buffer);
  try {
    await Atomics.waitAsync(turns, 0, 0).value;
    const [passed, ms] = await way.take(async () => {
      await new Promise((done) => setTimeout(done, 10));
      const began = performance.now();
      const before = Atomics.load(turns, 0);
      await new Promise((done) => setTimeout(done, 100));
      return [Atomics.load(turns, 0) - before, performance.now() - began];
    });
    // What was under way when the answer came, and one turn for each time that patience came to its end: on a busy
    // machine this thread sleeps longer than it meant to. A reader that gives no way takes a turn every millisecond.
    assert.ok(passed <= 2 + ms / 50, `${passed} turns in ${ms} ms while the answer was saved`);
    const after = Atomics.load(turns, 0);
    await Atomics.waitAsync(turns, 0, after, LONGEST_WAIT).value;
    assert.ok(Atomics.load(turns, 0) > after);
  } finally {
    await worker.terminate();
  }
});

test('an answer that fails leaves the way free', async () => {
  const way = new RightOfWay();
  await assert.rejects(way.take(() => Promise.reject(new Error('the disk is full'))));
  assert.equal(new Int32Array(way.shared)[0], 0);
});

test('a disk that never answers does not stop the reading for ever', async () => {
  const way = new RightOfWay();
  void way.take(() => new Promise(() => {}));
  way.give();
  await way.given();
});

test('work of this thread goes on when the last of several answers is saved', async () => {
  const way = new RightOfWay();
  const order: string[] = [];
  const saved = (name: string, ms: number) =>
    way.take(async () => {
      await new Promise((done) => setTimeout(done, ms));
      order.push(name);
    });
  const both = [saved('first', 2), saved('second', 10)];
  await way.given();
  order.push('work');
  await Promise.all(both);
  assert.deepEqual(order, ['first', 'second', 'work']);
});
