/** The answers that a model of several labels learns from. */
import { firstSets, type LabelSets } from '../../core/model/label-sets.ts';
import type { OneVsRestOptions } from '../../core/model/one-vs-rest.ts';

export interface TaughtSets {
  readonly rows: Int32Array;
  readonly sets: LabelSets;
  readonly classCount: number;
}

/** Chosen by measurement (`test/bench/multi-label.ts`); between 6 and 60 little changes. */
export const ONE_VS_REST: OneVsRestOptions = { C: 20 };

/** The first answers. */
export function firstTaught({ rows, sets, classCount }: TaughtSets, length: number): TaughtSets {
  return { rows: rows.slice(0, length), sets: firstSets(sets, length), classCount };
}

export function isSameTaught(a: TaughtSets, b: TaughtSets): boolean {
  return (
    a.classCount === b.classCount &&
    isEqual(a.rows, b.rows) &&
    isEqual(a.sets.starts, b.sets.starts) &&
    isEqual(a.sets.members, b.sets.members)
  );
}

export function isEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
