/** Cuts labelled records into what may be asked and what only measures, anew for every seed. */
import { Random } from '../../core/random.ts';
import type { AnsweredRecords } from './records.ts';

/** The share that measures. */
export const HELD_OUT = 0.3;

/** So that a seed's cut has nothing to do with what the same seed chooses. */
const SEED = 0x5b117;

/**
 * @param share of the records that measure, about: copies of a text stay on one side, so that no test record was
 *   learned by heart
 */
export function holdOut(
  records: AnsweredRecords,
  share: number,
  seed: number,
): { pool: AnsweredRecords; test: AnsweredRecords } {
  const copies = new Map<string, number[]>();
  records.texts.forEach((text, at) => {
    const same = copies.get(text);
    if (same) same.push(at);
    else copies.set(text, [at]);
  });
  const groups = [...copies.values()];
  const wanted = Math.round(records.texts.length * share);
  const test: number[] = [];
  const pool: number[] = [];
  for (const group of new Random(SEED + seed).sample(groups.length, groups.length)) {
    (test.length < wanted ? test : pool).push(...groups[group]!);
  }
  return { pool: picked(records, pool.sort(byNumber)), test: picked(records, test.sort(byNumber)) };
}

function picked(records: AnsweredRecords, places: readonly number[]): AnsweredRecords {
  const { texts, labels, recorded } = records;
  const at = (of: readonly string[]) => places.map((place) => of[place]!);
  return {
    ...records,
    texts: at(texts),
    labels: at(labels),
    ...(recorded ? { recorded: at(recorded) } : {}),
  };
}

function byNumber(a: number, b: number): number {
  return a - b;
}
