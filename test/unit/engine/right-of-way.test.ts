import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { RightOfWay } from '../../../src/engine/right-of-way.ts';
import { LONGEST_WAIT } from '../../support/until.ts';

/** A thread that gives way again and again, for as long as it takes, and counts how often it went on. */
function reader(shared: SharedArrayBuffer, turns: SharedArrayBuffer): Worker {
  const source = `
    import { workerData } from 'node:worker_threads';
    import { RightOfWay } from ${JSON.stringify(new URL('../../../src/engine/right-of-way.ts', import.meta.url).href)};
    const way = new RightOfWay(workerData.shared, workerData.patience);
    const turns = new Int32Array(workerData.turns);
    for (;;) {
      way.give();
      Atomics.add(turns, 0, 1);
      Atomics.notify(turns, 0);
      Atomics.wait(turns, 1, 0, 1);
    }`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: { shared, turns, patience: LONGEST_WAIT },
  });
}

test('reading stands still while an answer is being saved, and goes on after it', async () => {
  const way = new RightOfWay();
  const turns = new Int32Array(new SharedArrayBuffer(8));
  const worker = reader(way.shared, turns.buffer);
  try {
    await Atomics.waitAsync(turns, 0, 0).value;
    const passed = await way.take(async () => {
      const before = Atomics.load(turns, 0);
      await new Promise((done) => setTimeout(done, 100));
      return Atomics.load(turns, 0) - before;
    });
    // What was under way when the answer came. A reader that gives no way takes a turn every millisecond.
    assert.ok(passed <= 1, `${passed} turns while the answer was saved`);
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
  const way = new RightOfWay(undefined, LONGEST_WAIT);
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
