/**
 * Makes each thread of each process stand still now and then, as on a machine that is busy with other things: what holds
 * only when nothing is slow is found by it before it fails somewhere else.
 *
 *     INKLING_STUTTER=7 npm test -- integration
 *
 * Runs before everything else in a thread. The number is the seed; each thread of each process stutters in its own way.
 */
const { threadId } = require('node:worker_threads');

/** Stands still so long, in milliseconds: mostly short, seldom for longer than any wait of the product. */
const LONGEST = 1_500;
/** Runs so long between, in milliseconds. */
const BETWEEN = 400;

const stopped = new Int32Array(new SharedArrayBuffer(4));
let state = (Number(process.env.INKLING_STUTTER) * 7919 + process.pid * 31 + threadId) >>> 0;

function random() {
  state = (state * 1_664_525 + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

function standStill() {
  Atomics.wait(stopped, 0, 0, LONGEST * random() ** 4);
  setTimeout(standStill, BETWEEN * random()).unref();
}

standStill();
