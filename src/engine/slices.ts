/** Long work on a thread that others need as well: done in slices, with everybody's turn between two of them. */
import { setImmediate } from 'node:timers/promises';
import type { RightOfWay } from './right-of-way.ts';

/** How long one slice holds the thread, in milliseconds. */
const SLICE = 3;

/**
 * Runs the work to its end, or until it is not wanted any more. The first slice is done at once.
 *
 * @param work yields wherever it may be interrupted, at least every millisecond or so
 * @param rightOfWay of the answers that the work stands still for
 * @returns whether the work was finished
 */
export async function inSlices(
  work: Iterator<unknown>,
  isWanted: () => boolean = () => true,
  rightOfWay?: RightOfWay,
): Promise<boolean> {
  for (;;) {
    const end = performance.now() + SLICE;
    do if (work.next().done) return true;
    while (performance.now() < end);
    await setImmediate();
    await rightOfWay?.given();
    if (!isWanted()) return false;
  }
}

/** Cuts a list into parts of at most `size`. */
export function* partsOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

/** How many steps of sorting are made between two yields: well under a millisecond. */
const SORT_STEPS = 2000;

/**
 * Sorts in place, interruptible after every few steps: a merge sort that begins with the ascending runs there are, so
 * that a list in order costs one look at it.
 */
export function* sortInSlices<Item>(items: Item[], compare: (a: Item, b: Item) => number): Generator<void> {
  let steps = 0;
  let ends: number[] = [];
  for (let at = 1; at <= items.length; at++) {
    if (at === items.length || compare(items[at - 1]!, items[at]!) > 0) ends.push(at);
    if (++steps % SORT_STEPS === 0) yield;
  }
  while (ends.length > 1) {
    const merged: number[] = [];
    let start = 0;
    for (let run = 0; run < ends.length; run += 2) {
      const middle = ends[run]!;
      const end = ends[run + 1] ?? middle;
      const left = items.slice(start, middle);
      for (let to = start, from = 0, right = middle; from < left.length; to++) {
        const takesRight = right < end && compare(left[from]!, items[right]!) > 0;
        items[to] = takesRight ? items[right++]! : left[from++]!;
        if (++steps % SORT_STEPS === 0) yield;
      }
      merged.push(end);
      start = end;
    }
    ends = merged;
  }
}
